// A system at one end of a connection as a proof needs it: an imitation in this process, or the real Redmine. Calls go through
// `handle`, and all that it holds can be kept and had again. What the connector makes of it is no matter here.

import { Agent } from "undici";
import type { PersonEdit, SandboxReply, SandboxRequest } from "../../lib/sandbox/imitation.ts";
import { loadSystem, type SignIn } from "../../lib/sandbox/systems.ts";
import { startRedmine } from "../support/redmine.ts";
import type { SystemEnd } from "./systemEnds.ts";

export interface Host {
  /** What our account needs to get in. */
  readonly signIn: SignIn;
  /** What a person needs to get in. */
  readonly hand: SignIn["credentials"];
  handle(request: SandboxRequest): Promise<SandboxReply>;
  /** Keeps everything; answers how to have it again. */
  save(): Promise<() => Promise<void>>;
  /** Ids of the items of this type and name. */
  named(type: string, name: string): Promise<readonly string[]>;
  /** What a person does at the system itself. */
  edit(edit: PersonEdit): Promise<void>;
  close(): Promise<void>;
}

const openImitation = async (end: SystemEnd, now: () => Date): Promise<Host> => {
  const { factory, signIn } = await loadSystem(end.system);
  const imitation = factory({ now });
  return {
    signIn,
    hand: end.hand.credentials,
    handle: async (request) => imitation.handle(request),
    save: async () => {
      const state = JSON.stringify(imitation.state());
      return async () => imitation.load(JSON.parse(state));
    },
    named: async (type, name) => imitation.items().filter((row) => row.type === type && row.name === name).map((row) => row.id),
    edit: async (edit) => void imitation.edit(edit),
    close: async () => undefined,
  };
};

/** Of one connection to the next server only; how long a body is, is told anew. */
const HOP_HEADERS = ["connection", "keep-alive", "transfer-encoding", "content-length"];

const without = <T>(headers: Readonly<Record<string, T>>): Record<string, NonNullable<T>> => {
  const kept: Record<string, NonNullable<T>> = {};
  for (const [name, value] of Object.entries(headers)) if (value !== undefined && value !== null && !HOP_HEADERS.includes(name)) kept[name] = value;
  return kept;
};

/** The wire to it is real; its clock is ours, named with each call. */
const openRedmine = async (end: SystemEnd, now: () => Date): Promise<Host> => {
  const server = await startRedmine();
  const empty = await server.save();
  // An account that is no administrator learns of the field for the marker from the first issue that shows it.
  await server.ruby(`Issue.create!(project_id: ${server.ids["project:demo"]}, tracker: Tracker.find_by!(name: ${JSON.stringify(end.type)}), author: User.find_by_login("anna"), subject: "The first"); true`, now());
  const agent = new Agent();
  const handle: Host["handle"] = async ({ method, target, headers, body }) => {
    const reply = await agent.request({ origin: server.url, path: target, method: method as "GET", headers: { ...without(headers), "x-tests-now": String(now().getTime()) }, ...(body.length === 0 ? {} : { body }) });
    return { status: reply.statusCode, headers: without(reply.headers), body: Buffer.from(await reply.body.arrayBuffer()) };
  };
  const account = end.hand.credentials["account"] as keyof typeof server.keys;
  return {
    signIn: { system: "redmine", credentials: { apiKey: server.keys.robot }, sampleProject: end.project },
    hand: { apiKey: server.keys[account] },
    handle,
    save: server.save,
    named: async (type, name) => (await server.ruby(`Issue.joins(:tracker).where(trackers: { name: ${JSON.stringify(type)} }, subject: ${JSON.stringify(name)}).pluck(:id)`)) as readonly string[],
    edit: async ({ action, author = "", id, fields = {} }) => {
      const issue = `User.current = User.find_by_login(${JSON.stringify(author)}); issue = Issue.find(${Number(id)})`;
      if (action === "delete") await server.ruby(`${issue}; issue.destroy; true`, now());
      else if (action === "update") await server.ruby(`${issue}; issue.init_journal(User.current); issue.attributes = JSON.parse(${JSON.stringify(JSON.stringify(fields))}); issue.save!; true`, now());
      else throw new Error(`a person does not ${action} here`);
    },
    close: async () => {
      await agent.close();
      await empty();
      await server.close();
    },
  };
};

export const openHost = (end: SystemEnd, now: () => Date): Promise<Host> => (end.system === "redmine" ? openRedmine(end, now) : openImitation(end, now));
