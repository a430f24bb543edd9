// Lenient access to what Azure DevOps answers: nothing here trusts a shape, because Services, Servers and their versions
// differ. Pure.

export { encoded as segment, idOf, instantOf, isObject, type Json, laterBy, listAt, numberOf, objectsAt, own, sameWord, textAt, textOf } from "../json.ts";

/** Ids of work items are numbers from 1 on; anything else would change the address it is put into (§19: id 0 is no route). */
export const isItemId = (id: string): boolean => /^[1-9]\d{0,9}$/.test(id);

export const isGuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

/** The last segment of an address, without its query: the id it leads to, with or without a project before it (§10). */
export const lastSegment = (address: string): string => {
  const last = /([^/?#]+)\/?(?:[?#].*)?$/.exec(address)?.[1] ?? "";
  try {
    return decodeURIComponent(last);
  } catch (error) {
    // No address of Azure DevOps' own: a link that somebody put in, say.
    if (error instanceof URIError) return last;
    throw error;
  }
};
