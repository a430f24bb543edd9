import { describe, expect, it } from "vitest";
import { idInText } from "../../../lib/core/links/fieldLinks.ts";

describe("the id in a field", () => {
  it.each([
    ["4711", "4711"],
    [" DEMO-7 ", "DEMO-7"],
    ["https://jira.example.com/sub/browse/DEMO-7", "DEMO-7"],
    ["https://jira.example.com/browse/DEMO-7/", "DEMO-7"],
    ["https://octane.example.com/ui/?p=1001/1002#/entity-navigation?entityType=work_item&id=2003", "2003"],
    ["https://octane.example.com/ui/entity-navigation?p=1001/1002&entityType=work_item&id=2003", "2003"],
    ["https://dev.azure.com/acme/Acme%20Shop/_workitems/edit/12", "12"],
    ["https://redmine.example.com/issues/15", "15"],
    ["https://acme.service-now.com/incident.do?sys_id=9d385017c611228701d22104cc95c371", "9d385017c611228701d22104cc95c371"],
    ["https://acme.service-now.com/nav_to.do?uri=incident.do%3Fsys_id%3D9d385017c611228701d22104cc95c371", "9d385017c611228701d22104cc95c371"],
    ["", undefined],
    ["   ", undefined],
    ["see 12 and 13", undefined],
    ["https://example.com/", undefined],
  ])("%s is %s", (text, id) => {
    expect(idInText(text)).toBe(id);
  });
});
