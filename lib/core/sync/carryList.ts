// Lists of texts (labels, tags) between systems of which one writes a member otherwise ("a b" as "a_b"): what was added and
// taken away goes over, the other members stay as the other side writes them. Pure.

import type { Single } from "../types.ts";

export interface MergedList {
  readonly members: readonly Single[];
  /** It could not be told which member of the other side was taken away: the edited list stands for the whole. */
  readonly whole: boolean;
}

/** What two spellings of one label have in common. */
export const folded = (member: Single): string => (typeof member === "string" ? member.normalize("NFKC").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "") : JSON.stringify(member));

const unique = (members: readonly Single[]): readonly Single[] => [...new Map(members.map((member) => [JSON.stringify(member), member])).values()];

/** Members of both that are each other's spelling: equal ones, then those alike, then the only two left. */
const spellings = (base: readonly Single[], other: readonly Single[]): ReadonlyMap<Single, Single> => {
  const found = new Map<Single, Single>();
  const free = { base: [...base], other: [...other] };
  const pair = (same: (a: Single, b: Single) => boolean): void => {
    for (const member of [...free.base]) {
      const fits = free.other.filter((candidate) => same(member, candidate));
      const [hit] = fits;
      if (hit === undefined || (fits.length > 1 && member !== hit)) continue;
      found.set(member, hit);
      free.base.splice(free.base.indexOf(member), 1);
      free.other.splice(free.other.indexOf(hit), 1);
    }
  };
  pair((a, b) => a === b);
  pair((a, b) => folded(a) === folded(b) && folded(a) !== "");
  if (free.base.length === 1) pair(() => free.other.length === 1);
  return found;
};

/** `base`: what the edited side held before. `edited`: what it holds now. `other`: how the other side holds `base`. */
export const mergeLists = (base: readonly Single[], edited: readonly Single[], other: readonly Single[]): MergedList => {
  const [b, e, o] = [unique(base), unique(edited), unique(other)];
  const partner = spellings(b, o);
  const gone = b.filter((member) => !e.includes(member));
  if (gone.some((member) => !partner.has(member)) && o.some((member) => ![...partner.values()].includes(member))) return { members: e, whole: true };
  const dropped = new Set(gone.map((member) => partner.get(member)));
  return { members: unique([...o.filter((member) => !dropped.has(member)), ...e.filter((member) => !b.includes(member))]), whole: false };
};
