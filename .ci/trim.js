// What libraries bring along and we never run is left out of the bundle: a quarter of what each start would have to read. Whatever
// of it should be reached nevertheless says so.

/** undici without its browser's half (fetch, cookies, caches, WebSocket) and its mocks. */
const UNDICI = `"use strict";
const api = require("./lib/api");
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

const leftOut = (what) => `module.exports = new Proxy(function () {}, { get(_, name) { throw new Error(${JSON.stringify(`${what} is left out of the bundle (.ci/trim.js)`)} + ": " + String(name)); } });`;

const RULES = [
  { filter: /[\\/]undici[\\/]index\.js$/, text: () => UNDICI },
  { filter: /[\\/]undici[\\/]lib[\\/]web[\\/]fetch[\\/]body\.js$/, text: () => leftOut("undici's fetch") },
  { filter: /[\\/]pg[\\/]lib[\\/]stream\.js$/, text: () => PG_STREAM },
  { filter: /[\\/]knex[\\/]lib[\\/]dialects[\\/](better-sqlite3|cockroachdb|mariadb|mssql|mysql|mysql2|oracle|oracledb|pgnative|redshift|sqlite3)[\\/]/, text: () => leftOut("knex's other dialects") },
];

/** For esbuild. */
export const trim = {
  name: "trim",
  setup: (build) => {
    for (const { filter, text } of RULES) build.onLoad({ filter }, () => ({ contents: text(), loader: "js" }));
  },
};
