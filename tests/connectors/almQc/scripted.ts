// An ALM/QC connector on a scripted server: a customization like the shipped one, and a hand on every call. What a test does
// not answer itself is refused, so that no call goes unseen.

import type { Connector, DataSourceSettings } from "../../../lib/connectors/connector.ts";
import { type Http, type HttpRequest, type HttpResponse, HttpStatusError } from "../../../lib/connectors/http.ts";
import { createAlmQc } from "../../../lib/connectors/almQc/index.ts";
import type { Item } from "../../../lib/core/types.ts";

export const PROJECT = "Web Shop";
const NOW = "2026-03-02T09:00:00.000Z";
const HOME = "/qcbin/rest/domains/DEFAULT/projects/Web%20Shop";

export type Answer = Partial<HttpResponse> | undefined;
/** undefined: not mine. */
export type Script = (request: HttpRequest) => Answer | Promise<Answer>;

export interface AlmWorld {
  readonly sent: HttpRequest[];
  /** Moves the server's clock. */
  at(now: string): void;
  /** The newest goes first. */
  answer(script: Script): void;
  open(options?: Readonly<Record<string, unknown>>, more?: Partial<DataSourceSettings>): Connector;
  close(): Promise<void>;
}

export const xml = (status: number, text: string, headers: HttpResponse["headers"] = {}): HttpResponse => ({ status, headers: { "content-type": "application/xml", ...headers }, text });
export const json = (status: number, body: unknown): HttpResponse => ({ status, headers: { "content-type": "application/json" }, text: JSON.stringify(body) });
export const fault = (status: number, id: string, title: string): HttpResponse => xml(status, `<QCRestException><Id>${id}</Id><Title>${title}</Title><ExceptionProperties/></QCRestException>`);

const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

export type Row = Readonly<Record<string, string | readonly string[] | null>>;

/** null: `<Field/>`, "": `<Value></Value>`. */
export const entity = (type: string, row: Row): string =>
  `<Entity Type="${type}"><ChildrenCount><Value>0</Value></ChildrenCount><Fields>${Object.entries(row).map(([name, value]) => (value === null ? `<Field Name="${name}"/>` : `<Field Name="${name}">${[value].flat().map((one) => `<Value>${escape(one)}</Value>`).join("")}</Field>`)).join("")}</Fields><RelatedEntities/></Entity>`;

export const entities = (type: string, rows: readonly Row[], total = rows.length): HttpResponse => xml(200, `<?xml version="1.0"?><Entities TotalResults="${total}">${rows.map((row) => entity(type, row)).join("")}</Entities>`);

export const jsonEntities = (type: string, rows: readonly Row[], total = rows.length): HttpResponse =>
  json(200, { entities: rows.map((row) => ({ Type: type, Fields: Object.entries(row).map(([Name, value]) => ({ Name, values: value === null ? [] : [value].flat().map((one) => (one === "" ? {} : { value: one })) })) })), TotalResults: total });

export const row = (id: number, more: Row = {}): Row => ({ id: String(id), name: `defect ${id}`, "ver-stamp": "1", "last-modified": "2026-03-02 10:00:00", ...more });

interface FieldDef {
  readonly name: string;
  readonly type: string;
  readonly more?: string;
  readonly label?: string;
}

const field = ({ name, type, more = "", label = name }: FieldDef): string =>
  `<Field PhysicalName="BG_${name.toUpperCase().replaceAll("-", "_")}" Name="${name}" Label="${label}"><Size>${type === "String" ? 255 : type === "Memo" ? -1 : 10}</Size><History>true</History><Type>${type}</Type><Active>true</Active><Filterable>${type !== "Memo"}</Filterable>${more}</Field>`;

const REQUIRED = "<Required>true</Required>";
const FIXED = "<Editable>false</Editable>";
const refers = (type: string): string => `<References><RelationReference RelationName="x" ReferencedEntityType="${type}"/></References>`;
const COMMON: readonly FieldDef[] = [{ name: "id", type: "Number", more: FIXED }, { name: "name", type: "String", more: REQUIRED, label: "Summary" }, { name: "last-modified", type: "DateTime", more: FIXED }, { name: "ver-stamp", type: "Number", more: FIXED }, { name: "description", type: "Memo" }];

