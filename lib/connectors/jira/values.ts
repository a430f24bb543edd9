// One value of an issue between Jira's form and the normal form: the read and write columns of jira.md §8. Nothing here
// makes a call: whoever calls has made keys and people known before.

import { asList, isChoice, isItemRef, isPerson, type ItemRef, type Single, type Value } from "../../core/types.ts";
import { cascadeName, hoursOf, type Option } from "./fieldKinds.ts";
import { type Binding, type Jira, type LinkEnds, SPRINT, VERSION } from "./model.ts";
import { readSprint } from "./sprintValue.ts";
import { type Media, readText, writeText } from "./texts.ts";
import { instantOf, platformTime } from "./time.ts";
import { listOf, numberOf, objectsOf, own, sameWord, textAt, textOf } from "./wire.ts";

const choice = (name: string, id: string): Single | null => (name === "" ? null : { choice: name, ...(id === "" ? {} : { id }) });

const readCascade = (raw: unknown): Single | null => {
  const child = own(raw, "child");
  const name = textAt(raw, "value");
  return name === "" ? null : choice(cascadeName(name, textOf(own(child, "value"))), textAt(child, "id") || textAt(raw, "id"));
};

const issueRef = (issue: unknown): ItemRef | null => {
  const id = textAt(issue, "id");
  const name = textAt(own(issue, "fields"), "summary");
  const type = textAt(own(own(issue, "fields"), "issuetype"), "name");
  return id === "" ? null : { ref: id, ...(type === "" ? {} : { type }), ...(name === "" ? {} : { name }) };
};

const versionRef = (raw: unknown): ItemRef | null => {
  const id = textAt(raw, "id");
  return id === "" ? null : { ref: id, type: VERSION, ...(textAt(raw, "name") === "" ? {} : { name: textAt(raw, "name") }) };
};

const readEpic = (jira: Jira, raw: unknown): ItemRef | null => {
  const known = jira.refs.byKey(textOf(raw) ?? "");
  return known === undefined ? null : { ref: known.id, ...(known.type === undefined ? {} : { type: known.type }), ...(known.name === undefined ? {} : { name: known.name }) };
};

const readPerson = (jira: Jira, raw: unknown): Single | null => jira.users.learn(raw) ?? null;

type Reader = (jira: Jira, raw: unknown, binding: Binding) => Single | null;

const asText: Reader = (_, raw) => (typeof raw === "string" ? raw : (textOf(raw) ?? (textAt(raw, "value") || textAt(raw, "name") || null)));

const READERS: Readonly<Record<Exclude<Binding["codec"], "links" | "sprint" | "estimate">, Reader>> = {
  string: asText,
  label: asText,
  text: (jira, raw) => readText(jira, raw) || null,
  number: (_, raw) => numberOf(raw) ?? null,
  date: (_, raw) => (typeof raw === "string" && raw !== "" ? raw.slice(0, 10) : null),
  dateTime: (_, raw) => instantOf(raw) ?? null,
  named: (_, raw) => choice(textAt(raw, "name"), textAt(raw, "id")),
  status: (_, raw) => choice(textAt(raw, "name"), textAt(raw, "id")),
  option: (_, raw) => (typeof raw === "string" ? choice(raw, "") : choice(textAt(raw, "value") || textAt(raw, "name"), textAt(raw, "id"))),
  group: (_, raw) => choice(textAt(raw, "name"), textAt(raw, "groupId")),
  project: (_, raw) => choice(textAt(raw, "name"), textAt(raw, "id")),
  cascade: (_, raw) => readCascade(raw),
  user: readPerson,
  version: (_, raw) => versionRef(raw),
  parent: (_, raw) => issueRef(raw),
  epic: (jira, raw) => readEpic(jira, raw),
  opaque: (_, raw) => (raw === null || raw === undefined || (Array.isArray(raw) && raw.length === 0) ? null : typeof raw === "object" ? JSON.stringify(raw) : String(raw)),
};

