// What a data source's entry says that its system cannot mean. Pure.

import type { Problem } from "../errors.ts";
import { closest } from "../mapping/closest.ts";
import { serverOfPage } from "./pageAddress.ts";
import type { DataSourceFile } from "./schema.ts";

const CREDENTIALS: Readonly<Record<DataSourceFile["system"], readonly string[]>> = {
  octane: ["clientId", "clientSecret", "user", "password"],
  jira: ["email", "token", "user", "password"],
  redmine: ["apiKey", "user", "password"],
  almQc: ["user", "password", "clientId", "clientSecret"],
  azureDevops: ["token", "user", "password"],
  serviceNow: ["user", "password", "clientId", "clientSecret", "apiKey"],
};

/** `place` of a path within the entry. */
export const sourceProblems = ({ system, url, credentials }: Pick<DataSourceFile, "system" | "url" | "credentials">, place: (path: readonly string[]) => Omit<Problem, "message">): readonly Problem[] => {
  const server = serverOfPage(system, url);
  const known = CREDENTIALS[system];
  const { username, password } = new URL(url);
  return [
    ...(username === "" && password === "" ? [] : [{ ...place(["url"]), message: "a login stands in the address itself", advice: "write the address without it, and who signs in under credentials" }]),
    ...(server === undefined || username !== "" || password !== "" ? [] : [{ ...place(["url"]), message: `${url} is the address of a page, not of the server`, advice: `write ${server}` }]),
    ...Object.keys(credentials).flatMap((key) => (known.includes(key) ? [] : [{ ...place(["credentials", key]), message: `${system} has no credential "${key}"`, advice: `it has ${closest(key, known)}` }])),
  ];
};
