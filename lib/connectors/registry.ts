// Which connector serves which system. Each one is loaded only when a data source needs it: a script pays for two at most.

import { ConfigError } from "../core/errors.ts";
import type { Connector, DataSourceSettings } from "./connector.ts";
import { createHttp, type Http, type HttpMore } from "./http.ts";

type Create = (settings: DataSourceSettings, http: Http) => Connector | Promise<Connector>;

/** A new connector is one line here. */
const SYSTEMS: Readonly<Record<string, () => Promise<Create>>> = {
  octane: async () => (await import("./octane/index.ts")).createOctane,
  jira: async () => (await import("./jira/index.ts")).createJira,
  redmine: async () => (await import("./redmine/index.ts")).createRedmine,
  almQc: async () => (await import("./almQc/index.ts")).createAlmQc,
  azureDevops: async () => (await import("./azureDevops/index.ts")).createAzureDevops,
  serviceNow: async () => (await import("./serviceNow/index.ts")).createServiceNow,
};

export const systems: readonly string[] = Object.keys(SYSTEMS);

/** Does not sign in yet: that is `account()`. Close it in any case. Throws ConfigError. */
export const openConnector = async (settings: DataSourceSettings, more: HttpMore = {}): Promise<Connector> => {
  const load = Object.hasOwn(SYSTEMS, settings.system) ? SYSTEMS[settings.system] : undefined;
  if (load === undefined) throw new ConfigError([{ path: `${settings.name}.system`, message: `there is no system ${settings.system}`, advice: `one of ${systems.join(", ")}` }]);
  if (!URL.canParse(settings.url) || !/^https?:$/.test(new URL(settings.url).protocol)) throw new ConfigError([{ path: `${settings.name}.url`, message: `${settings.url} is not an address`, advice: "write it as https://host[:port][/path]" }]);
  const create = await load();
  const http = createHttp(settings, more);
  try {
    return await create(settings, http);
  } catch (error) {
    await http.close();
    throw error;
  }
};
