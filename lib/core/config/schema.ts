// The shapes of the definition files. Editors get JSON Schemas generated from these same declarations (jsonSchema.ts);
// defaults are applied by the code that compiles a connection, so that what stands in a file is what a person wrote.

import * as z from "zod";
import { isNamedZone } from "../schedule/zone.ts";

// A process reads three files with these: to write code for each shape and compile it takes longer than that.
z.config({ jitless: true });

const name = z.string().min(1).max(100);
/** Ids are texts: a bare number in YAML would lose leading zeros and long digits. */
const id = z.string({ error: "must be text: put the id in quotes" }).min(1);
const secret = z.string().min(1).describe("a value, or ${env:NAME} or ${file:path}; secrets must be one of the latter two");

export const SYSTEMS = ["octane", "jira", "redmine", "almQc", "azureDevops", "serviceNow"] as const;

const network = z
  .strictObject({
    proxy: z.string().optional().describe('address of a proxy, or "none"; overrides HTTPS_PROXY and NO_PROXY; ${env:NAME} or ${file:path} where it holds a password'),
    caFile: z.string().optional().describe("PEM file with the certificate authority of a server with a private certificate"),
    certFile: z.string().optional(),
    keyFile: z.string().optional(),
    pfxFile: z.string().optional(),
    passphrase: secret.optional(),
    timeoutSeconds: z.number().positive().optional(),
    maxWaitSeconds: z.number().nonnegative().optional().describe("longest that waiting as told by the server may take in all"),
    concurrency: z.int().positive().optional(),
    callsPerSecond: z.number().positive().optional(),
  })
  .describe("how the server is reached");

export const dataSourceSchema = z.strictObject({
  system: z.enum(SYSTEMS),
  url: z.url({ protocol: /^https?$/, error: "must be an http or https address, such as https://alm.example.com" }),
  credentials: z.record(z.string(), secret).describe("octane: clientId, clientSecret · jira: email, token (Cloud) or token / user, password (Data Center) · redmine: apiKey · serviceNow: user, password, or clientId, clientSecret with or without them · azureDevops: token, or user, password (Server)"),
  credentialsExpire: z.iso.date({ error: "must be a day: write it as 2027-03-31" }).optional().describe("the day on which the token or secret runs out: checkHealth warns two weeks before"),
  scope: z.record(z.string(), id).optional().describe("octane: space · azureDevops: collection, where it does not stand in the address"),
  sampleProject: id.optional().describe("the project whose types, fields and lists are read while configuring"),
  allowCreate: z.record(z.string(), z.boolean()).optional().describe("item type → may items of it ever be created here? default: yes"),
  fallbackUser: z.string().optional().describe("the person written where nobody is known"),
  zone: z.string().refine(isNamedZone, { error: "is no time zone: write e.g. UTC or Europe/Berlin" }).optional().describe("which day an instant is on here; default: the zone of the account, where the system tells it, else UTC"),
  options: z.record(z.string(), z.unknown()).optional(),
  network: network.optional(),
});

export const dataSourcesSchema = z.strictObject({ dataSources: z.record(name, dataSourceSchema) });

const direction = z.enum(["fromMaster", "toMaster", "biDirectional"]);
const conflict = z.enum(["master", "target", "newest", "hold"]);
const deletion = z.enum(["ignore", "unlink", "close", "delete"]);
const side = z.enum(["master", "target"]);
const bySide = <T extends z.ZodType>(value: T) => z.strictObject({ master: value.optional(), target: value.optional() });

const operator = z.enum([
  "equals",
  "contains",
  "containedInString",
  "startsWith",
  "endsWith",
  "containedInSet",
  "includes",
  "greaterThan",
  "lessThan",
  "greaterThanOrEquals",
  "lessThanOrEquals",
  "isDescendantOf",
]);

const term = z.strictObject({ field: name, operator, value: z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]) });
export type CriterionFile = z.infer<typeof term> | { all: CriterionFile[] } | { any: CriterionFile[] } | { not: CriterionFile };
const criterion: z.ZodType<CriterionFile> = z.lazy(() =>
  z.union([term, z.strictObject({ all: z.array(criterion) }), z.strictObject({ any: z.array(criterion) }), z.strictObject({ not: criterion })]),
);