const FIELDS: Readonly<Record<string, readonly FieldDef[]>> = {
  defect: [
    ...COMMON,
    { name: "dev-comments", type: "Memo" },
    { name: "status", type: "LookupList", more: "<Verify>true</Verify><List-Id>1</List-Id>", label: "Status" },
    { name: "severity", type: "LookupList", more: `${REQUIRED}<Verify>true</Verify><List-Id>2</List-Id>`, label: "Severity" },
    { name: "user-01", type: "LookupList", more: "<Verify>true</Verify><SupportsMultivalue>true</SupportsMultivalue><List-Id>3</List-Id>", label: "Platforms" },
    { name: "user-02", type: "DateTime", label: "Seen at" },
    { name: "user-05", type: "String", label: "Tandem" },
    { name: "detected-by", type: "UsersList", more: `${REQUIRED}<Verify>true</Verify>`, label: "Detected By" },
    { name: "owner", type: "UsersList", more: "<Verify>true</Verify>", label: "Assigned To" },
    { name: "creation-time", type: "Date", more: REQUIRED },
    { name: "estimated-fix-time", type: "Number", label: "Estimated Fix Time" },
    { name: "planned-closing", type: "Date", label: "Planned" },
    { name: "target-rel", type: "Reference", more: refers("release"), label: "Target Release" },
    { name: "target-rcyc", type: "Reference", more: refers("release-cycle"), label: "Target Cycle" },
    { name: "attachment", type: "String", more: FIXED },
  ],
  requirement: [...COMMON, { name: "comments", type: "Memo" }, { name: "type-id", type: "Reference", more: `${REQUIRED}${refers("requirement-type")}` }, { name: "parent-id", type: "Number" }, { name: "status", type: "LookupList" }, { name: "creation-time", type: "Date" }, { name: "target-rel", type: "Reference", more: `<SupportsMultivalue>true</SupportsMultivalue>${refers("release")}` }],
  release: [...COMMON, { name: "parent-id", type: "Reference", more: `${REQUIRED}${refers("release-folder")}` }, { name: "start-date", type: "Date", more: REQUIRED }, { name: "end-date", type: "Date", more: REQUIRED }],
  "release-cycle": [...COMMON, { name: "parent-id", type: "Reference", more: `${REQUIRED}${refers("release")}` }, { name: "start-date", type: "Date", more: REQUIRED }, { name: "end-date", type: "Date", more: REQUIRED }],
};

const list = (id: number, values: string): string => `<List><Name>l${id}</Name><Id>${id}</Id><LogicalName>l</LogicalName><Items>${values}</Items></List>`;
const items = (...values: readonly string[]): string => values.map((value) => `<Item value="${value}" logicalName="x"/>`).join("");
const LISTS = `<Lists>${list(1, items("New", "Open", "Fixed", "Not Completed"))}${list(2, items("1-Low", "2-Medium", "3-High"))}${list(3, `<Item value="Web">${items("Firefox")}</Item>${items("Android", "a;b")}`)}</Lists>`;
const USERS = '<Users><User Name="jdoe" FullName="Jane Doe"><email>jane@example.com</email><phone>12</phone><UserActive>true</UserActive></User><User Name="sync" FullName="Tandem Sync"/><User Name="old" FullName="Jane Doe"><UserActive>false</UserActive></User></Users>';

const COOKIES = ["LWSSO_COOKIE_KEY=who; Path=/; HttpOnly", "QCSession=session; Path=/; HttpOnly", "ALM_USER=u; Path=/", "XSRF-TOKEN=token-1; Path=/"];

/** The part of a path below the project. */
export const below = (request: HttpRequest): string => request.path.replace(HOME, "");

