// A scripted Azure DevOps for the tests of our wire: it answers what a test tells it to, has a small project to learn, and
// keeps every request. It follows no rule of its own.

import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Connector } from "../../../lib/connectors/connector.ts";
import type { HttpMore } from "../../../lib/connectors/http.ts";
import { openConnector } from "../../../lib/connectors/registry.ts";

export interface Request {
  readonly method: string;
  /** Without the collection, decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
  readonly bytes: Buffer;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, a text or Buffer as it is. */
  readonly body?: unknown;
}

type Script = (request: Request) => Answer | undefined;

export interface AzureWorld {
  readonly url: string;
  readonly asked: Request[];
  /** Asked before the small project; undefined leaves the answer to the next one. The newest goes first. */
  answer(script: Script): void;
  open(options?: Readonly<Record<string, unknown>>, more?: HttpMore, credentials?: Readonly<Record<string, string>>): Promise<Connector>;
  /** Requests whose path holds this, behind those that get to know the site. */
  to(part: string, method?: string): readonly Request[];
  close(): Promise<void>;
}

export const list = (value: readonly unknown[], more: object = {}): Answer => ({ body: { count: value.length, value, ...more } });

export const refusal = (status: number, typeKey: string, message: string, more: object = {}): Answer => ({ status, body: { $id: "1", innerException: null, message, typeKey, errorCode: 0, eventId: 3200, ...more } });

export const PROJECT = "Acme Shop";
export const PROJECT_ID = "8f0c0000-0000-4000-8000-000000000001";
export const ME = { id: "0b000000-0000-6000-8000-000000000001", displayName: "Sync", uniqueName: "sync@acme.example" };
export const ADA = { id: "0b000000-0000-6000-8000-000000000002", displayName: "Ada Byron", uniqueName: "ada@acme.example" };

const FIELDS: readonly (readonly [reference: string, name: string, type: string, more?: object])[] = [
  ["System.Id", "ID", "integer", { readOnly: true }],
  ["System.Title", "Title", "string"],
  ["System.State", "State", "string"],
  ["System.Reason", "Reason", "string"],
  ["System.WorkItemType", "Work Item Type", "string"],
  ["System.AssignedTo", "Assigned To", "string", { isIdentity: true }],
  ["System.AreaPath", "Area Path", "treePath"],
  ["System.IterationPath", "Iteration Path", "treePath"],
  ["System.Tags", "Tags", "plainText"],
  ["System.Description", "Description", "html"],
  ["System.History", "History", "history"],
  ["System.CreatedDate", "Created Date", "dateTime"],
  ["System.CreatedBy", "Created By", "string", { isIdentity: true }],
  ["Microsoft.VSTS.Common.Priority", "Priority", "integer"],
  ["Microsoft.VSTS.Scheduling.Effort", "Effort", "double"],
  ["Microsoft.VSTS.Scheduling.TargetDate", "Target Date", "dateTime"],
  ["Microsoft.VSTS.TCM.Steps", "Steps", "html"],
  ["Custom.TandemId", "Tandem id", "string"],
  ["Custom.Color", "Color", "string", { isPicklist: true }],
];

const ALLOWED: Readonly<Record<string, readonly unknown[]>> = { "Microsoft.VSTS.Common.Priority": ["1", "2", "3", "4"], "Custom.Color": ["Red", "Blue"], "System.State": ["New", "Active", "Resolved", "Closed"] };

const relationType = (referenceName: string, name: string, topology: string): object => ({ referenceName, name, attributes: { usage: "workItemLink", editable: true, enabled: true, topology, remote: false } });

const node = (id: number, identifier: string, name: string, structureType: string, path: string, more: object = {}): object => ({ id, identifier, name, structureType, hasChildren: "children" in more, path, ...more });

export const RELEASE_1 = "a1000000-0000-4000-8000-000000000001";
export const SPRINT_1 = "a1000000-0000-4000-8000-000000000002";
export const WEB = "a1000000-0000-4000-8000-000000000003";

/** The word in the second segment is a Server's in another language. */
const TREES = [
  node(1, "a1000000-0000-4000-8000-000000000010", PROJECT, "area", `\\${PROJECT}\\Bereich`, { children: [node(2, WEB, "Web", "area", `\\${PROJECT}\\Bereich\\Web`)] }),
  node(3, "a1000000-0000-4000-8000-000000000011", PROJECT, "iteration", `\\${PROJECT}\\Iteration`, {
    children: [node(4, RELEASE_1, "Release 1", "iteration", `\\${PROJECT}\\Iteration\\Release 1`, { children: [node(5, SPRINT_1, "Sprint 1", "iteration", `\\${PROJECT}\\Iteration\\Release 1\\Sprint 1`, { attributes: { startDate: "2026-03-02T00:00:00Z", finishDate: "2026-03-13T00:00:00Z" } })] })],
  }),
];

const step = (to: string): object => ({ to, actions: null });

const BUG = {
  name: "Bug",
  referenceName: "Microsoft.VSTS.WorkItemTypes.Bug",
  isDisabled: false,
  states: ["New", "Active", "Resolved", "Closed"].map((name) => ({ name, color: "ffffff", category: "InProgress" })),
  transitions: { "": [step("New")], New: [step("Active")], Active: [step("Resolved"), step("New")], Resolved: [step("Closed"), step("Active")], Closed: [step("Active")] },
};