const fieldMapping = z.strictObject({
  master: name,
  target: name,
  direction: direction.optional().describe("governs updates; a creation uses every field"),
  conflict: conflict.optional(),
  values: z
    .array(z.strictObject({ master: z.string(), target: z.string(), default: z.boolean().optional() }))
    .optional()
    .describe("pairs of list values; where several share a partner, the one marked default (else the lowest) is used on the way back"),
  userMap: z.boolean().optional(),
  fallbackUser: bySide(z.string()).optional(),
  transform: z
    .union([name, bySide(name)])
    .optional()
    .describe("function of the file transforms.mjs (or .js, .ts) in the configuration folder that a value passes on its way; by the side that is written, or one for both"),
});

const constant = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]);

const setField = z
  .strictObject({
    side,
    field: name,
    value: constant.optional(),
    partner: z.enum(["id", "key", "url"]).optional(),
    findFirst: z.strictObject({ type: name, from: criterion }).optional(),
    follow: z.strictObject({ reference: name, field: name }).optional(),
    onCreate: z.boolean().optional().describe("only when the item is created; default: at each synchronization"),
    when: criterion.optional(),
  })
  .refine((rule) => [rule.value, rule.partner, rule.findFirst, rule.follow].filter((part) => part !== undefined).length === 1, {
    error: "needs exactly one of value, partner, findFirst, follow",
  });

const comments = z
  .union([direction, z.strictObject({ direction, restricted: z.boolean().optional().describe("carry comments over that only some people may see; default: no") })])
  .describe("whose comments are copied to the other side; not given: none");
const attachments = z
  .union([direction, z.strictObject({ direction, maxMegabytes: z.number().positive().optional().describe("larger files stay where they are; default 10") })])
  .describe("whose attachments are copied to the other side; not given: none");

const notify = {
  to: z.array(z.email({ error: "must be a mail address" })).optional().describe("who gets mail; needs notify.mail in settings.yaml"),
  webhook: secret.optional().describe("address that gets a JSON document by POST; ${env:NAME} where it is a secret itself"),
  webhookSecret: secret.optional().describe("signs what is posted: X-Tandem-Signature is sha256=HMAC of the body"),
  quietMinutes: z.number().nonnegative().optional().describe("least time between two messages about failing; default 60"),
  digestHours: z.number().positive().optional().describe("how often to be reminded of what still fails or waits for a person; default 24"),
};

const mail = z.strictObject({
  host: z.string().min(1),
  port: z.int().positive().optional().describe("default: 465 with tls, else 587"),
  security: z.enum(["tls", "startTls", "none"]).optional().describe("default startTls; none only inside a network you trust"),
  user: z.string().optional(),
  password: secret.optional(),
  from: z.email({ error: "must be a mail address" }),
  caFile: z.string().optional().describe("PEM file with the certificate authority of a mail server with a private certificate"),
});

const period = z
  .strictObject({
    start: name.describe("field that holds the first day"),
    end: name.describe("field that holds the last day"),
    within: name.optional().describe("reference field that names the release the item lies in"),
    release: z.strictObject({ start: name, end: name }).optional().describe("date fields of the release; default: the same names as start and end"),
    defaultRelease: z.string().min(1).optional().describe("id or name of the release that a new item gets which names none"),
    noDates: z.enum(["leave", "wait", "calculate"]).optional().describe("an item without dates: leave (default) creates it as it is; wait creates it once it has dates, as Jira's sprints when they become active; calculate puts it after the last one of its release"),
    days: z.int().positive().optional().describe("length of a calculated item; default 14"),
    outside: z.enum(["leave", "clamp", "hold", "extend"]).optional().describe("dates that stick out of the release: leave (default) writes them all the same, clamp cuts them to the release, hold waits for a person, extend makes the release longer"),
    mayMove: z.boolean().optional().describe("may an item move to another release on this side? default: yes"),
  })
  .describe("how sprints lie in releases on this side");

const projectPair = z.strictObject({ master: id, target: id, fallbackUser: bySide(z.string()).optional().describe("the person written in these projects where nobody is known; one of the type or the field goes before it") });

