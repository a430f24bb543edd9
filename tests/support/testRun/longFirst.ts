// The order of the test files: those that take longest begin first, then those that wait for processes and databases, so that no
// long one is left to run alone at the end. On a fresh machine nothing tells how long a file took.

import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Of the suite those of more than four seconds, of the proof those of more than ten, in November 2026. The first of them makes
 * what others wait for: the compiled scripts, and the proof's prepared Redmine; who needs neither begins beside it.
 */
export const LONG: readonly string[] = [
  ...["proof/everyCall", "proof/processes", "proof/lies", "proof/systems/serviceNowRedmine", "proof/systems/octaneRedmine", "proof/twoAtOnce", "proof/connectors/redmineContract", "proof/liesRedmine", "proof/systemLife", "proof/troubles", "proof/systems/killedCreate"],
  ...["proof/everyStatementEmbedded", "proof/everyStep", "proof/systems/everySystem", "proof/restored", "proof/docs/operations", "proof/everyStatement", "proof/secrets", "proof/longHaul", "proof/connectors/redmine", "proof/savedPlan", "proof/connectors/redmineWrite"],
  ...["proof/systems/octaneServiceNow", "proof/randomLife", "proof/textLife", "proof/slices", "proof/systems/octaneJira", "proof/packaging", "proof/connectors/redmineText", "proof/systems/octaneAlmQc"],
  // run/memory collects garbage again and again, which takes the longer the more a process holds: early in its own.
  ...["scripts/backupDatabase", "run/memory", "core/text/merge", "core/users/roundTrip", "scripts/purgeDatabase", "scripts/worker", "scripts/demo", "store/embedded", "store/backup", "connectors/jira/contract", "store/server", "core/text/realLife", "store/processes", "store/dying"],
  ...["scripts/restoreDatabase", "cli/pipes", "core/match/names", "scripts/syncIteration", "scripts/seedCrossReferences", "connectors/serviceNow/contract", "connectors/azureDevops/contract", "core/match/mixes", "core/match/patterns", "core/text/adf", "core/text/wiki", "connectors/serviceNow/faults", "store/migrate", "scripts/importUserMaps"],
  ...["connectors/azureDevops/switches", "connectors/almQc/contract", "connectors/octane/contract", "core/text/textile", "core/text/commonMark"],
];

const WAITING: readonly string[] = ["scripts/", "store/"];

export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const name = moduleId.slice(moduleId.lastIndexOf("/tests/") + "/tests/".length).replace(/\.test\.ts$/, "");
      const long = LONG.indexOf(name);
      if (long >= 0) return long;
      return WAITING.some((folder) => name.startsWith(folder)) ? LONG.length : LONG.length + 1;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
