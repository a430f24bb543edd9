// Refuses the implausible before anything is written (design.md §4). Pure: counts in, objections out.

export interface Objection {
  readonly message: string;
  readonly advice: string;
}

/** A full reading that finds nothing although there are pairs: a lost right, a wrong filter, an emptied project. */
export const suddenlyEmpty = (what: string, found: number, linked: number): Objection | undefined => {
  if (linked === 0) return undefined;
  if (found === 0) return { message: `${what} is suddenly empty; ${linked} items of it are paired`, advice: "check the account's rights, the project and the filter; --accept-empty insists" };
  if (linked >= 20 && found < linked / 2)
    return { message: `${what} has shrunk to ${found} items; ${linked} are paired`, advice: "check the account's rights, the project and the filter; --accept-empty insists" };
  return undefined;
};

/** More deletions in one sweep than anybody makes by hand. */
export const massDeletion = (what: string, deletions: number, linked: number): Objection | undefined => {
  const allowed = Math.max(10, Math.ceil(linked * 0.02));
  return deletions <= allowed ? undefined : { message: `${deletions} of ${linked} items of ${what} are gone, more than ${allowed}`, advice: "look at some of them first; --accept-deletions insists" };
};

/** How many items may lose the value of one field without having been changed: a formula, or a value that was taken out of a list. */
const MOST_EMPTIED = 10;

/**
 * A field that is empty now in items that nobody changed since they held a value there: the account lost the right to read it, or the
 * field left a form. Its partners would be emptied one after the other.
 */
export const suddenlyEmptied = (what: string, field: string, emptied: number): Objection | undefined =>
  emptied <= MOST_EMPTIED
    ? undefined
    : {
        message: `${field} is suddenly empty in ${emptied} items of ${what} that nobody changed`,
        advice: `look at one of them with the account's own eyes: may it still read ${field}? Then restore the right, or take the field out of the mapping; --accept-empty empties the partners too`,
      };