const typeMapping = z.strictObject({
  master: name,
  target: name,
  direction: direction.optional().describe("governs creation: whose new items cause an item on the other side"),
  fieldDirection: direction.optional().describe("the direction its fields inherit; default: the connection's"),
  conflict: conflict.optional(),
  deletion: z.union([deletion, bySide(deletion)]).optional(),
  closeStatus: bySide(z.string()).optional(),
  projects: z.array(projectPair).optional().describe("pairs for this type alone; then the common projects must not be given"),
  filter: bySide(z.string()).optional().describe("in the endpoint's own language"),
  criteria: bySide(criterion).optional(),
  unmatched: bySide(z.enum(["keep", "pause", "unlink"])).optional().describe("a paired item that stops meeting the criteria: keep (default) goes on, pause leaves both as they are until it meets them again, unlink ends the pair for good"),
  comments: comments.optional(),
  attachments: attachments.optional(),
  period: bySide(period).optional(),
  fields: z.array(fieldMapping),
  set: z.array(setField).optional(),
  fallbackUser: bySide(z.string()).optional(),
});

export const connectionSchema = z.strictObject({
  name,
  master: name,
  target: name,
  direction: direction.optional(),
  conflict: conflict.optional(),
  deletion: z.union([deletion, bySide(deletion)]).optional(),
  comments: comments.optional(),
  attachments: attachments.optional(),
  frequency: z.int().positive().optional().describe("seconds between two starts; default 60"),
  groups: z.array(name).optional(),
  slices: z.enum(["projectPair"]).optional().describe("projectPair: workers take each pair of projects by itself, several at the same time; no project may be in two pairs; default: the whole connection at once"),
  notify: z.strictObject({ ...notify, off: z.boolean().optional().describe("nobody is told about this connection") }).optional().describe("who is told when it fails and when it works again; what is not given comes from settings.yaml"),
  ping: secret.optional().describe("address of a dead-man switch, called at the start and at the end of each iteration"),
  fallbackUser: bySide(z.string()).optional(),
  projects: z.array(projectPair).optional().describe("common pairs: they hold for every type"),
  types: z.array(typeMapping).min(1),
});

export const settingsSchema = z.strictObject({
  databaseUrl: secret.optional(),
  lockWaitSeconds: z.number().nonnegative().optional(),
  retention: z.record(z.string(), z.string()).optional(),
  notify: z.strictObject({ ...notify, mail: mail.optional(), mostPerHour: z.int().positive().optional().describe("messages of the whole site in an hour at the most; default 20") }).optional(),
  log: z
    .strictObject({
      file: z.string().min(1).optional().describe("gets a JSON line per message of every script; --log overrides it; from the configuration folder"),
      maxMegabytes: z.number().nonnegative().optional().describe("moved aside at this size; 0: never by Tandem, logrotate does it; default 50"),
      keep: z.int().nonnegative().optional().describe("how many that were moved aside stay; default 5"),
    })
    .optional(),
  schedule: z
    .strictObject({
      crontab: z.string().min(1).optional().describe("the crontab from which writeSchedule wrote: checkSchedule and sendNotifications expect its starts; from the configuration folder"),
      atClockChange: z.enum(["pause", "shift", "allow"]).optional().describe("as --at-clock-change said to writeSchedule; allow where workers or something else start iterations at night too; default pause"),
    })
    .optional(),
  backup: z
    .strictObject({
      folder: z.string().min(1).optional().describe("where backupDatabase writes; default: backups/ in the configuration folder"),
      passphrase: secret.optional().describe("seals backups: ${env:NAME} or ${file:path}"),
      keep: z.int().positive().optional().describe("how many backups stay in the folder; older ones are removed once a new one is whole; default: all"),
    })
    .optional(),
});

export type DataSourceFile = z.infer<typeof dataSourceSchema>;
export type DataSourcesFile = z.infer<typeof dataSourcesSchema>;
export type ConnectionFile = z.infer<typeof connectionSchema>;
export type TypeMappingFile = ConnectionFile["types"][number];
export type FieldMappingFile = TypeMappingFile["fields"][number];
export type SetFieldFile = NonNullable<TypeMappingFile["set"]>[number];
export type SettingsFile = z.infer<typeof settingsSchema>;

/** JSON Schema (draft 7) of each file, for editors. */
export const jsonSchemas = (): Readonly<Record<"dataSources" | "connection" | "settings", unknown>> => {
  const options = { io: "input", target: "draft-7" } as const;
  return { dataSources: z.toJSONSchema(dataSourcesSchema, options), connection: z.toJSONSchema(connectionSchema, options), settings: z.toJSONSchema(settingsSchema, options) };
};
