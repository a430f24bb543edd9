// Whose login it is. Asked where the interface tells it (azure-devops.md §4.4); where a server, or what stands before it, does not
// let that through, the answers to other questions tell it.

import { AccessError, RemoteError } from "../../core/errors.ts";
import type { Ask, AzureClient, Reply } from "./client.ts";
import { idOf, isGuid, objectsAt, own, textAt } from "./wire.ts";

export interface Me {
  readonly id: string;
  readonly name: string;
  /** Name to sign in with; on Server DOMAIN\user. */
  readonly login: string;
}

export interface Known {
  readonly me: Me;
  /** Services, not a Server of somebody's own. */
  readonly hosted: boolean;
}

const ANONYMOUS = /^a{8}-a{4}-a{4}-a{4}-a{12}$/;

/** Refusals of the question itself, not of the login; 404 is also said where there is no such organisation. */
const NOT_ASKED: readonly number[] = [400, 403, 404, 405, 410];

const OLDEST = "5.0";

const SERVICES = /^(?:dev\.azure\.com|.+\.visualstudio\.com)$/i;

/** Who signed in stands in a header of each answer (§19): the id, and the name to sign in with. */
const inHeader = ({ headers }: Pick<Reply, "headers">): Me | undefined => {
  const [header] = [headers["x-vss-userdata"] ?? ""].flat();
  const [, id = "", login = ""] = /^([^:]+):(.+)$/.exec(header ?? "") ?? [];
  return isGuid(id) ? { id: id.toLowerCase(), login, name: login } : undefined;
};

/** Whoever last changed an item that we last changed: "me" has a meaning in the language of queries (§17). */
const inItems = async (client: AzureClient): Promise<Me | undefined> => {
  const query = "SELECT [System.Id] FROM WorkItems WHERE [System.ChangedBy] = @Me ORDER BY [System.Id] DESC";
  const found = await client.ask({ method: "POST", path: "/_apis/wit/wiql", query: { $top: 1 }, json: { query }, version: OLDEST, reads: true });
  const [first] = found.status < 300 ? objectsAt(found.body, "workItems") : [];
  if (first === undefined) return undefined;
  const item = await client.ask({ method: "GET", path: `/_apis/wit/workitems/${idOf(first)}`, query: { fields: "System.ChangedBy" }, version: OLDEST });
  const by = item.status < 300 ? own(own(item.body, "fields"), "System.ChangedBy") : undefined;
  const id = idOf(by).toLowerCase();
  const login = textAt(by, "uniqueName");
  return isGuid(id) ? { id, login, name: textAt(by, "displayName") || login || id } : undefined;
};

const elsewhere = async (client: AzureClient, ask: Ask, refused: Reply): Promise<Known> => {
  const projects = await client.ask({ method: "GET", path: "/_apis/projects", query: { $top: 1 }, version: OLDEST });
  if (refused.status === 404 && projects.status === 404) throw new RemoteError(`${client.name}: there is no organisation or collection at this address`, "write it as https://dev.azure.com/ORGANISATION or https://server/tfs/COLLECTION");
  if (projects.status >= 300) throw client.failure(ask, refused);
  const me = (await inItems(client)) ?? inHeader(refused) ?? inHeader(projects);
  if (me === undefined) throw new AccessError(`${client.name}: Azure DevOps does not tell whose login this is: ${client.failure(ask, refused).message}`, "let what stands before the server pass GET …/_apis/connectionData, or sign in as the account and change one work item");
  return { me, hosted: SERVICES.test(new URL(client.base).hostname) };
};

/** Throws AccessError for anything but an account: what everybody may see must never pass for the truth. */
export const readMe = async (client: AzureClient): Promise<Known> => {
  const ask = { method: "GET", path: "/_apis/connectionData" } as const;
  const reply = await client.ask(ask);
  if (NOT_ASKED.includes(reply.status)) {
    const known = await elsewhere(client, ask, reply);
    if (ANONYMOUS.test(known.me.id)) throw client.refused("it takes us for nobody");
    return known;
  }
  if (reply.status >= 300) throw client.failure(ask, reply);
  const user = own(reply.body, "authenticatedUser");
  const id = idOf(user).toLowerCase();
  if (id === "" || ANONYMOUS.test(id)) throw client.refused("it takes us for nobody");
  const login = textAt(own(own(user, "properties"), "Account"), "$value");
  return { me: { id, login, name: textAt(user, "providerDisplayName") || textAt(user, "customDisplayName") || login || id }, hosted: textAt(reply.body, "deploymentType") !== "onPremises" };
};
