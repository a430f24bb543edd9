// Names of files made fit for every system. Pure.

const MOST_NAME = 200;

/** A name every system takes: no path, no control or reserved letters, no dots or blanks at its ends, not too long. */
export const safeName = (name: string): string => {
  const plain = name
    .normalize("NFC")
    .replace(/[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, "")
    .replace(/[\\/:*?"<>|]/g, "_")
    .replace(/^[.\s]+|[.\s]+$/g, "");
  const dot = plain.lastIndexOf(".");
  const [stem, ending] = dot > 0 && plain.length - dot <= 12 ? [plain.slice(0, dot), plain.slice(dot)] : [plain, ""];
  const cut = stem.slice(0, MOST_NAME - ending.length).replace(/[\uD800-\uDBFF]$/, "");
  return cut + ending === "" ? "attachment" : cut + ending;
};
