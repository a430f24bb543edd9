// What libraries bring along and we never run is left out of the bundle: a quarter of what each start would have to read. Whatever
// of it should be reached nevertheless says so.

import { readFileSync } from "node:fs";

/** undici without its browser's half (fetch, cookies, caches, WebSocket), its mocks and its streams. */
const UNDICI = `"use strict";
const api = { connect: require("./lib/api/api-connect"), request: require("./lib/api/api-request") };
const Dispatcher = require("./lib/dispatcher/dispatcher");
const { getGlobalDispatcher } = require("./lib/global");
Object.assign(Dispatcher.prototype, api);
exports.Dispatcher = Dispatcher;
exports.Agent = require("./lib/dispatcher/agent");
exports.ProxyAgent = require("./lib/dispatcher/proxy-agent");
exports.EnvHttpProxyAgent = require("./lib/dispatcher/env-http-proxy-agent");
exports.errors = require("./lib/core/errors");
exports.request = (address, options = {}) => {
  const url = new URL(address);
  const { dispatcher = getGlobalDispatcher() } = options;
  return api.request.call(dispatcher, { ...options, origin: url.origin, path: url.pathname + url.search, method: options.method || (options.body ? "PUT" : "GET") });
};
`;

/** pg asks whether it runs at Cloudflare by making a Response: Node reads the whole of fetch for that. */
const PG_STREAM = `"use strict";
exports.getStream = () => new (require("net").Socket)();
exports.getSecureStream = (options) => require("tls").connect(options);
`;

/** commander without the scripts it could start as programs of their own: that is most of what it loads. */
const commander = (path) => readFileSync(path, "utf8").replace("require('node:child_process')", "{}");

/** Says so wherever it is reached: by a name of its own, called, or made an object of. */
const absent = (what) => {
  const refuse = `(_, name) => { throw new Error(${JSON.stringify(`${what} is left out of the bundle (.ci/trim.js)`)} + ": " + String(name)); }`;
  return `new Proxy(function () {}, { get: ${refuse}, apply: ${refuse}, construct: ${refuse} })`;
};

const leftOut = (what) => `module.exports = ${absent(what)};`;

const RULES = [
  { filter: /[\\/]commander[\\/]lib[\\/]command\.js$/, text: commander },
  { filter: /[\\/]undici[\\/]index\.js$/, text: () => UNDICI },
  { filter: /[\\/]undici[\\/]lib[\\/]web[\\/]fetch[\\/]body\.js$/, text: () => leftOut("undici's fetch") },
  { filter: /[\\/]undici[\\/]lib[\\/]dispatcher[\\/]client-h2\.js$/, text: () => leftOut("undici's HTTP/2") },
  { filter: /[\\/]knex[\\/]lib[\\/]migrations[\\/]migrate[\\/]Migrator\.js$/, text: () => `exports.Migrator = ${absent("knex's migrations")};` },
  { filter: /[\\/]knex[\\/]lib[\\/]migrations[\\/]seed[\\/]Seeder\.js$/, text: () => leftOut("knex's seeds") },
  { filter: /[\\/]pg[\\/]lib[\\/]stream\.js$/, text: () => PG_STREAM },
  { filter: /[\\/]knex[\\/]lib[\\/]dialects[\\/](better-sqlite3|cockroachdb|mariadb|mssql|mysql|mysql2|oracle|oracledb|pgnative|redshift|sqlite3)[\\/]/, text: () => leftOut("knex's other dialects") },
];

/** For esbuild. */
export const trim = {
  name: "trim",
  setup: (build) => {
    for (const { filter, text } of RULES) build.onLoad({ filter }, ({ path }) => ({ contents: text(path), loader: "js" }));
  },
};
