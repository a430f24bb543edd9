// Issue links. They cannot be changed, only made and removed, and the direction is easily got wrong: the inward issue is
// the one that does what the outward words say (jira.md §14.1).

import { asList, isItemRef, type Value } from "../../core/types.ts";
import { complaintText } from "./client.ts";
import type { Binding, Jira, LinkEnds } from "./model.ts";
import { objectsOf, own, textAt } from "./wire.ts";

export interface LinkWrite {
  readonly binding: Binding;
  readonly value: Value;
  /** As read when the write was planned: links that others made since then stay. */
  readonly before: Value;
}

const idsOf = (value: Value): readonly string[] => asList(value).map((member) => (isItemRef(member) ? member.ref : String(member)));

interface Issue {
  readonly id: string;
  readonly key: string;
}

interface Held {
  readonly link: string;
  readonly other: string;
}

const readHeld = async (jira: Jira, issue: string, binding: Binding): Promise<readonly Held[]> => {
  const body = await jira.site.client.must({ method: "GET", path: `${jira.site.api}/issue/${issue}`, query: { fields: "issuelinks" } });
  return objectsOf(own(own(body, "fields"), "issuelinks"))
    .filter((entry) => textAt(own(entry, "type"), "name") === binding.link?.type)
    .flatMap((entry) => (binding.link?.directions ?? []).map((direction) => ({ link: textAt(entry, "id"), other: textAt(own(entry, `${direction}Issue`), "id") })))
    .filter(({ other }) => other !== "");
};

/** Ours goes the way of the field; one without a direction always the same way, so that two who make it at once make one. */
const endsOf = ({ directions }: LinkEnds, here: Issue, there: Issue): readonly [Issue, Issue] => {
  const isTurned = directions.length > 1 ? Number(here.id) > Number(there.id) : directions[0] === "inward";
  return isTurned ? [there, here] : [here, there];
};

const add = async (jira: Jira, here: Issue, binding: Binding, other: string): Promise<string | undefined> => {
  const { link } = binding;
  const known = jira.refs.byId(other);
  if (known === undefined || link === undefined) return `there is no issue ${other}, or the account may not see it`;
  const [inward, outward] = endsOf(link, here, { id: other, key: known.key });
  // Made again it is still one link, so it may be repeated.
  const reply = await jira.site.client.ask({ method: "POST", path: `${jira.site.api}/issueLink`, json: { type: { name: link.type }, inwardIssue: { key: inward.key }, outwardIssue: { key: outward.key } }, repeatable: true });
  return reply.status < 300 ? undefined : complaintText(reply);
};

const removeOne = async (jira: Jira, link: string): Promise<string | undefined> => {
  const reply = await jira.site.client.ask({ method: "DELETE", path: `${jira.site.api}/issueLink/${link}` });
  return reply.status < 300 || reply.status === 404 ? undefined : complaintText(reply);
};

/** Why not all links are as wanted; undefined when they are. `fresh`: the issue has none yet. */
export const writeLinks = async (jira: Jira, issue: string, key: string, write: LinkWrite, fresh: boolean): Promise<string | undefined> => {
  const [wanted, before] = [idsOf(write.value), idsOf(write.before)];
  const held = fresh ? [] : await readHeld(jira, issue, write.binding);
  const reasons: (string | undefined)[] = [];
  for (const other of wanted) if (!held.some((entry) => entry.other === other)) reasons.push(await add(jira, { id: issue, key }, write.binding, other));
  for (const entry of held) if (before.includes(entry.other) && !wanted.includes(entry.other)) reasons.push(await removeOne(jira, entry.link));
  return reasons.find((reason) => reason !== undefined);
};
