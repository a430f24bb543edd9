import { describe, expect, it } from "vitest";
import { isSamePlace } from "../../../lib/core/links/itemAddress.ts";
import { idsInText } from "../../../lib/core/links/fieldLinks.ts";

const SYS_ID = "9d385017c611228701d22104cc95c371";

describe("an address of the same server", () => {
  const OCTANE = "https://o.example.com/ui/?p=1001/1002#/entity-navigation?entityType=work_item&id=1";
  const AZURE = "https://dev.azure.com/acme/Shop/_workitems/edit/1";
  it.each([
    ["https://o.example.com/ui/?p=1001/1002#/entity-navigation?entityType=work_item&id=2003", OCTANE, true],
    ["https://o.example.com/ui/entity-navigation?p=1001%2F1002&entityType=work_item&id=2003", OCTANE, true],
    ["https://o.example.com/ui/#/entity-navigation?p=1001/1003&id=2003", OCTANE, false],
    ["https://o.example.com/ui/entity-navigation?p=1001/1003&entityType=work_item&id=2003", OCTANE, false],
    ["https://o.example.com/ui/entity-navigation?entityType=work_item&id=2003", OCTANE, true],
    ["https://dev.azure.com/acme/Other%20Shop/_workitems/edit/12", AZURE, true],
    ["https://dev.azure.com/Acme/_workitems/edit/12", AZURE, true],
    ["https://dev.azure.com/acme/_apis/wit/workItems/12", AZURE, true],
    ["https://dev.azure.com/other/Shop/_workitems/edit/12", AZURE, false],
    ["https://dev.azure.com/other/Shop/_boards/board/t/Team/Stories/?workitem=12", AZURE, false],
    ["https://acme.visualstudio.com/Shop/_workitems/edit/12", "https://acme.visualstudio.com/Shop/_workitems/edit/1", true],
    ["https://acme.visualstudio.com/Other/_workitems/edit/12", "https://acme.visualstudio.com/Shop/_workitems/edit/1", true],
    ["https://j.example.com/jira/browse/DEMO-7", "https://j.example.com/jira/browse/DEMO-1", true],
    ["https://j.example.com/old/browse/DEMO-7", "https://j.example.com/jira/browse/DEMO-1", false],
    ["https://j.example.com/browse/DEMO-7", "https://j.example.com/jira/browse/DEMO-1", false],
    ["https://gateway.example.com/trackers/jira/browse/DEMO-7", "https://j.example.com/browse/DEMO-1", true],
    ["https://gateway.example.com/octane/ui/?p=1001/1003#/entity-navigation?id=2003", OCTANE, false],
    ["https://j.example.com/jira/software/projects/DEMO/boards/1?selectedIssue=DEMO-7", "https://j.example.com/browse/DEMO-1", true],
    ["td://shop.default.alm.example.com:8080/qcbin/Defects?EntityType=IBug&EntityID=18", undefined, true],
    ["td://other.default.alm.example.com:8080/qcbin/Defects?EntityType=IBug&EntityID=18", undefined, false],
    ["https://redmine.example.com/issues/15", "https://redmine.example.com/issues/1", true],
  ])("%s beside %s is of the same place: %s", (text, home, same) => {
    expect(isSamePlace(new URL(text), home === undefined ? undefined : new URL(home), "Shop")).toBe(same);
  });
});

describe("what a field names", () => {
  it.each([
    ["4711", "4711"],
    ["#4711", "4711"],
    [" DEMO-7 ", "DEMO-7"],
    ["INC0010001", "INC0010001"],
    ["https://jira.example.com/sub/browse/DEMO-7", "DEMO-7"],
    ["https://jira.example.com/browse/DEMO-7/", "DEMO-7"],
    ["https://jira.example.com/browse/DEMO-7?focusedCommentId=12#comment-12", "DEMO-7"],
    ["https://acme.atlassian.net/jira/software/projects/DEMO/boards/1?selectedIssue=DEMO-7", "DEMO-7"],
    ["https://octane.example.com/ui/?p=1001/1002#/entity-navigation?entityType=work_item&id=2003", "2003"],
    ["https://octane.example.com/ui/entity-navigation?p=1001/1002&entityType=work_item&id=2003", "2003"],
    ["https://dev.azure.com/acme/Acme%20Shop/_workitems/edit/12", "12"],
    ["https://dev.azure.com/acme/Acme%20Shop/_workitems/edit/12/?triage=true", "12"],
    ["https://dev.azure.com/acme/Shop/_boards/board/t/Team/Stories/?workitem=12", "12"],
    ["https://redmine.example.com/issues/15", "15"],
    ["https://redmine.example.com/issues/15.json", "15"],
    ["https://redmine.example.com/issues/15#note-3", "15"],
    ["td://shop.default.alm.example.com:8080/qcbin/DefectsModule-000000004243046514?EntityType=IBug&EntityID=18", "18"],
    [`https://acme.service-now.com/incident.do?sys_id=${SYS_ID}`, SYS_ID],
    [`https://acme.service-now.com/nav_to.do?uri=incident.do%3Fsys_id%3D${SYS_ID}`, SYS_ID],
    [`https://acme.service-now.com/now/nav/ui/classic/params/target/incident.do%3Fsys_id%3D${SYS_ID}%26sysparm_view%3D`, SYS_ID],
    [`https://acme.service-now.com/now/workspace/agent/record/incident/${SYS_ID}`, SYS_ID],
  ])("%s is %s", (text, id) => {
    expect(idsInText(text)).toEqual({ ids: [id] });
  });

  it.each([
    ["12, 13", ["12", "13"]],
    ["DEMO-7;DEMO-8", ["DEMO-7", "DEMO-8"]],
    ["DEMO-7 https://jira.example.com/browse/DEMO-7", ["DEMO-7"]],
    ["", []],
    ["   ", []],
  ])("%s is %j", (text, ids) => {
    expect(idsInText(text)).toEqual({ ids });
  });

  it.each([
    ["see 12 and 13", "see 12 and 13"],
    ["none", "none"],
    ["https://example.com/", "https://example.com/"],
    ["https://jira.example.com/browse/%E0%A4%A was here", "https://jira.example.com/browse/%E0%A4%A was here"],
    [`${"long ".repeat(20)}`, `${"long ".repeat(12)} …`],
  ])("%s names nothing", (text, strange) => {
    expect(idsInText(text)).toEqual({ ids: [], strange });
  });

  it("is nothing of ours where an address leads to another host", () => {
    const isElsewhere = ({ host }: URL): string | undefined => (host === "jira.example.com" ? undefined : host);
    expect(idsInText("https://jira.example.com/browse/DEMO-7", isElsewhere)).toEqual({ ids: ["DEMO-7"] });
    expect(idsInText("DEMO-7 https://old.example.com/browse/DEMO-7", isElsewhere)).toEqual({ ids: [], elsewhere: "old.example.com" });
  });
});
