// Proposes type, field and value mappings by name and kind. Pure. Every doubt is said; nothing doubtful is mapped.

import type { FieldSchema, TypeSchema } from "../types.ts";
import { flows, type Direction } from "./model.ts";

export interface Proposal<T> {
  readonly master: T;
  readonly target: T;
  readonly why: string;
}

export interface FieldProposal extends Proposal<FieldSchema> {
  readonly values?: readonly { readonly master: string; readonly target: string }[];
  /** List values of either side that nobody's name matches. */
  readonly unmapped: readonly string[];
}

/** Letters of every script count: with none of their own left, two names would be the same. */
const words = (text: string): string => text.normalize("NFC").toLowerCase().replace(/[^\p{L}\p{M}\p{N}]+/gu, " ").trim();

/** A name of signs alone is like no other. */
const sameWords = (a: string, b: string): boolean => words(a) === words(b) && words(a) !== "";

/** What a dotted name ends with, `System.AssignedTo` → assigned to: a server in another language tells no more. */
const lastWords = (name: string): string => words((name.split(".").at(-1) ?? name).replace(/(?<=\p{Ll})(?=\p{Lu})/gu, " "));

/** Names that mean the same in different products, one group a line. */
const TYPE_GROUPS: readonly (readonly string[])[] = [
  ["release", "version", "fix version", "rm release scrum"],
  ["sprint", "iteration", "cycle", "release cycle", "rm sprint"],
  ["epic", "rm epic"],
  ["feature", "epic", "rm epic"],
  ["story", "user story", "product backlog item", "rm story"],
  ["defect", "bug", "issue", "rm defect"],
  ["task", "sub task", "rm scrum task"],
  ["requirement", "requirement document"],
];

/** What a requirement is where there are none, the best first. */
const WISHES: readonly string[] = ["product backlog item", "user story", "story", "rm story", "feature"];

const FIELD_GROUPS: readonly (readonly string[])[] = [
  ["name", "summary", "subject", "title", "headline", "short description"],
  ["description", "details"],
  ["phase", "status", "state"],
  ["owner", "assignee", "assigned to", "assigned to id"],
  ["author", "reporter", "detected by", "caller", "opened by"],
  ["priority"],
  ["severity"],
  ["story points", "story point estimate", "effort"],
  ["release", "fixversions", "fix versions", "fix version s", "fixed version", "target release"],
  ["sprint", "iteration path", "target cycle"],
  ["parent", "epic link", "parent link", "parent issue", "parent id"],
  ["due date", "duedate"],
  ["start date", "startdate"],
  ["end date", "enddate", "release date", "releasedate", "due date"],
  ["labels", "user tags", "tags"],
  ["environment"],
  ["done", "done ratio", "percent complete"],
  ["estimated hours", "original estimate"],
  // What a sprint lies in.
  ["release", "parent", "parent id"],
];

const VALUE_GROUPS: readonly (readonly string[])[] = [
  ["new", "to do", "open", "backlog", "in backlog", "planned", "proposed", "draft"],
  ["in progress", "active", "doing", "opened", "work in progress"],
  ["in testing", "in review", "testing", "feedback", "ready for testing"],
  ["done", "closed", "completed", "resolved", "fixed", "complete"],
  ["urgent", "highest", "blocker", "immediate", "very high", "1 critical"],
  ["critical", "very high", "urgent", "highest"],
  ["high", "major", "2 high", "1 high"],
  ["medium", "normal", "moderate", "3 moderate", "2 medium"],
  ["low", "minor", "4 low", "3 low"],
  ["very low", "lowest", "trivial", "5 planning"],
];

/** Some lists number their values: "1 - Critical", "3-High". The order differs from list to list, the word does not. */
const unnumbered = (text: string): string => words(text).replace(/^\d+ (?=\D)/, "");

/** Two forms of one word: open and opened, close and closed. */
const isOneWord = (a: string, b: string): boolean => {
  const [short = "", long = ""] = [words(a), words(b)].toSorted((one, other) => one.length - other.length);
  return long === `${short}ed` || (short.endsWith("e") && long === `${short}d`);
};

const inOneGroup = (groups: readonly (readonly string[])[], a: string, b: string): boolean => groups.some((group) => group.includes(words(a)) && group.includes(words(b)));

/** Type pairs by equal name or by a common meaning; each type is used once, equal names first. */
export const proposeTypes = (master: readonly TypeSchema[], target: readonly TypeSchema[]): readonly Proposal<TypeSchema>[] => {
  const found: Proposal<TypeSchema>[] = [];
  const used = new Set<TypeSchema>();
  const add = (a: TypeSchema, b: TypeSchema, why: string): void => {
    if (used.has(a) || used.has(b)) return;
    used.add(a).add(b);
    found.push({ master: a, target: b, why });
  };
  for (const a of master) for (const b of target) if (sameWords(a.name, b.name)) add(a, b, "same name");
  for (const group of TYPE_GROUPS) for (const name of group) for (const a of master) if (words(a.name) === name) for (const b of target) if (inOneGroup([group], a.name, b.name)) add(a, b, "same meaning");
  for (const wish of WISHES) for (const a of master) for (const b of target) if ([words(a.name), words(b.name)].toSorted().join() === ["requirement", wish].toSorted().join()) add(a, b, "similar meaning");
  return found;
};

