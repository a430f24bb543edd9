// What an item tells of its comments and files with itself, put into the normal form when somebody asks for it.

import type { Attachment, Comment, Item } from "../core/types.ts";

export interface Tellers {
  readonly comments?: () => readonly Comment[] | undefined;
  readonly attachments?: () => readonly Attachment[] | undefined;
}

const once = <T>(tell: (() => T) | undefined): (() => T | undefined) => {
  let answer: { readonly told: T | undefined } | undefined;
  return () => (answer ??= { told: tell?.() }).told;
};

/** The item with what it tells; undefined is not told. */
export const telling = (item: Item, tellers: Tellers): Item => {
  const [comments, attachments] = [once(tellers.comments), once(tellers.attachments)];
  const told = {
    get comments() {
      return comments();
    },
    get attachments() {
      return attachments();
    },
  };
  return { ...item, told };
};