const small: Script = ({ method, path }) => {
  const at = (pattern: RegExp): boolean => pattern.test(path);
  if (at(/\/_apis\/connectionData$/i)) return { body: { authenticatedUser: { id: ME.id, providerDisplayName: ME.displayName, properties: { Account: { $type: "System.String", $value: ME.uniqueName } } }, deploymentType: "hosted" } };
  if (method === "OPTIONS") return list([{ id: "72c7ddf8-2cdc-4f60-90cd-ab71c14a399b", area: "wit", resourceName: "workItems", resourceVersion: 3, minVersion: "1.0", maxVersion: "7.2", releasedVersion: "7.1" }, { id: "608aac0a-32e1-4493-a863-b9cf4566d257", area: "wit", resourceName: "comments", resourceVersion: 4, minVersion: "5.1", maxVersion: "7.2", releasedVersion: "0.0" }]);
  if (at(/\/_apis\/projects$/)) return list([{ id: PROJECT_ID, name: PROJECT, state: "wellFormed" }]);
  if (at(/\/_apis\/projects\/Acme Shop$/)) return { body: { id: PROJECT_ID, name: PROJECT } };
  if (at(/\/_apis\/projects\/[^/]+\/teams$/)) return list([{ id: "t1", name: "Acme Team" }]);
  if (at(/\/members$/)) return list([ME, ADA].map((identity) => ({ identity })));
  if (at(/\/workitemtypes$/)) return list([BUG]);
  if (at(/\/workitemtypes\/Bug\/fields$/)) return list(FIELDS.map(([referenceName, name]) => ({ referenceName, name, alwaysRequired: ["System.Title", "System.State"].includes(referenceName), defaultValue: null, allowedValues: ALLOWED[referenceName] ?? [] })));
  if (at(/\/_apis\/wit\/fields$/)) return list(FIELDS.map(([referenceName, name, type, more]) => ({ referenceName, name, type, usage: "workItem", readOnly: false, ...more })));
  if (at(/\/workitemrelationtypes$/)) return list([relationType("System.LinkTypes.Hierarchy-Forward", "Child", "tree"), relationType("System.LinkTypes.Hierarchy-Reverse", "Parent", "tree"), relationType("System.LinkTypes.Related", "Related", "network"), { referenceName: "Hyperlink", name: "Hyperlink", attributes: { usage: "resourceLink", editable: true, enabled: true } }]);
  if (at(/\/classificationnodes$/)) return list(TREES);
  return undefined;
};

/** A work item as the server would show it. */
export const workItem = (id: number, rev: number, fields: Readonly<Record<string, unknown>> = {}, more: object = {}): object => ({
  id,
  rev,
  fields: { "System.TeamProject": PROJECT, "System.WorkItemType": "Bug", "System.Title": `item ${id}`, "System.State": "New", "System.CreatedDate": "2026-03-01T09:15:26.23Z", "System.ChangedDate": "2026-03-02T10:00:00Z", "System.ChangedBy": ADA, ...fields },
  ...more,
});

const readBody = async (message: IncomingMessage): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of message as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
};

const jsonOf = (bytes: Buffer, type: string): unknown => (/json/.test(type) && bytes.length > 0 ? (JSON.parse(bytes.toString("utf8")) as unknown) : undefined);

const COLLECTION = "/tfs/Default";

export const startAzure = async (): Promise<AzureWorld> => {
  const asked: Request[] = [];
  const scripts: Script[] = [small];
  const server = createServer((message, response) => {
    void readBody(message).then((bytes) => {
      const url = new URL(message.url ?? "/", "http://x");
      const request: Request = { method: message.method ?? "", path: decodeURIComponent(url.pathname).replace(COLLECTION, ""), query: url.searchParams, headers: message.headers, bytes, body: jsonOf(bytes, message.headers["content-type"] ?? "") };
      asked.push(request);
      const answer = scripts.reduce<Answer | undefined>((found, script) => found ?? script(request), undefined) ?? { status: 404, headers: { "content-type": "text/plain" }, body: `The controller for path '${url.pathname}' was not found.` };
      const text = typeof answer.body === "string" || Buffer.isBuffer(answer.body) ? answer.body : answer.body === undefined ? "" : JSON.stringify(answer.body);
      response.writeHead(answer.status ?? 200, { "content-type": "application/json; charset=utf-8; api-version=7.1", ...answer.headers });
      response.end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${COLLECTION}`;
  const opened: Connector[] = [];
  return {
    url,
    asked,
    answer: (script) => void scripts.unshift(script),
    open: async (options = {}, more = {}, credentials = { token: "pat" }) => {
      const connector = await openConnector({ name: "azure", system: "azureDevops", url, credentials, scope: {}, options, network: { proxy: "none" } }, { sleep: async () => undefined, ...more });
      opened.push(connector);
      return connector;
    },
    to: (part, method) => asked.filter((request) => request.path.includes(part) && (method === undefined || request.method === method)),
    close: async () => {
      for (const connector of opened) await connector.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};
