// What a name shows, once it is taken apart.

/** What stands around the words of a name; most names have none of it and share one empty value. */
export interface Extra {
  /** Surnames without the particles that only join, by word index. */
  readonly loose: Readonly<Record<number, string>> | undefined;
  /** Pieces of a hyphenated word, by word index. */
  readonly pieces: Readonly<Record<number, readonly string[]>> | undefined;
  readonly generation: string;
  readonly number: string;
  /** A personnel number that stands in the name. */
  readonly staff: string;
  /** A remark that is neither a status nor a number: "(Berlin)". Two different ones are two people until somebody says else. */
  readonly tag: string;
  /** Other names the text gives: a nickname in quotes, a maiden name. */
  readonly also: readonly string[];
}

export const NOTHING: Extra = { loose: undefined, pieces: undefined, generation: "", number: "", staff: "", tag: "", also: [] };

/** A name without an address in it; the words by the numbers of their forms. */
export interface Shown {
  readonly forms: readonly number[];
  readonly surname: number | undefined;
  readonly handle: boolean;
  readonly service: boolean;
  readonly extra: Extra;
}
