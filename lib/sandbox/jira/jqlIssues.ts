// Keys and ids in JQL, and the functions that answer issues. An unknown key refuses the whole query (sheet §5.3).

import { instantOf } from "./jqlDates.ts";
import type { Clause, Func, Single } from "./jqlParse.ts";
import { complain, unsupported, userByWords, type Compiler, type JqlContext, type Test } from "./jqlSpec.ts";
import type { Issue } from "./model.ts";

const linked = (context: JqlContext, args: readonly string[]): readonly number[] | null => {
  const { world } = context;
  const issue = world.byKey(args[0] ?? "") ?? world.issues.get(Number(args[0]));
  if (!issue) return null;
  const wanted = args.slice(1).map((word) => word.toLowerCase());
  return world.linksOf(issue.id).filter((link) => {
    const type = world.tables.linkTypes.get(link.typeId);
    const words = type ? [type.name, link.from === issue.id ? type.outward : type.inward].map((word) => word.toLowerCase()) : [];
    return wanted.length === 0 || wanted.some((word) => words.includes(word));
  }).map((link) => (link.from === issue.id ? link.to : link.from));
};

const all = (context: JqlContext, test: (issue: Issue) => boolean): readonly number[] => [...context.world.issues.values()].filter(test).map((issue) => issue.id);

const updatedBy = (context: JqlContext, args: readonly string[]): readonly number[] => {
  const users = new Set(userByWords(context, { kind: "value", text: args[0] ?? "", quoted: true }) ?? []);
  const bound = (text: string | undefined, usual: number): number => (text === undefined ? usual : instantOf(context, { kind: "value", text, quoted: true }, "updated"));
  const [from, to] = [bound(args[1], Number.NEGATIVE_INFINITY), bound(args[2], Number.POSITIVE_INFINITY)];
  const within = (at: number, who: string | null): boolean => at >= from && at <= to && users.has(who ?? "");
  return all(context, (issue) => within(issue.created, issue.creator) || issue.histories.some((one) => within(one.created, one.author)) || issue.comments.some((one) => within(one.updated, one.updateAuthor)));
};

const issueFunction = (context: JqlContext, call: Func): readonly number[] | string => {
  const me = context.user?.id ?? "";
  switch (call.name.toLowerCase()) {
    case "linkedissues": return linked(context, call.args) ?? `Issue '${call.args[0] ?? ""}' could not be found in function 'linkedIssues'.`;
    case "issueswithremotelinksbyglobalid": {
      if (call.args.length > 100) return "A maximum of 100 global ids can be given to 'issuesWithRemoteLinksByGlobalId'.";
      const wanted = new Set(call.args);
      return all(context, (issue) => issue.remoteLinks.some((link) => link.globalId !== null && wanted.has(link.globalId)));
    }
    case "watchedissues": return all(context, (issue) => issue.watchers.includes(me));
    case "votedissues": return all(context, (issue) => issue.votes.includes(me));
    case "issuehistory": return [];
    case "updatedby": return updatedBy(context, call.args);
    default: return `Unable to find JQL function '${call.name}(${call.args.join(", ")})'.`;
  }
};

const idsOf = (compiler: Compiler, clause: Clause, single: Single): readonly number[] => {
  const { context } = compiler;
  if (single.kind === "empty") return [];
  if (single.kind === "function") {
    const found = issueFunction(context, single);
    if (typeof found !== "string") return found;
    complain(compiler, found);
    return [];
  }
  const found = /^\d+$/.test(single.text) ? context.world.issues.get(Number(single.text)) : context.world.byKey(single.text);
  if (found) return [found.id];
  if (context.user && context.world.options.unknownKeyFails) complain(compiler, `An issue with key '${single.text}' does not exist for field '${clause.field}'.`);
  return [];
};

const numberOfKey = (key: string): number => Number(key.slice(key.lastIndexOf("-") + 1));

export const keyTest = (compiler: Compiler, clause: Clause): Test => {
  const { operator, operand } = clause;
  const singles = operand.kind === "list" ? operand.items : [operand];
  if (operand.kind === "empty") return operator === "is not" || operator === "!=" ? () => true : () => false;
  if (operator === "=" || operator === "in" || operator === "!=" || operator === "not in") {
    const wanted = new Set(singles.flatMap((single) => idsOf(compiler, clause, single)));
    const positive = operator === "=" || operator === "in";
    return (doc) => wanted.has(doc.id) === positive;
  }
  if (!["<", "<=", ">", ">="].includes(operator) || operand.kind !== "value") return unsupported(compiler, clause);
  const text = operand.text;
  const byNumber = /^\d+$/.test(text);
  const bound = byNumber ? Number(text) : numberOfKey(text);
  const project = text.slice(0, text.lastIndexOf("-")).toUpperCase();
  return (doc) => {
    if (!byNumber && !doc.key.startsWith(`${project}-`)) return false;
    const own = byNumber ? doc.id : numberOfKey(doc.key);
    return operator === "<" ? own < bound : operator === "<=" ? own <= bound : operator === ">" ? own > bound : own >= bound;
  };
};
