// Decides what happens to the attachments of one pair. Pure. Names are made fit for both systems; a file above the limit
// stays where it is, with a reason.

import { type Direction, flows } from "../mapping/model.ts";
import { type Person, type Side, otherSide } from "../types.ts";
import { idOn, type KnownCopy } from "./comments.ts";
import { safeName } from "./fileName.ts";

export interface AttachmentState {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly author?: Person;
}

export interface AttachmentRules {
  readonly direction: Direction;
  readonly maxBytes: number;
}

export interface AttachmentSituation {
  readonly rules: AttachmentRules;
  readonly attachments: Readonly<Record<Side, readonly AttachmentState[]>>;
  readonly known: readonly KnownCopy[];
  /** Ids of our own accounts: what they attached is never carried over. */
  readonly accounts: Readonly<Record<Side, string>>;
}

export type AttachmentAction =
  /** `twins`: files of the same size there already, those of the same name first; equal content makes them the partner instead of a copy. */
  | { readonly do: "add"; readonly to: Side; readonly original: AttachmentState; readonly name: string; readonly twins: readonly AttachmentState[] }
  | { readonly do: "remove"; readonly to: Side; readonly copy: AttachmentState; readonly known: KnownCopy }
  | { readonly do: "forget"; readonly known: KnownCopy; readonly reason: string }
  | { readonly do: "skip"; readonly to: Side; readonly original: AttachmentState; readonly reason: string };

export const DEFAULT_MAX_BYTES = 10 * 1024 * 1024;

/** "plan.pdf" taken → "plan (2).pdf". */
const freeName = (name: string, taken: ReadonlySet<string>): string => {
  if (!taken.has(name.toLowerCase())) return name;
  const dot = name.lastIndexOf(".");
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  for (let n = 2; ; n++) if (!taken.has(`${stem} (${n})${ending}`.toLowerCase())) return `${stem} (${n})${ending}`;
};

const knownActions = (situation: AttachmentSituation, copy: KnownCopy): readonly AttachmentAction[] => {
  const to = otherSide(copy.origin);
  if (!flows(situation.rules.direction, copy.origin)) return [];
  const original = situation.attachments[copy.origin].some((file) => file.id === idOn(copy, copy.origin));
  const ours = situation.attachments[to].find((file) => file.id === idOn(copy, to));
  if (original) return [];
  return ours === undefined ? [{ do: "forget", known: copy, reason: "the attachment is gone on both sides" }] : [{ do: "remove", to, copy: ours, known: copy }];
};

const size = (bytes: number): string => (bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} kB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`);

const newActions = (situation: AttachmentSituation, from: Side): readonly AttachmentAction[] => {
  const to = otherSide(from);
  const linked = (side: Side, id: string): boolean => situation.known.some((copy) => idOn(copy, side) === id);
  const unlinked = situation.attachments[to].filter((file) => !linked(to, file.id));
  const taken = new Set(situation.attachments[to].map((file) => file.name.toLowerCase()));
  return situation.attachments[from].flatMap((original): readonly AttachmentAction[] => {
    if (linked(from, original.id) || original.author?.person === situation.accounts[from]) return [];
    if (original.size > situation.rules.maxBytes) return [{ do: "skip", to, original, reason: `${original.name} has ${size(original.size)}, more than the limit of ${size(situation.rules.maxBytes)}; it stays where it is` }];
    const wanted = safeName(original.name);
    const namesakes = unlinked.filter((file) => file.size === original.size && (file.name === original.name || safeName(file.name) === wanted));
    const name = namesakes.length > 0 ? freeName(wanted, new Set([...taken].filter((other) => !namesakes.some((twin) => twin.name.toLowerCase() === other)))) : freeName(wanted, taken);
    // An earlier tool may have called its copies otherwise: the size is sign enough to compare contents.
    const twins = [...namesakes, ...unlinked.filter((file) => file.size === original.size && file.size > 0 && !namesakes.includes(file))];
    taken.add(name.toLowerCase());
    return [{ do: "add", to, original, name, twins }];
  });
};

/** `twins` of an "add": files there that are to be compared by content first. Files of our own account are never carried over. */
export const decideAttachments = (situation: AttachmentSituation): readonly AttachmentAction[] => [
  ...situation.known.flatMap((copy) => knownActions(situation, copy)),
  ...(["master", "target"] as const).flatMap((from) => (flows(situation.rules.direction, from) ? newActions(situation, from) : [])),
];
