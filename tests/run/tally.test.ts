import { expect, it } from "vitest";
import { createTally } from "../../lib/run/steps/tally.ts";

it("counts reasons that differ in the items they name alone as one, the most frequent first", () => {
  const tally = createTally();
  for (const reason of ["its partner DEMO-51 cannot be read", 'value "Low" is not in the value map', "its partner DEMO-56 cannot be read", "no right", "no right", "no right"]) tally.why(reason);
  expect(tally.reasons()).toEqual([
    { reason: "no right", items: 3, varies: false },
    { reason: "its partner DEMO-51 cannot be read", items: 2, varies: true },
    { reason: 'value "Low" is not in the value map', items: 1, varies: false },
  ]);
});
