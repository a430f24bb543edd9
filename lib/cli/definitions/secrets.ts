// Secrets come from the environment or a private file, never from a definition file; each is registered for redaction
// the moment it is known.

import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import path, { resolve } from "node:path";
import { decodeText } from "../../core/decode.ts";
import { ConfigError, type Problem } from "../../core/errors.ts";
import { registerBasic, registerSecret } from "../output/redact.ts";

const PLACEHOLDER = /^\$\{(env|file):([^}]+)\}$/;
const SECRET_KEYS = /secret|token|password|apikey|passphrase/i;
/** What an account is called is no secret: lists of people have it too, and the next script takes it from what the last one printed. */
const ACCOUNT_KEYS = /^(user|email)$/;

/** Credentials that are secrets but stand in the file in clear text. */
export const checkPlaceholders = (credentials: Readonly<Record<string, string>>, place: (key: string) => Omit<Problem, "message">): Problem[] =>
  Object.entries(credentials)
    .filter(([key, value]) => SECRET_KEYS.test(key) && !PLACEHOLDER.test(value))
    .map(([key]) => ({ ...place(key), message: `the secret "${key}" stands in the file itself`, advice: `put it into the environment and write \${env:NAME}, or into a file of mode 0600 and write \${file:path}` }));

/** Secret files lie in the configuration folder or where systems mount secrets; anything else is refused. */
const ROOTS = ["/run/secrets", "/var/run/secrets", "/etc/tandem"];

/** Both absolute; another drive is outside. */
export const isInside = (file: string, root: string, { relative, sep, isAbsolute }: Pick<path.PlatformPath, "relative" | "sep" | "isAbsolute"> = path): boolean => {
  const way = relative(root, file);
  return way !== "" && !way.startsWith(`..${sep}`) && way !== ".." && !isAbsolute(way);
};

const fromFile = (directory: string, name: string, problem: (message: string, advice: string) => never): string => {
  const file = resolve(directory, name);
  if (!existsSync(file)) return problem(`the secret file ${file} does not exist`, "create it with mode 0600");
  const real = realpathSync.native(file);
  const roots = [realpathSync.native(directory), ...ROOTS];
  if (!roots.some((root) => isInside(real, root))) return problem(`the secret file ${file} lies outside the configuration folder`, `move it into ${directory}, or under ${ROOTS.join(", ")}`);
  const mode = statSync(real).mode & 0o077;
  if (mode !== 0 && process.platform !== "win32") return problem(`the secret file ${file} can be read by others`, `chmod 600 ${file}`);
  return decodeText(readFileSync(real)).replace(/\r?\n$/, "");
};

/** The value a placeholder stands for; other texts as they are. Throws ConfigError. */
const resolved = (value: string, directory: string, place: Omit<Problem, "message">): string => {
  const match = PLACEHOLDER.exec(value);
  if (match === null) return value;
  const [, kind, name] = match as unknown as [string, "env" | "file", string];
  const problem = (message: string, advice: string): never => {
    throw new ConfigError([{ ...place, message, advice }]);
  };
  const secret = kind === "env" ? process.env[name] : fromFile(directory, name, problem);
  if (secret === undefined || secret === "") return problem(`${kind === "env" ? `the environment variable ${name}` : `the secret file ${name}`} is ${secret === undefined ? "not set" : "empty"}`, kind === "env" ? `set it, or write it into ${directory}/.env` : "write the secret into it");
  return secret;
};

/** The same, never to be printed where it stands in no definition. */
export const resolveSecret = (value: string, directory: string, place: Omit<Problem, "message">): string => {
  const secret = resolved(value, directory, place);
  if (PLACEHOLDER.test(value)) registerSecret(secret);
  return secret;
};

/** All credentials of a data source, every missing one reported at once. */
export const resolveCredentials = (credentials: Readonly<Record<string, string>>, directory: string, place: (key: string) => Omit<Problem, "message">): Record<string, string> => {
  const problems: Problem[] = [];
  const found: Record<string, string> = {};
  for (const [key, value] of Object.entries(credentials)) {
    try {
      found[key] = (ACCOUNT_KEYS.test(key) ? resolved : resolveSecret)(value, directory, place(key));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  // Some systems take a token as a password without a user.
  for (const user of [found.user, found.email, found.clientId, ""]) {
    for (const secret of [found.password, found.token, found.clientSecret]) if (user !== undefined && secret !== undefined) registerBasic(user, secret);
  }
  return found;
};
