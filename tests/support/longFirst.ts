// The order of the test files: those that take longest begin first, then those that wait for processes and databases, so that no
// long one is left to run alone at the end. On a fresh machine nothing tells how long a file took.

import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Of the suite those of more than ten seconds, of the proof those of more than forty, in November 2026. */
const LONG: readonly string[] = [
  ...["proof/everyCall", "proof/systems/serviceNowRedmine", "proof/processes", "proof/systems/octaneRedmine", "proof/lies", "proof/liesRedmine", "proof/connectors/redmineContract", "proof/twoAtOnce", "proof/troubles", "proof/systems/killedCreate", "proof/everyStep", "proof/systems/everySystem", "proof/docs/operations", "proof/docs/goLive", "proof/docs/upgrading", "proof/randomLife"],
  ...["scripts/backupDatabase", "scripts/demo", "store/backup", "scripts/worker", "scripts/restoreDatabase", "connectors/jiraContract", "store/server", "store/processes", "core/text/merge", "scripts/syncIteration", "connectors/azureDevopsContract", "connectors/almQcContract", "store/embedded", "scripts/seedCrossReferences", "store/dying", "connectors/serviceNowContract"],
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
