// Whether a file is the table of matchByName that a person has worked on, from its beginning: a spreadsheet may have moved its
// columns, and a tool sorted the names of its JSON.

/** `head`: the first letters of the text, without its byte order mark. */
export const holdsDecisions = (head: string): boolean => {
  if (/^\s*[[{]/.test(head)) return /"decision"\s*:/.test(head) && /"masterId"\s*:/.test(head);
  const [line = ""] = head.replace(/^sep=.\r?\n/i, "").split("\n");
  const cells = line.split(/[,;\t]/).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1").toLowerCase());
  return cells.includes("decision") && cells.includes("masterid") && cells.includes("targetid");
};
