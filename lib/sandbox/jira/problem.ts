// Answers that stop a request: thrown by whoever notices, turned into a reply in one place.

export class JiraProblem extends Error {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) {
    super(typeof body === "string" ? body : JSON.stringify(body));
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

type FieldErrors = Readonly<Record<string, string>>;

/** The usual error body. */
export const refuse = (status: number, messages: readonly string[], errors: FieldErrors = {}): JiraProblem => new JiraProblem(status, { errorMessages: messages, errors });

export const bad = (message: string): JiraProblem => refuse(400, [message]);
export const badField = (field: string, message: string): JiraProblem => refuse(400, [], { [field]: message });
export const badFields = (errors: FieldErrors, messages: readonly string[] = []): JiraProblem => refuse(400, messages, errors);
export const missing = (message: string): JiraProblem => refuse(404, [message]);
export const forbidden = (message: string): JiraProblem => refuse(403, [message]);

/** One field's value was refused; the caller knows which field and collects. */
export class ValueProblem extends Error {}

/** The body is the plain wording of a message, for people's edits and bulk creation. */
export const wording = (problem: JiraProblem): string => {
  if (typeof problem.body === "string") return problem.body;
  const body = problem.body as { errorMessages?: readonly string[]; errors?: FieldErrors };
  return [...(body.errorMessages ?? []), ...Object.entries(body.errors ?? {}).map(([field, text]) => `${field}: ${text}`)].join("; ");
};
