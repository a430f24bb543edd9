// Cutting long lists into calls.

export const chunks = <T>(list: readonly T[], size: number): readonly (readonly T[])[] => Array.from({ length: Math.ceil(list.length / size) }, (_, index) => list.slice(index * size, (index + 1) * size));

/** Chunks of at most `size` entries and at most `room` in all by `weigh`; one too heavy entry travels alone. */
export const chunksWithin = <T>(list: readonly T[], size: number, room: number, weigh: (entry: T) => number): readonly (readonly T[])[] => {
  const all: T[][] = [];
  let weight = 0;
  for (const entry of list) {
    const own = weigh(entry);
    const last = all.at(-1);
    if (last === undefined || last.length >= size || weight + own > room) {
      all.push([entry]);
      weight = own;
    } else {
      last.push(entry);
      weight += own;
    }
  }
  return all;
};

/** Does nothing follow this page? `total`: of this page and all that follow. */
export type PageEnds = (rows: number, total: number | undefined, asked: number) => boolean;

/**
 * For the pages of one reading. They may be shorter than asked for, so only an empty one or the total tells. A total below the
 * rows that came is wrong, and one that a full page just reaches may be the page's own, unless it was more at an earlier page:
 * then one more page is asked for.
 */
export const pageEnds = (): PageEnds => {
  let counts = false;
  return (rows, total, asked) => {
    counts ||= total !== undefined && total > rows;
    return rows === 0 || (total === rows && (counts || rows < asked));
  };
};

/** The same of a page by itself. */
export const isLastPage: PageEnds = (rows, total, asked) => pageEnds()(rows, total, asked);