const readLinks = (raw: unknown, link: LinkEnds): readonly Single[] => {
  const refs = objectsOf(raw)
    .filter((entry) => textAt(own(entry, "type"), "name") === link.type)
    .flatMap((entry) => link.directions.flatMap((direction) => issueRef(own(entry, `${direction}Issue`)) ?? []));
  // Two issues may be linked both ways.
  return [...new Map(refs.map((ref) => [JSON.stringify(ref), ref])).values()];
};

/** The value of a field as an issue shows it. */
export const readValue = (jira: Jira, binding: Binding, raw: unknown): Value => {
  const { codec, schema } = binding;
  if (codec === "links") return binding.link === undefined ? [] : readLinks(raw, binding.link);
  if (codec === "estimate") return hoursOf(raw, binding.part ?? "");
  if (codec === "sprint") return readSprint(jira, raw);
  const read = READERS[codec];
  if (schema.multiple) return listOf(raw).flatMap((member) => read(jira, member, binding) ?? []);
  // A single value in a list, and the other way round, occur with apps' fields.
  return read(jira, Array.isArray(raw) && codec !== "opaque" ? raw[0] : raw, binding);
};

type Written = { readonly ok: true; readonly raw: unknown } | { readonly ok: false; readonly reason: string };

const ok = (raw: unknown): Written => ({ ok: true, raw });
const no = (reason: string): Written => ({ ok: false, reason });

const optionRaw = (option: Option, codec: Binding["codec"]): unknown => {
  if (codec === "group") return { name: option.name };
  const [parent, child] = option.path ?? [];
  return child === undefined || parent === undefined ? { id: option.id } : { id: parent, child: { id: child } };
};

/** By id where the name agrees, else by name; never by an id alone, because ids of the other system look alike. */
const findOption = (options: readonly Option[], wanted: { readonly choice: string; readonly id?: string }): Option | undefined =>
  options.find((option) => option.id === wanted.id && sameWord(option.name, wanted.choice)) ?? options.find((option) => option.name === wanted.choice) ?? options.find((option) => sameWord(option.name, wanted.choice));

const writeChoice = (binding: Binding, value: Single): Written => {
  const wanted = isChoice(value) ? value : { choice: String(value) };
  const found = findOption(binding.options ?? [], wanted);
  if (found !== undefined) return ok(optionRaw(found, binding.codec));
  if (binding.options !== undefined && binding.options.length > 0) return no(`"${wanted.choice}" is not a value of ${binding.schema.label}`);
  return ok(["option", "cascade"].includes(binding.codec) ? { value: wanted.choice } : { name: wanted.choice });
};

const writePerson = (jira: Jira, value: Single): Written => {
  const id = isPerson(value) ? value.person : String(value);
  const known = jira.users.byId(id);
  if (known === undefined) return no(`there is no person ${isPerson(value) && value.name !== undefined ? `${value.name} (${id})` : id}`);
  return ok(jira.site.cloud ? { accountId: known.person } : { name: known.login ?? known.person });
};

const refOf = (value: Single): string => (isItemRef(value) ? value.ref : String(value));

const writeIssue = (jira: Jira, value: Single, as: "id" | "key"): Written => {
  const known = jira.refs.byId(refOf(value));
  if (known === undefined) return no(`there is no issue ${refOf(value)}, or the account may not see it`);
  return ok(as === "key" ? known.key : { id: known.id });
};

const writeDate = (value: Single): Written => (/^\d{4}-\d\d-\d\d/.test(String(value)) ? ok(String(value).slice(0, 10)) : no(`"${String(value)}" is no date`));

const writeTime = (value: Single): Written => (instantOf(String(value)) === undefined ? no(`"${String(value)}" is no point in time`) : ok(platformTime(String(value))));

const writeNumber = (value: Single): Written => {
  const number = typeof value === "boolean" ? undefined : numberOf(value);
  return number === undefined ? no(`"${String(value)}" is no number`) : ok(number);
};

const plain = (value: Single): string => (isChoice(value) ? value.choice : String(value));

