// A field whose values vanish from items that nobody changed: the account may not read it any more, and some systems say so by an
// empty value. Nothing is emptied on the other side before a person has looked.

import { GuardError } from "../../../core/errors.ts";
import { UNKNOWN } from "../../../core/sync/fingerprint.ts";
import { suddenlyEmptied } from "../../../core/sync/guard.ts";
import { isEmpty, valueOf } from "../../../core/sync/pairInput.ts";
import { otherSide, SIDES } from "../../../core/types.ts";
import type { Planned } from "../pairs/planning.ts";
import { place } from "../reading/readSide.ts";
import type { SetRun } from "../setRun.ts";

/** Throws GuardError. References are left out: whoever deletes a release or a sprint empties them, and changes no item. */
export const refuseEmptied = (run: SetRun, planned: readonly Planned[]): void => {
  if (run.options.accept?.empty === true) return;
  for (const from of SIDES)
    for (const mapping of run.set.fields) {
      if (mapping[from].kind === "reference") continue;
      const emptied = planned.filter(({ task, plan }) => {
        const known = task.link[from].prints[mapping.key];
        if (known === undefined || known === "" || known === UNKNOWN || task.resolve !== undefined) return false;
        if (!isEmpty(valueOf(plan[from], mapping, from)) || plan[from].changedAt !== task.link[from].changedAt) return false;
        return plan.changes[otherSide(from)].some((change) => change.key === mapping.key && isEmpty(change.after));
      });
      const objection = suddenlyEmptied(place(run, from), mapping[from].label, emptied.length);
      if (objection !== undefined) throw new GuardError(objection.message, objection.advice);
    }
};
