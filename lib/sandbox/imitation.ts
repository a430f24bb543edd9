// What one imitated system offers the sandbox server, and what the server hands it.
// The sandbox shares no code with the connectors: both are readings of the vendor's document.

/** A request as it came over the wire. `target` is the raw request target: vendors' clients leave it unencoded. */
export interface SandboxRequest {
  readonly method: string;
  readonly target: string;
  /** The part of `target` before the "?", as it was sent: not decoded, so that %2F stays inside its segment. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

export interface SandboxReply {
  readonly status: number;
  /** A header given as a list is sent once per entry (Set-Cookie). */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** An object is sent as JSON, a string or Buffer as it is. */
  readonly body?: unknown;
}

/** An edit "by a person": no sign-in, no rate limit, but the system's rules and its change history. */
export interface PersonEdit {
  readonly author?: string;
  readonly action: "create" | "update" | "delete" | "comment" | "attach";
  readonly type: string;
  readonly project?: string;
  /** Id or key, for everything but create. */
  readonly id?: string;
  /** Fields in the vendor's own names and wire values; for comment {text}, for attach {name, content, contentType}. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** One line of the page at `/`. */
export interface ItemRow {
  readonly type: string;
  readonly id: string;
  readonly key?: string;
  readonly project: string;
  readonly name: string;
  readonly status?: string;
  readonly changedAt: string;
  /** Whatever a person would like to see when opening the row. */
  readonly details: Readonly<Record<string, string>>;
}

/** A bucket of `burst` calls, refilled by `perSecond`; empty, it answers 429 with Retry-After. */
export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
  readonly retryAfterSeconds: number;
  /** The vendor's own 429, where it has one; Retry-After is added where it is missing. */
  readonly reply?: SandboxReply;
}

export interface Imitation {
  /** "octane", "jira-cloud", "jira-dc", "alm-qc", "azure-devops", "servicenow". */
  readonly system: string;
  handle(request: SandboxRequest): Promise<SandboxReply> | SandboxReply;
  /** Whole content as JSON in canonical order; `load(state())` is the identity. */
  state(): unknown;
  load(state: unknown): void;
  reset(): void;
  /** Answers the id of the item touched. */
  edit(edit: PersonEdit): { readonly id: string; readonly key?: string };
  items(): readonly ItemRow[];
  /** Ends every session (fault "expire session"). */
  expireSessions(): void;
  /** Seconds a write stays invisible to searches (fault "search lag"). */
  setSearchLag(seconds: number): void;
  /** The n-th entries of the next bulk writes fail (fault "partial bulk failure"). */
  failBulkEntries(positions: readonly number[]): void;
  /** The system's own limit; the server's option `rateLimit` goes before it. */
  readonly rateLimit?: RateLimit;
  /** True where the system itself answers a browser's `GET /`; the page is then only at /_sandbox/. */
  readonly claimsRoot?: boolean;
}

/** The clock of a sandbox server: real time plus an offset, or frozen and moved by hand. */
export interface SandboxClock {
  now(): Date;
}

/** How a system is made: `new`-less, so that the server owns clock and options. */
export type ImitationFactory = (clock: SandboxClock, options?: Readonly<Record<string, unknown>>) => Imitation;