const writeSingle = (jira: Jira, binding: Binding, value: Single, media: Media | undefined): Written => {
  switch (binding.codec) {
    case "text":
      return ok(writeText(jira, String(value), media));
    case "number":
      return writeNumber(value);
    case "date":
      return writeDate(value);
    case "dateTime":
      return writeTime(value);
    case "label":
      // A label has no spaces (jira.md §8.1).
      return ok(plain(value).trim().replace(/\s+/g, "_"));
    case "named":
    case "option":
    case "group":
    case "project":
    case "cascade":
    case "status":
      return writeChoice(binding, value);
    case "user":
      return writePerson(jira, value);
    case "version":
      return ok({ id: refOf(value) });
    case "parent":
      return writeIssue(jira, value, "id");
    case "epic":
      return writeIssue(jira, value, "key");
    case "sprint":
      return numberOf(refOf(value)) === undefined ? no(`"${refOf(value)}" is no ${SPRINT}`) : ok(numberOf(refOf(value)));
    case "string":
      return ok(plain(value).replace(/\s*[\r\n]+\s*/g, " "));
    default:
      return no(`${binding.schema.label} cannot be written`);
  }
};

/** What `fields` of a create or update is to hold for this field. Links, estimates and statuses travel otherwise. */
export const writeValue = (jira: Jira, binding: Binding, value: Value, media?: Media): Written => {
  if (!binding.schema.multiple) {
    const [first] = asList(value);
    return first === undefined || first === "" ? ok(null) : writeSingle(jira, binding, first, media);
  }
  const members: unknown[] = [];
  for (const member of asList(value)) {
    const written = writeSingle(jira, binding, member, media);
    if (!written.ok) return written;
    members.push(written.raw);
  }
  return ok(members);
};

/** Hours as Jira takes them whatever a day means there (jira.md §15.3). */
export const writeHours = (value: Value): string | null => (typeof value === "number" ? `${Math.round(value * 60)}m` : null);

/** What makes two members the same: the names of choices, because ids of the other system look alike. */
const memberKey = (binding: Binding, member: Single): string => {
  if (isChoice(member)) return `choice ${member.choice.trim().toLowerCase()}`;
  if (isPerson(member)) return `person ${member.person}`;
  if (isItemRef(member)) return `item ${member.ref}`;
  return binding.codec === "label" ? `label ${plain(member).trim().replace(/\s+/g, "_")}` : `text ${String(member)}`;
};

/** A member on its way out, as Jira itself told it: an option that was switched off or a component that was archived is in no list any more. */
const removalOf = (jira: Jira, binding: Binding, member: Single): Written => {
  if (isChoice(member) && member.id !== undefined && (binding.codec === "named" || binding.codec === "option")) return ok({ id: member.id });
  if (isPerson(member)) return ok(jira.site.cloud ? { accountId: member.person } : { name: member.login ?? jira.users.byId(member.person)?.login ?? member.person });
  return writeSingle(jira, binding, member, undefined);
};

/**
 * A list as additions and removals against what was read when the change was planned, so that what others added meanwhile stays, and
 * so does what may be kept but not given any more (jira.md §8.2, §9.3); undefined when that is not possible.
 */
export const writeMembers = (jira: Jira, binding: Binding, value: Value, before: Value | undefined): Written | undefined => {
  if (!binding.addRemove || !binding.schema.multiple || !Array.isArray(before)) return undefined;
  const [now, then] = [asList(value), asList(before as Value)];
  const [wanted, held] = [now, then].map((list) => new Set(list.map((member) => memberKey(binding, member)))) as [Set<string>, Set<string>];
  const added = now.filter((member, at) => !held.has(memberKey(binding, member)) && now.findIndex((other) => memberKey(binding, other) === memberKey(binding, member)) === at);
  const adding = added.map((member) => writeSingle(jira, binding, member, undefined));
  const removing = then.filter((member) => !wanted.has(memberKey(binding, member))).map((member) => removalOf(jira, binding, member));
  const bad = [...adding, ...removing].find((written) => !written.ok);
  if (bad !== undefined) return bad;
  const raws = (all: readonly Written[]): readonly unknown[] => all.flatMap((written) => (written.ok ? [written.raw] : []));
  return ok([...raws(adding).map((raw) => ({ add: raw })), ...raws(removing).map((raw) => ({ remove: raw }))]);
};
