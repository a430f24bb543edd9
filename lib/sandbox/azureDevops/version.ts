// The API version of a call: from the query or from Accept, and the four ways to get it wrong (sheet §3).

import type { SandboxRequest } from "../imitation.ts";
import type { Version } from "./call.ts";
import { bad } from "./errors.ts";
import { type Location, maxOf } from "./locations.ts";
import { type AdoOptions, productOf } from "./options.ts";

const asked = (request: SandboxRequest): string | null => {
  for (const [name, value] of request.query) if (name.toLowerCase() === "api-version" && value !== "") return value;
  const parameter = /;\s*api-version=([^;,\s]+)/i.exec(request.headers["accept"] ?? "")?.[1];
  return parameter ?? /;\s*api-version=([^;,\s]+)/i.exec(request.headers["content-type"] ?? "")?.[1] ?? request.headers["x-tfs-api-version"] ?? null;
};

const served = (number: number, revision: number | null, preview: boolean): Version => {
  const text = number.toFixed(1);
  return { number, revision, text: preview ? `${text}-preview.${revision ?? 1}` : text };
};

const newest = (options: AdoOptions, location: Location): Version => {
  const max = Number(maxOf(options, location));
  const number = location.preview ? Math.min(max, Number(productOf(options).released)) : Math.min(max, Number(productOf(options).released));
  return served(number, location.preview ? location.version : null, location.preview);
};

export const versionOf = (options: AdoOptions, request: SandboxRequest, location: Location): Version => {
  const text = asked(request);
  if (text === null) {
    if (request.method === "GET" || request.method === "HEAD") return newest(options, location);
    throw bad("VssVersionNotSpecifiedException", `No api-version was supplied for the "${request.method}" request. The version must be supplied either as part of the Accept header (e.g. "application/json; api-version=1.0") or as a query parameter (e.g. "?api-version=1.0").`);
  }
  const parts = /^v?(\d+)(?:\.(\d+))?(-preview(?:\.(\d+))?)?$/i.exec(text.trim());
  if (parts === null) throw bad("VssInvalidApiVersionException", `The api-version '${text}' is not valid: it must have the form {major}.{minor}[-preview[.{revision}]].`);
  const number = Number(`${parts[1]}.${parts[2] ?? "0"}`);
  const preview = parts[3] !== undefined;
  const revision = parts[4] === undefined ? null : Number(parts[4]);
  const max = Number(maxOf(options, location));
  if (number > max || number < Number(location.min) || (number === max && revision !== null && revision > location.version && location.preview)) {
    throw bad("VssVersionOutOfRangeException", `The requested REST API version of ${text} is out of range for this server. The latest REST API version this server supports is ${max.toFixed(1)}.`);
  }
  if (location.preview && revision !== null && revision > location.version) throw bad("VssVersionOutOfRangeException", `The requested REST API version of ${text} is out of range for this server. The latest REST API version this server supports is ${max.toFixed(1)}-preview.${location.version}.`);
  if (!preview && (location.preview || number > Number(productOf(options).released))) {
    throw bad("VssInvalidPreviewVersionException", `The requested version "${text}" of the resource is under preview. The -preview flag must be supplied in the api-version for such requests. For example: "${number.toFixed(1)}-preview"`);
  }
  return served(number, preview ? (revision ?? location.version) : null, preview);
};