const KINDS_ALIKE: Readonly<Record<string, readonly string[]>> = {
  string: ["string"],
  text: ["text", "string"],
  number: ["number"],
  boolean: ["boolean"],
  date: ["date", "dateTime"],
  dateTime: ["dateTime", "date"],
  choice: ["choice"],
  person: ["person"],
  reference: ["reference"],
};

const alike = (a: FieldSchema, b: FieldSchema): string | undefined => {
  const kinds = (KINDS_ALIKE[a.kind]?.includes(b.kind) ?? false) || (KINDS_ALIKE[b.kind]?.includes(a.kind) ?? false);
  if (!kinds) return undefined;
  const [ofA, ofB] = [a, b].map(({ name, label }) => [name, label, ...(name.includes(".") ? [lastWords(name)] : [])]);
  const names = (ofA ?? []).flatMap((x) => (ofB ?? []).map((y) => [x, y] as const));
  if (names.some(([x, y]) => sameWords(x, y))) return "same name";
  return names.some(([x, y]) => inOneGroup(FIELD_GROUPS, x, y)) ? "same meaning" : undefined;
};

const valuePairs = (a: FieldSchema, b: FieldSchema): Pick<FieldProposal, "values" | "unmapped"> => {
  if (a.kind !== "choice" || b.kind !== "choice" || a.choices === undefined || b.choices === undefined) return { unmapped: [] };
  const values: { master: string; target: string }[] = [];
  type Values = readonly { readonly name: string }[];
  const byMeaning = (name: string, others: Values): string | undefined =>
    others.find((other) => inOneGroup(VALUE_GROUPS, other.name, name))?.name ?? others.find((other) => inOneGroup(VALUE_GROUPS, unnumbered(other.name), unnumbered(name)))?.name;
  const partner = (name: string, own: Values, others: Values): string | undefined => {
    const same = others.find((other) => sameWords(other.name, name))?.name ?? others.find((other) => sameWords(unnumbered(other.name), unnumbered(name)))?.name;
    if (same !== undefined) return same;
    const meant = byMeaning(name, others);
    // Beside New, Open is not the start: Opened is nearer to it, where there is one.
    const isTaken = meant !== undefined && own.some((choice) => sameWords(choice.name, meant));
    return (isTaken ? others.find((other) => isOneWord(other.name, name))?.name : undefined) ?? meant;
  };
  for (const choice of a.choices) {
    const other = partner(choice.name, a.choices, b.choices);
    if (other !== undefined) values.push({ master: choice.name, target: other });
  }
  for (const choice of b.choices) {
    if (values.some((pair) => pair.target === choice.name)) continue;
    const other = partner(choice.name, b.choices, a.choices);
    if (other !== undefined) values.push({ master: other, target: choice.name });
  }
  const unmapped = [
    ...a.choices.filter((choice) => !values.some((pair) => pair.master === choice.name)).map((choice) => `master "${choice.name}"`),
    ...b.choices.filter((choice) => !values.some((pair) => pair.target === choice.name)).map((choice) => `target "${choice.name}"`),
  ];
  return { values, unmapped };
};

const readOnly = (field: FieldSchema): boolean => !field.onCreate && !field.onUpdate;

/** Nobody can fill it in in items of this type, and they may well not have it. */
const isOthers = (field: FieldSchema): boolean => field.offScreen === true;

/** A reference that can mean one type only is nearer than one that can mean several, such as any iteration. */
const breadth = ({ master, target }: Proposal<FieldSchema>): number => (master.refersTo?.length ?? 0) + (target.refersTo?.length ?? 0);

/** Field pairs; references only where the types they point at are mapped. A field is used once, equal names first. */
export const proposeFields = (master: TypeSchema, target: TypeSchema, mapped: readonly Proposal<TypeSchema>[]): readonly FieldProposal[] => {
  const candidates: (FieldProposal & { readonly rank: number })[] = [];
  const pairMapped = (a: FieldSchema, b: FieldSchema): boolean => mapped.some((pair) => (a.refersTo ?? []).includes(pair.master.name) && (b.refersTo ?? []).includes(pair.target.name));
  for (const a of master.fields) {
    for (const b of target.fields) {
      // What an item is called is its name, whatever that is called.
      const why = alike(a, b) ?? (a.name === master.nameField && b.name === target.nameField ? "both are the name" : undefined);
      if (why === undefined || (readOnly(a) && readOnly(b)) || isOthers(a) || isOthers(b) || (a.kind === "reference" && !pairMapped(a, b))) continue;
      candidates.push({ master: a, target: b, why, rank: why === "same meaning" ? 1 : 0, ...valuePairs(a, b) });
    }
  }
  const used = new Set<FieldSchema>();
  return candidates
    .toSorted((x, y) => x.rank - y.rank || breadth(x) - breadth(y))
    .filter(({ master: a, target: b }) => {
      if (used.has(a) || used.has(b)) return false;
      used.add(a).add(b);
      return true;
    })
    .map(({ rank: _rank, ...proposal }) => proposal);
};

/** Fields a creation on this side demands and nothing proposed sets. */
export const missingRequired = (schema: TypeSchema, fields: readonly FieldProposal[], side: "master" | "target", direction: Direction): readonly FieldSchema[] =>
  flows(direction, side === "master" ? "target" : "master") ? schema.fields.filter((field) => field.required && !fields.some((proposal) => proposal[side].name === field.name)) : [];
