import { expect, it } from "vitest";
import { valueText } from "../../../lib/core/report/planText.ts";
import { TO_BE_MADE } from "../../../lib/core/sync/plan.ts";

it("tells a reference to an item that is still to be made by the one it is made from", () => {
  expect([{ ref: `${TO_BE_MADE}7` }, { ref: "7" }, [{ ref: "7", name: "Seven" }, { ref: `${TO_BE_MADE}8`, type: "story" }]].map(valueText)).toEqual(["the new partner of 7", "7", "Seven, the new partner of 8"]);
});
