// Where a text stops being JSON: the engine's own message names no place for the commonest mistakes, a comma too many and a word
// without quotes.

const BLANK = /[ \t\r\n]*/y;
const TOKEN = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|(?:true|false|null)\b|[{}[\],:]/y;

type Awaited = "value" | "value or ]" | "key" | "key or }" | ":" | ", or end" | "nothing";

const isValue = (token: string): boolean => !/^[}\],:]/.test(token);

const closes = (token: string, inside: string | undefined): boolean => (token === "]" && inside === "[") || (token === "}" && inside === "{");

/** The offset of the first sign that no JSON has there; the text's length where it ends too early, or is JSON. */
export const jsonFault = (text: string): number => {
  const open: string[] = [];
  let awaited: Awaited = "value";
  for (let at = 0; ; ) {
    BLANK.lastIndex = at;
    at += BLANK.exec(text)?.[0].length ?? 0;
    if (at >= text.length) return at;
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[0];
    if (token === undefined) return at;
    const inside = open.at(-1);
    if (closes(token, inside) && [", or end", inside === "[" ? "value or ]" : "key or }"].includes(awaited)) {
      open.pop();
      awaited = open.length === 0 ? "nothing" : ", or end";
    } else if (awaited === ", or end" && token === ",") awaited = inside === "[" ? "value" : "key";
    else if (awaited === ":" && token === ":") awaited = "value";
    else if (awaited.startsWith("key") && token.startsWith('"')) awaited = ":";
    else if (!awaited.startsWith("value") || !isValue(token)) return at;
    else if (token === "[" || token === "{") {
      open.push(token);
      awaited = token === "[" ? "value or ]" : "key or }";
    } else awaited = open.length === 0 ? "nothing" : ", or end";
    at += token.length;
  }
};
