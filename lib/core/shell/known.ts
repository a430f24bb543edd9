// Whether the words of a command mean anything to us: what a scheduler would start in vain each night is told beforehand. Pure.

import { closest } from "../mapping/closest.ts";
import type { Command, CommandOption } from "./command.ts";

const optionFor = (command: Command, word: string): CommandOption | undefined => command.options.find(({ names }) => names.includes(word));

/** -qv is -q and -v. */
const lettersOf = (word: string): readonly string[] => (/^-[a-zA-Z]{2,}$/.test(word) ? [...word.slice(1)].map((letter) => `-${letter}`) : [word]);

/** What is wrong with the words behind `npx tandem`; undefined: nothing that can be known from them. */
export const unknownWord = (words: readonly string[], commands: readonly Command[]): string | undefined => {
  const [name, ...rest] = words;
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) return `there is no script "${name ?? ""}": there is ${closest(name ?? "", commands.map((candidate) => candidate.name))}`;
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at] ?? "";
    if (word === "--") return undefined;
    if (!word.startsWith("-") || word === "-") continue;
    const [flag = word, value] = word.startsWith("--") ? [word.replace(/=.*$/s, ""), word.includes("=") ? word : undefined] : [word, undefined];
    for (const one of lettersOf(flag)) if (optionFor(command, one) === undefined) return `${command.name} has no option "${one}": it has ${closest(one, command.options.map(({ names }) => names.at(-1) ?? ""))}`;
    if (value === undefined && optionFor(command, flag)?.placeholder !== undefined) at++;
  }
  return undefined;
};
