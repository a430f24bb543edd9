// Whoever tries a wrong password again and again locks the account: after the first refusal nothing more is sent.

import { describe, expect, it } from "vitest";
import { LoginError } from "../../lib/core/errors.ts";
import type { Connector, DataSourceSettings } from "../../lib/connectors/connector.ts";
import type { Http, HttpRequest } from "../../lib/connectors/http.ts";
import { createAlmQc } from "../../lib/connectors/almQc/index.ts";
import { createAzureDevops } from "../../lib/connectors/azureDevops/index.ts";
import { createJira } from "../../lib/connectors/jira/index.ts";
import { createOctane } from "../../lib/connectors/octane/index.ts";
import { createRedmine } from "../../lib/connectors/redmine/index.ts";
import { createServiceNow } from "../../lib/connectors/serviceNow/index.ts";

async function* nothing(): AsyncGenerator<Uint8Array> {
  // No part comes.
}

type Create = (settings: DataSourceSettings, http: Http) => Connector;

const refusing = (): { readonly http: Http; readonly tries: () => number } => {
  let tries = 0;
  const request = async ({ method, path }: HttpRequest) => {
    if (path.endsWith("/serverInfo")) return { status: 200, headers: {}, text: JSON.stringify({ deploymentType: "Server", version: "10.3.1", versionNumbers: [10, 3, 1] }) };
    if (method !== "OPTIONS") tries++;
    return { status: 401, headers: {}, text: "" };
  };
  return { http: { request, stream: async () => ({ ...(await request({ method: "GET", path: "" } as HttpRequest)), body: nothing() }), close: async () => undefined, calls: () => tries, serverClock: () => undefined } as unknown as Http, tries: () => tries };
};

const PASSWORD = { user: "sync", password: "wrong" };

describe.each<readonly [string, Create, DataSourceSettings["credentials"], DataSourceSettings["scope"]]>([
  ["ALM Octane", createOctane, PASSWORD, { space: "1001" }],
  ["ALM/QC", createAlmQc, PASSWORD, { domain: "DEFAULT" }],
  ["Azure DevOps", createAzureDevops, PASSWORD, {}],
  ["Jira", createJira, PASSWORD, {}],
  ["Redmine", createRedmine, PASSWORD, {}],
  ["ServiceNow", createServiceNow, PASSWORD, {}],
  ["ServiceNow with OAuth", createServiceNow, { ...PASSWORD, clientId: "c", clientSecret: "s" }, {}],
])("%s", (_, create, credentials, scope) => {
  it("is asked once with a password that it refuses", async () => {
    const { http, tries } = refusing();
    const settings = { name: "there", system: "x", url: "http://there.test", credentials, scope, options: create === createAlmQc ? { zone: "UTC" } : {}, network: {} } as unknown as DataSourceSettings;
    const connector = create(settings, http);
    for (const ask of [() => connector.account(), () => connector.projects(), () => connector.types("DEMO"), () => connector.account()]) await expect(ask()).rejects.toBeInstanceOf(LoginError);
    expect(tries()).toBe(1);
    await connector.close();
  });
});
