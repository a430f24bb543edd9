// The promises of every connector, kept by Redmine's against a real one.

import { describe } from "vitest";
import { createHttp } from "../../../lib/connectors/http.ts";
import { createRedmine } from "../../../lib/connectors/redmine/index.ts";
import { connectorContract } from "../../connectors/contract/contract.ts";
import { redmineAvailable, redmineSettings, startRedmine } from "../../support/systems/redmine.ts";
import { redmineSubject } from "./redmineSubject.ts";

describe.skipIf(!redmineAvailable())("Redmine", () => {
  connectorContract("Redmine", async () => {
    const server = await startRedmine();
    const settings = redmineSettings(server, "tandem", { settleSeconds: 0, intentField: "Tandem id", impersonate: true });
    return { ...redmineSubject(server), open: async () => createRedmine(settings, createHttp(settings)) };
  }, { iterations: true });
});
