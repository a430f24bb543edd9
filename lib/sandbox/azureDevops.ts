// An imitated Azure DevOps, Services or Server, made from the vendor's document: work item tracking, projects, teams, boards, identities.
// After reset(): /tandem, project DEMO, PAT ado-pat of sync@example.com. Switches: azureDevops/options.ts.

import { batchHandlers, type Inner } from "./azureDevops/routesBatch.ts";
import { attachmentHandlers } from "./azureDevops/routesAttachments.ts";
import { binHandlers } from "./azureDevops/bin.ts";
import { boardHandlers } from "./azureDevops/routesBoards.ts";
import { commentHandlers } from "./azureDevops/routesComments.ts";
import { feedHandlers } from "./azureDevops/routesFeeds.ts";
import { historyHandlers } from "./azureDevops/routesHistory.ts";
import { itemHandlers } from "./azureDevops/routesItems.ts";
import { metaHandlers } from "./azureDevops/routesMeta.ts";
import { nodeHandlers } from "./azureDevops/routesNodes.ts";
import { peopleHandlers } from "./azureDevops/routesPeople.ts";
import { placeHandlers } from "./azureDevops/routesPlace.ts";
import { planHandlers } from "./azureDevops/routesPlans.ts";
import { processHandlers } from "./azureDevops/routesProcess.ts";
import { queryHandlers } from "./azureDevops/routesQueries.ts";
import { teamHandlers } from "./azureDevops/routesTeams.ts";
import { workHandlers } from "./azureDevops/routesWork.ts";
import type { Runtime } from "./azureDevops/call.ts";
import { readOptions } from "./azureDevops/options.ts";
import { editByPerson } from "./azureDevops/person.ts";
import { itemRow } from "./azureDevops/rows.ts";
import { seed } from "./azureDevops/seed.ts";
import { answerInner, createSite, serve, type Site } from "./azureDevops/serve.ts";
import { createWorld } from "./azureDevops/world.ts";
import type { ImitationFactory } from "./imitation.ts";

const newRuntime = (conflicts: number): Runtime => ({ failingEntries: [], callTimes: [], answered: 0, patExpired: false, conflicts });

export const createAzureDevops: ImitationFactory = (clock, given) => {
  const options = readOptions(given);
  const world = createWorld(options, clock);
  let runtime = newRuntime(options.writeConflicts);
  const inner: Inner = (call, entry) => answerInner(site, runtime, call, entry);
  const site: Site = createSite(world, {
    ...placeHandlers, ...teamHandlers, ...peopleHandlers, ...itemHandlers, ...binHandlers, ...historyHandlers, ...metaHandlers, ...nodeHandlers, ...commentHandlers, ...attachmentHandlers, ...feedHandlers, ...queryHandlers, ...workHandlers, ...boardHandlers, ...processHandlers, ...planHandlers,
    ...batchHandlers(inner),
  });
  const reset = (): void => {
    runtime = newRuntime(options.writeConflicts);
    world.lag = 0;
    seed(world);
  };
  reset();
  return {
    system: "azure-devops",
    handle: (request) => serve(site, runtime, request),
    state: () => world.state(),
    load: (state) => {
      world.load(state);
      runtime = newRuntime(options.writeConflicts);
    },
    reset,
    edit: (edit) => editByPerson(world, runtime, edit),
    items: () => [...world.tables.items.values()].map((item) => itemRow(world, item)),
    // Tokens know no sessions; a person's edit of "token" makes one expire.
    expireSessions: () => undefined,
    setSearchLag: (seconds) => {
      world.lag = seconds;
    },
    failBulkEntries: (positions) => {
      runtime.failingEntries = [...positions];
    },
  };
};
