// Names of files made fit for every system. Pure.

const MOST_NAME = 200;
/** Names of devices on Windows, whatever stands behind the first full stop: a server there, and whoever saves the file, cannot store it. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])\s*(?:\.|$)/i;

/** A name every system takes: no path, no control or reserved letters, no dots or blanks at its ends, not too long. */
export const safeName = (name: string): string => {
  const plain = name
    .normalize("NFC")
    .replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/gu, "")
    .replace(/[\\/:*?"<>|]/g, "_")
    .replace(/^[.\s]+|[.\s]+$/g, "");
  const dot = plain.lastIndexOf(".");
  const [stem, ending] = dot > 0 && plain.length - dot <= 12 ? [plain.slice(0, dot), plain.slice(dot)] : [plain, ""];
  const free = DEVICE.test(stem) ? `_${stem}` : stem;
  const cut = free.slice(0, MOST_NAME - ending.length).replace(/[\uD800-\uDBFF]$/, "");
  return cut + ending === "" ? "attachment" : cut + ending;
};
