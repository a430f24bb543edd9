// Pairs that an earlier tool kept are told by their links until their comments and files were carried over once: what it copied
// stands there under words and names of its own. A run that ends in between leaves that to the next one.

import { SIDES } from "../../../core/types.ts";
import type { Link, LinkEnd } from "../../../store/store.ts";

/** In place of the version up to which the comments and files of a seeded item were carried over: nothing of them was yet. */
export const NOTHING_CARRIED = "seeded";

export const carriedVersion = ({ version }: Pick<LinkEnd, "version">): string | undefined => (version === NOTHING_CARRIED ? undefined : version);

/** Whether equal comments on both sides may be copies of an earlier tool. */
export const isFirstCarried = (link: Pick<Link, "master" | "target">): boolean => SIDES.every((side) => link[side].version === NOTHING_CARRIED);
