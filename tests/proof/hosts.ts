// A system at one end of a connection as a proof needs it: an imitation in this process, or the real Redmine. Calls go through
// `handle`, and all that it holds can be kept and had again. What the connector makes of it is no matter here.

import { Agent } from "undici";
import type { PersonEdit, SandboxReply, SandboxRequest } from "../../lib/sandbox/imitation.ts";
import { loadSystem, type SignIn } from "../../lib/sandbox/systems.ts";
import { startRedmine } from "../support/systems/redmine.ts";
import type { SystemEnd } from "./systemEnds.ts";

export interface HostRow {
  readonly id: string;
  readonly name: string;
}

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
  /** All items of this type. */
  rows(type: string): Promise<readonly HostRow[]>;
  /** What a person does at the system itself. Answers the item's id. */
  edit(edit: PersonEdit): Promise<string>;
  /** Seconds until a search shows what was written. */
  lag(seconds: number): void;
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
    rows: async (type) => imitation.items().filter((row) => row.type === type && row.status !== "(recycle bin)"),
    edit: async (edit) => imitation.edit(edit).id,
    lag: (seconds) => imitation.setSearchLag(seconds),
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
    rows: async (type) => (await server.ruby(`Issue.joins(:tracker).where(trackers: { name: ${JSON.stringify(type)} }).map { |issue| { id: issue.id.to_s, name: issue.subject } }`)) as readonly HostRow[],
    edit: async ({ action, type, author = "", id, fields = {} }) => {
      const given = `JSON.parse(${JSON.stringify(JSON.stringify(fields))})`;
      const person = `User.current = User.find_by_login(${JSON.stringify(author)})`;
      const issue = `${person}; issue = Issue.find(${Number(id)}); issue.init_journal(User.current)`;
      const deeds: Partial<Readonly<Record<PersonEdit["action"], string>>> = {
        create: `${person}; issue = Issue.new(project_id: ${server.ids["project:demo"]}, tracker: Tracker.find_by!(name: ${JSON.stringify(type)}), author: User.current); issue.attributes = ${given}; issue.save!; issue.id.to_s`,
        update: `${issue}; issue.attributes = ${given}; issue.save!; issue.id.to_s`,
        comment: `${issue}; issue.notes = ${given}["text"]; issue.save!; issue.id.to_s`,
        attach: `${issue}; file = ${given}; Attachment.create!(container: issue, file: StringIO.new(file["content"]), filename: file["name"], author: User.current); issue.touch; issue.id.to_s`,
        delete: `${issue}; issue.destroy; issue.id.to_s`,
      };
      const deed = deeds[action];
      if (deed === undefined) throw new Error(`a person does not ${action} here`);
      return String(await server.ruby(deed, now()));
    },
    lag: () => undefined,
    close: async () => {
      await agent.close();
      await empty();
      await server.close();
    },
  };
};

export const openHost = (end: SystemEnd, now: () => Date): Promise<Host> => (end.system === "redmine" ? openRedmine(end, now) : openImitation(end, now));
