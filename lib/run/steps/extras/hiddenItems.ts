// What looks gone may only be hidden, together with the item it hangs on: an item that cannot be read says nothing about its
// comments and attachments. Asked before anything is taken for deleted, so that an unchanged pair costs no call.

import { type Side, SIDES } from "../../../core/types.ts";
import type { Link } from "../../../store/store.ts";
import { readNamed } from "../reading/readSide.ts";
import { itemKey, type SetRun } from "../setRun.ts";

interface Suspect {
  readonly link: Link;
  readonly actions: readonly { readonly do: string }[];
}

const RESTS_ON_ABSENCE = ["remove", "forget", "owe"];

export const restsOnAbsence = (actions: Suspect["actions"]): boolean => actions.some((action) => RESTS_ON_ABSENCE.includes(action.do));

/** Pairs of which something would be taken for deleted although one of their items cannot be read now. */
export const hiddenPairs = async (run: SetRun, suspects: readonly Suspect[]): Promise<ReadonlySet<Link>> => {
  const hidden = new Set<Link>();
  const asked = suspects.filter(({ actions }) => restsOnAbsence(actions)).map(({ link }) => link);
  const read = async (side: Side): Promise<void> => {
    const due = asked.filter((link) => !run.made.has(itemKey(side, link[side].id)));
    if (due.length === 0) return;
    const there = new Set((await readNamed(run, side, due.map((link) => link[side].id))).map((item) => item.id));
    for (const link of due) if (!there.has(link[side].id)) hidden.add(link);
  };
  for (const side of SIDES) await read(side);
  return hidden;
};