const standard: Script = (request) => {
  const path = below(request);
  const type = /^\/customization\/entities\/([\w-]+)\/fields$/.exec(path)?.[1];
  if (type !== undefined) return xml(200, `<Fields>${(FIELDS[type] ?? []).map(field).join("")}</Fields>`);
  if (path === "/customization/used-lists") return xml(200, LISTS);
  if (path === "/customization/users") return xml(200, USERS);
  if (path === "/customization/entities/requirement/types") return xml(200, '<types><type name="Folder" id="1"/><type name="Functional" id="3"/></types>');
  if (path === "/customization/entities/requirement") return xml(200, "<Entity><SupportsVC>false</SupportsVC></Entity>");
  if (request.query?.["query"] === "{parent-id[-1]}") return path === "/requirements" ? entities("requirement", [{ id: "0", "parent-id": "-1" }]) : entities("release-folder", [{ id: "1", "parent-id": "-1" }]);
  switch (`${request.method} ${request.path}`) {
    case "POST /qcbin/rest/oauth2/login":
      return xml(200, "", { "set-cookie": COOKIES });
    case "POST /qcbin/authentication-point/alm-authenticate":
      return xml(200, "", { "set-cookie": COOKIES.slice(0, 1) });
    case "POST /qcbin/rest/site-session":
      return xml(201, "", { "set-cookie": COOKIES.slice(1) });
    case "GET /qcbin/rest/site-session":
    case "DELETE /qcbin/rest/site-session":
    case "POST /qcbin/authentication-point/logout":
      return xml(200, "");
    case "GET /qcbin/rest/is-authenticated":
      return xml(200, "<AuthenticationInfo><Username>sync</Username></AuthenticationInfo>");
    case "GET /qcbin/rest/domains/DEFAULT/projects":
      return xml(200, '<Projects><Project Name="Web Shop" UID="1"/><Project Name="Other" UID="2"/></Projects>');
    default:
      return undefined;
  }
};

/** An entity at its own address is the one of its collection, whole. */
const alone = async (request: HttpRequest, scripts: readonly Script[]): Promise<HttpResponse | undefined> => {
  const [, path, id] = /^(.*\/(?:defects|requirements))\/(\d+)$/.exec(request.path) ?? [];
  if (request.method !== "GET" || path === undefined) return undefined;
  for (const script of scripts) {
    const given = await script({ ...request, path, query: { query: `{id[${id}]}`, fields: "id,name,dev-comments,comments" } });
    if (given === undefined) continue;
    const text = given.text ?? "";
    if ((given.status ?? 200) >= 300) return { status: 404, headers: {}, text, ...given };
    const [found] = text.startsWith("{") ? (JSON.parse(text) as { readonly entities: readonly unknown[] }).entities : [/<Entity .*?<\/Entity>/s.exec(text)?.[0]];
    return found === undefined ? fault(404, "qccore.entity-not-found", `${id} does not exist`) : text.startsWith("{") ? json(200, found) : xml(200, String(found));
  }
  return undefined;
};

export const startAlm = (): AlmWorld => {
  const sent: HttpRequest[] = [];
  const scripts: Script[] = [standard];
  const opened: Connector[] = [];
  let now = NOW;
  const respond = async (request: HttpRequest): Promise<HttpResponse> => {
    sent.push(request);
    for (const script of scripts) {
      const given = await script(request);
      if (given !== undefined) return { status: 200, headers: {}, text: "", ...given };
    }
    const single = await alone(request, scripts);
    if (single !== undefined) return single;
    return fault(404, "qccore.not-scripted", `${request.method} ${request.path} was not expected`);
  };
  const http = (): Http => ({
    width: 6,
    request: respond,
    stream: async (request) => {
      const response = await respond(request);
      const { status, headers, text } = response;
      if (status >= 400) throw new HttpStatusError(`${request.path}: ${status}`, response);
      return { status, headers, body: (async function* () { yield Buffer.from(text); })() };
    },
    serverClock: () => ({ at: now, seenAt: Date.now() }),
    calls: () => sent.length,
    close: async () => undefined,
  });
  return {
    sent,
    at: (moved) => {
      now = moved;
    },
    answer: (script) => void scripts.unshift(script),
    open: (options = {}, more = {}) => {
      const connector = createAlmQc({ name: "alm", system: "almQc", url: "https://alm.example.com", credentials: { clientId: "apikey-1", clientSecret: "s" }, scope: { domain: "DEFAULT" }, sampleProject: PROJECT, options: { zone: "Europe/Berlin", keepAliveMinutes: 0, ...options }, network: {}, ...more }, http());
      opened.push(connector);
      return connector;
    },
    close: async () => {
      for (const connector of opened) await connector.close();
    },
  };
};

export const read = async (connector: Connector, id: string, fields: readonly string[] = [], type = "defect"): Promise<Item> => {
  const [item] = await connector.get({ type, project: PROJECT, ids: [id], fields });
  if (item === undefined) throw new Error(`${type} ${id} cannot be read`);
  return item;
};
