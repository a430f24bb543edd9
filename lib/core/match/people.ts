// People as they meet, layer by layer, strongest evidence first. Fills the graph; decides nothing.

import { createAbroad } from "./abroad.ts";
import { refutes } from "./company.ts";
import { createGraph, type Graph } from "./graph.ts";
import { byAddress, byExactName, byLogin, byServiceName } from "./layersOfIds.ts";
import { byAbroad, byFullName, bySlavicLatin } from "./layersOfNames.ts";
import { byInitials, byParts } from "./layersOfParts.ts";
import type { Lexicon } from "./lexicon.ts";
import type { People } from "./lists.ts";
import { loginsAt, type Work } from "./meeting.ts";
import { habitsOf } from "./relate.ts";

const refuteByAddress = (work: Work): void => {
  for (let master = 0; master < work.sizes[0]; master++) {
    for (const { evidence, target } of work.graph.edges(0, master)) {
      const [one, other] = [work.sides[0].people[master], work.sides[1].people[target]];
      if (one === undefined || other === undefined || evidence === "address" || evidence === "addressAndName") continue;
      if ((one.email === "" || other.email === "") && evidence !== "initial" && evidence !== "shorter") continue;
      if (refutes(work, one, other, { mine: () => loginsAt(work, 0, master), theirs: () => loginsAt(work, 1, target) }, evidence)) work.graph.refute(master, target);
    }
  }
};

export const meetPeople = (masters: People, targets: People, lexicon: Lexicon): Graph => {
  const sides = [masters, targets] as const;
  const sizes = [masters.people.length, targets.people.length] as const;
  const abroad = (["cyrillic", "greek"] as const).map((script) => createAbroad(script, Array.from(lexicon.words(), (word) => word.text), sides.flatMap((side) => side.people.map((person) => person.words)))).filter((each) => each !== undefined);
  const work: Work = { sides, sizes, graph: createGraph(sizes), habits: habitsOf(lexicon, [masters.order, targets.order]), abroad };
  byAddress(work);
  byExactName(work);
  byServiceName(work);
  byFullName(work);
  byLogin(work);
  byParts(work);
  bySlavicLatin(work);
  for (const each of abroad) byAbroad(work, each);
  byInitials(work);
  refuteByAddress(work);
  return work.graph;
};
