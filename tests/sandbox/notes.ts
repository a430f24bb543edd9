// A tiny system to try the sandbox server on: notes with a text, a search that may lag, sessions, a bulk write.

import type { Imitation, ImitationFactory, ItemRow, PersonEdit, RateLimit, SandboxReply, SandboxRequest } from "../../lib/sandbox/imitation.ts";

interface Note {
  readonly id: string;
  readonly text: string;
  readonly author: string;
  readonly at: string;
}

export interface NotesState {
  readonly notes: readonly Note[];
  readonly next: number;
}

const isNotes = (state: unknown): state is NotesState => typeof state === "object" && state !== null && "notes" in state && Array.isArray(state.notes) && "next" in state;

export const createNotes: ImitationFactory = (clock, options = {}): Imitation => {
  let state: NotesState = { notes: [], next: 1 };
  let signedIn = true;
  let lag = 0;
  let failing: readonly number[] = [];
  const add = (text: string, author: string): Note => {
    const note = { text, id: String(state.next), author, at: clock.now().toISOString() };
    state = { notes: [...state.notes, note], next: state.next + 1 };
    return note;
  };
  const bulk = (texts: readonly string[]): SandboxReply => ({ status: 200, body: texts.map((text, position) => (failing.includes(position) ? { error: "refused" } : { id: add(text, "api").id })) });
  const routes: Readonly<Record<string, (request: SandboxRequest) => SandboxReply | Promise<SandboxReply>>> = {
    "GET /notes": () => ({ status: 200, body: state.notes }),
    "GET /search": () => ({ status: 200, body: state.notes.filter(({ at }) => Date.parse(at) + lag * 1000 <= clock.now().getTime()) }),
    "POST /notes": ({ body }) => ({ status: 201, body: add(body.toString("utf8"), "api") }),
    "POST /bulk": ({ body }) => bulk(JSON.parse(body.toString("utf8")) as string[]),
    "GET /text": () => ({ status: 200, body: "plain" }),
    "GET /bytes": () => ({ status: 200, headers: { "content-type": "image/png" }, body: Buffer.from([0, 255, 1]) }),
    "GET /cookies": () => ({ status: 200, headers: { "Set-Cookie": ["a=1", "b=2"] }, body: {} }),
    "DELETE /notes": () => ({ status: 204 }),
    "GET /broken": () => {
      throw new Error("out of order");
    },
    "POST /session": () => {
      signedIn = true;
      return { status: 200, body: {} };
    },
  };
  const echo = (request: SandboxRequest): SandboxReply => ({
    status: 200,
    body: { method: request.method, target: request.target, path: request.path, query: [...request.query], length: request.body.length, custom: request.headers["x-custom"] ?? null },
  });
  const edit = ({ action, id, author, fields }: PersonEdit): { readonly id: string } => {
    if (action === "create") return add(String(fields?.text ?? ""), author ?? "somebody");
    if (!state.notes.some((note) => note.id === id)) throw new Error(`no note has the id ${id}`);
    state = { ...state, notes: state.notes.flatMap((note) => (note.id !== id ? [note] : action === "delete" ? [] : [{ ...note, text: String(fields?.text ?? note.text), at: clock.now().toISOString() }])) };
    return { id: id as string };
  };
  return {
    system: "notes",
    handle: (request) => {
      if (!signedIn && request.path !== "/session") return { status: 401, body: { error: "sign in" } };
      return (routes[`${request.method} ${request.path}`] ?? echo)(request);
    },
    state: () => state,
    load: (given) => {
      if (!isNotes(given)) throw new Error("a state has notes and next");
      state = given;
    },
    reset: () => {
      state = { notes: [], next: 1 };
      signedIn = true;
    },
    edit,
    items: (): readonly ItemRow[] => state.notes.map((note) => ({ type: "note", id: note.id, project: "P", name: note.text, changedAt: note.at, details: { author: note.author, text: note.text } })),
    expireSessions: () => {
      signedIn = false;
    },
    setSearchLag: (seconds) => {
      lag = seconds;
    },
    failBulkEntries: (positions) => {
      failing = positions;
    },
    ...(options.rateLimit === undefined ? {} : { rateLimit: options.rateLimit as RateLimit }),
    ...(options.claimsRoot === true ? { claimsRoot: true } : {}),
  };
};
