// Work items of the Azure DevOps sandbox: reading, JSON Patch, rules, links, tags, identities, the recycle bin.

import { describe, expect, it } from "vitest";
import { type Body, look, newCaller, relate, RELATED, set } from "./azureDevopsCaller.ts";

const PBI = "Product Backlog Item";
const flagsOf = (answer: { at(path: string): unknown }): unknown => answer.at("customProperties/RuleValidationErrors/0/fieldStatusFlags");

describe("reading", () => {
  const caller = newCaller();
  const id = caller.make("Bug", { Title: "crash", "Microsoft.VSTS.TCM.ReproSteps": "<p>x</p>", AssignedTo: "Bo Chen" });

  it("shows an item in the form of the document", () => {
    const project = String(caller.get("_apis/projects/DEMO").at("id"));
    const item = caller.get(`_apis/wit/workitems/${id}`).body;
    expect(item).toMatchObject({ id, rev: 1, url: `http://localhost/tandem/${project}/_apis/wit/workItems/${id}`, multilineFieldsFormat: { "Microsoft.VSTS.TCM.ReproSteps": "html" }, _links: { html: { href: `http://localhost/tandem/${project}/_workitems/edit/${id}` } } });
    expect(item["fields"]).toMatchObject({
      "System.AreaPath": "DEMO", "System.TeamProject": "DEMO", "System.IterationPath": "DEMO", "System.WorkItemType": "Bug", "System.State": "New", "System.Reason": "New defect reported", "System.CreatedDate": "2026-03-02T10:00:00Z", "System.CommentCount": 0,
      "Microsoft.VSTS.Common.Priority": 2, "Microsoft.VSTS.Common.Severity": "3 - Medium", "Microsoft.VSTS.Common.ValueArea": "Business", "Custom.Regression": false,
    });
    expect(look(item, "fields/System.AssignedTo")).toEqual({
      displayName: "Bo Chen", url: expect.stringContaining("/_apis/Identities/"), _links: { avatar: { href: expect.stringContaining("MemberAvatars/aad.") } }, id: expect.stringMatching(/^[0-9a-f-]{36}$/), uniqueName: "bo.chen@example.com", imageUrl: expect.any(String), descriptor: expect.stringMatching(/^aad\./),
    });
    for (const absent of ["System.Description", "System.Tags", "System.Id", "System.Rev", "System.Watermark", "System.AreaId", "System.History"]) expect(item["fields"]).not.toHaveProperty([absent]);
  });

  it("shows everything when asked, and relations or links alone", () => {
    expect(caller.item(id)).toMatchObject({ fields: { "System.Id": id, "System.Rev": 1, "System.AreaLevel1": "DEMO", "System.NodeName": "DEMO", "System.RevisedDate": "9999-01-01T00:00:00Z", "System.AuthorizedAs": { displayName: "Sync Service" }, "System.Watermark": 1 } });
    expect(caller.item(id, "?$expand=none")).not.toHaveProperty("relations");
    expect(caller.item(id, "?$expand=fields")).toMatchObject({ fields: { "System.Id": id } });
    const sparse = newCaller({ expandFieldsShowsAll: false, multilineFieldsFormat: false });
    sparse.make("Bug", { Title: "x", "Microsoft.VSTS.TCM.ReproSteps": "<p>x</p>" });
    expect(sparse.item(1, "?$expand=fields")["fields"]).not.toHaveProperty(["System.Id"]);
    expect(sparse.item(1)).not.toHaveProperty("multilineFieldsFormat");
  });

  it("refuses fields together with an expansion, and a field that exists nowhere; one of another type is absent", () => {
    const both = caller.get(`_apis/wit/workitems/${id}?fields=System.Title&$expand=relations`);
    expect([both.status, both.message]).toEqual([400, "The expand parameter can not be used with the fields parameter."]);
    expect(caller.get(`_apis/wit/workitems/${id}?fields=System.Title&$expand=links`).status).toBe(400);
    const tolerant = newCaller({ fieldsWithLinks: true });
    tolerant.make("Bug", { Title: "x" });
    expect(tolerant.get("_apis/wit/workitems/1?fields=System.Title&$expand=links").body).toHaveProperty("_links");
    expect(caller.get(`_apis/wit/workitems/${id}?fields=System.Nothing`).message).toBe("TF51535: Cannot find field System.Nothing.");
    expect(caller.get(`_apis/wit/workitems/${id}?fields=system.title,Title,Microsoft.VSTS.TCM.Steps`).body["fields"]).toEqual({ "System.Title": "crash" });
  });

  it("reads many: null for what is missing, or none at all; 200 at most", () => {
    const batch = (body: Body): ReturnType<typeof caller.post> => caller.post("_apis/wit/workitemsbatch", body);
    expect(batch({ ids: [id, 99], fields: ["System.Title"], errorPolicy: 2 }).body).toEqual({ count: 2, value: [expect.objectContaining({ id, fields: { "System.Title": "crash" } }), null] });
    expect(batch({ ids: [id, 99], errorPolicy: "Omit" }).status).toBe(200);
    expect(batch({ ids: [id, 99] })).toMatchObject({ status: 404, message: expect.stringContaining("Work item 99") });
    expect(batch({ ids: Array.from({ length: 201 }, (_, at) => at + 1), errorPolicy: "omit" })).toMatchObject({ status: 400, message: expect.stringMatching(/^VS403474: You requested 201 work items which exceeds the limit of 200/) });
    expect(caller.get(`_apis/wit/workitems?ids=${id},98&errorPolicy=omit`).list("value")).toHaveLength(2);
    expect(caller.get(`_apis/wit/workitems?ids=${id}`).list("value")[0]).not.toHaveProperty("_links");
    expect(caller.get("_apis/wit/workitems").status).toBe(400);
    expect(batch({ ids: [id], $expand: 4 }).at("value/0/_links")).toBeDefined();
  });

  it("shows the past with asOf, in which what came later is missing", () => {
    const own = newCaller();
    own.make("Bug", { Title: "first" });
    own.clock.at += 3_600_000;
    own.change(1, [set("System.Title", "second")]);
    own.make("Bug", { Title: "later" });
    expect(own.item(1, "?asOf=2026-03-02T10:30:00Z")).toMatchObject({ rev: 1, fields: { "System.Title": "first" } });
    expect(own.item(1, `?asOf=${encodeURIComponent("Mon, 02 Mar 2026 11:00:00 GMT")}`)).toMatchObject({ rev: 2 });
    expect(own.get("_apis/wit/workitems/2?asOf=2026-03-02T10:30:00Z").status).toBe(404);
    own.change(1, [set("System.Title", "third")]);
    own.change(1, [set("System.Title", "fourth")]);
    expect(own.item(1, `?asOf=${new Date(own.clock.at).toISOString()}`)).toMatchObject({ fields: { "System.Title": "fourth" } });
  });

  it("does not show what the caller may not see, and refuses writes to areas that are read only", () => {
    const own = newCaller({ hiddenAreas: ["DEMO\\Mobile"], readOnlyAreas: ["DEMO\\Backend"] });
    own.ado.edit({ action: "create", type: "Bug", fields: { "System.Title": "secret", "System.AreaPath": "DEMO\\Mobile" } });
    own.ado.edit({ action: "create", type: "Bug", fields: { "System.Title": "locked", "System.AreaPath": "DEMO\\Backend" } });
    expect(own.get("_apis/wit/workitems/1").status).toBe(404);
    expect(own.ids("[System.Id] > 0")).toEqual([2]);
    expect(own.get("_apis/wit/reporting/workitemrevisions").list("values").map((one) => one["id"])).toEqual([2]);
    expect(own.change(2, [set("System.Title", "x")])).toMatchObject({ status: 403, message: expect.stringMatching(/^TF237111/) });
    expect(() => own.make("Bug", { Title: "x", AreaPath: "DEMO\\Backend" })).toThrow(/TF237111/);
  });
});

describe("a patch", () => {
  it("is one revision, sets and clears fields in any case, and leaves the revision alone when nothing changes", () => {
    const caller = newCaller();
    const id = caller.make(PBI, { Title: "a", "Microsoft.VSTS.Scheduling.Effort": 3, AssignedTo: "Bo Chen" });
    expect(caller.change(id, [set("system.title", "b"), { op: "remove", path: "/fields/Microsoft.VSTS.Scheduling.Effort" }, set("System.AssignedTo", ""), set("System.History", "why")]).body).toMatchObject({ rev: 2, fields: { "System.Title": "b" } });
    const { fields } = caller.item(id) as { readonly fields: Body };
    expect([fields["Microsoft.VSTS.Scheduling.Effort"], fields["System.AssignedTo"], fields["System.CommentCount"]]).toEqual([undefined, undefined, 1]);
    expect(caller.change(id, [set("System.Title", "b")]).at("rev")).toBe(2);
    const chatty = newCaller({ emptyPatchMovesRev: true });
    chatty.make("Bug", { Title: "x" });
    expect(chatty.change(1, [set("System.Title", "x")]).at("rev")).toBe(2);
  });

  it("tests the revision: 412 with both numbers, or what else some installations answer", () => {
    const caller = newCaller();
    const id = caller.make("Bug", { Title: "x" });
    const stale = [{ op: "test", path: "/rev", value: 7 }, set("System.Title", "y")];
    expect(caller.change(id, stale)).toMatchObject({ status: 412, typeKey: "TestPatchOperationFailedException", message: expect.stringMatching(/^VS403351: Test Operation for path \/rev failed.*7.*1/) });
    expect(caller.item(id)).toMatchObject({ rev: 1, fields: { "System.Title": "x" } });
    expect(caller.change(id, [{ op: "test", path: "/fields/System.Title", value: "x" }, { op: "test", path: "/id", value: id }, set("System.Title", "y")]).status).toBe(200);
    const other = newCaller({ conflictStatus: 409 });
    other.make("Bug", { Title: "x" });
    expect(other.change(1, stale).status).toBe(409);
  });

  it.each([
    ["no array", { op: "add" }, "VssPropertyValidationException", /valid patch document/],
    ["an empty array", [], "VssPropertyValidationException", /valid patch document/],
    ["a path of its own", [{ op: "add", path: "/title", value: "x" }], "InvalidPatchOperationException", /top-level property/],
    ["relations without an end", [{ op: "add", path: "/relations", value: {} }], "InvalidPatchOperationException", /top-level property 'relations' may not be patched/],
    ["a relation without an address", [{ op: "add", path: "/relations/-", value: { rel: RELATED } }], "VssPropertyValidationException", /rel and url/],
    ["an unknown field", [set("System.Nothing", 1)], "WorkItemTrackingFieldDefinitionNotFoundException", /^TF51535: Cannot find field System.Nothing/],
    ["a field by its display name", [set("Title", "x")], "WorkItemTrackingFieldDefinitionNotFoundException", /^TF51535/],
    ["an unknown operation", [{ op: "put", path: "/fields/System.Title", value: "x" }], "VssPropertyValidationException", /valid patch document/],
    ["text in a number", [set("Microsoft.VSTS.Scheduling.Effort", "many")], "WorkItemFieldInvalidException", /TF401326.*InvalidType/],
    ["a fraction in a whole number", [set("Microsoft.VSTS.Common.Priority", 1.5)], "WorkItemFieldInvalidException", /InvalidType/],
    ["no date", [set("Custom.Reviewer", "x"), set("Microsoft.VSTS.Scheduling.StartDate", "soon")], "WorkItemFieldInvalidException", /./],
    ["a title too long", [set("System.Title", "x".repeat(256))], "WorkItemFieldInvalidException", /InvalidTooLong/],
    ["a read-only field", [set("System.CreatedDate", "2020-01-01T00:00:00Z")], "WorkItemFieldInvalidException", /TF401326.*ReadOnly.*System.CreatedDate/],
    ["a parent as a field", [set("System.Parent", 5)], "WorkItemFieldInvalidException", /ReadOnly/],
    ["an area that is not there", [set("System.AreaPath", "DEMO\\Nowhere")], "WorkItemFieldInvalidTreeNameException", /^TF401347/],
    ["an area of another project", [set("System.AreaPath", "Second Project")], "WorkItemFieldInvalidException", /^TF401347/],
    ["an iteration number that is none", [set("System.IterationId", 4711)], "WorkItemFieldInvalidTreeIdException", /^TF401346/],
    ["a field of other types", [set("Microsoft.VSTS.TCM.Steps", "<steps/>")], "WorkItemTrackingFieldDefinitionNotFoundException", /^TF51535/],
    ["a place that is not there", [{ op: "remove", path: "/relations/3" }], "InvalidPatchOperationException", /no relation at index 3/],
  ])("with %s is refused", (_what, ops, typeKey, message) => {
    const caller = newCaller();
    const id = caller.make(PBI, { Title: "x" });
    const answer = caller.change(id, ops as never);
    expect([answer.status, answer.typeKey]).toEqual([400, typeKey]);
    expect(answer.message).toMatch(message);
    expect(caller.item(id)).toMatchObject({ rev: 1 });
  });

  it("takes display names and foreign fields by switch", () => {
    const caller = newCaller({ displayNamesInPatch: true, foreignFields: "stored" });
    const id = caller.make(PBI, { Title: "x" });
    expect(caller.change(id, [set("Title", "y"), set("Microsoft.VSTS.TCM.Steps", "<steps/>")]).body).toMatchObject({ fields: { "System.Title": "y", "Microsoft.VSTS.TCM.Steps": "<steps/>" } });
  });

  it("copies and moves values, takes area numbers, and validates without saving", () => {
    const caller = newCaller();
    const id = caller.make(PBI, { Title: "x", Description: "<b>d</b>" });
    expect(caller.change(id, [{ op: "move", from: "/fields/System.Description", path: "/fields/Microsoft.VSTS.Common.AcceptanceCriteria" }]).at("fields/Microsoft.VSTS.Common.AcceptanceCriteria")).toBe("<b>d</b>");
    const area = caller.get("DEMO/_apis/wit/classificationNodes/areas/Web").at("id");
    expect(caller.change(id, [set("System.AreaId", area)], "?validateOnly=true").body).toMatchObject({ rev: 2, fields: { "System.AreaPath": "DEMO\\Web" } });
    expect(caller.item(id)).toMatchObject({ fields: { "System.AreaPath": "DEMO" } });
    expect(caller.get("DEMO/_apis/wit/workitems/$Bug").body).toMatchObject({ fields: { "System.State": "New", "System.WorkItemType": "Bug" } });
    expect(caller.get("_apis/wit/workitems/2").status).toBe(404);
  });

  it("keeps HTML without scripts, and Markdown where the field is switched to it", () => {
    const caller = newCaller();
    const id = caller.make(PBI, { Title: "x", Description: '<p onclick="go()">a<script>bad()</script><a href="javascript:x">b</a><img src="y"></p>' });
    expect(caller.item(id)).toMatchObject({ fields: { "System.Description": '<p>a<a>b</a><img src="y"></p>' } });
    const markdown = (value: string): Body => ({ op: "add", path: "/multilineFieldsFormat/System.Description", value });
    expect(caller.change(id, [set("System.Description", "# x <script>"), markdown("Markdown")]).body).toMatchObject({ fields: { "System.Description": "# x <script>" }, multilineFieldsFormat: { "System.Description": "markdown" } });
    expect(caller.change(id, [markdown("Html")]).status).toBe(400);
    expect(newCaller({ flavour: "server" }).change(1, []).status).toBe(404);
    const old = newCaller({ flavour: "server" });
    old.make(PBI, { Title: "x" });
    expect(old.change(1, [markdown("Markdown")]).status).toBe(400);
    const back = newCaller({ markdownBackToHtml: true });
    back.make(PBI, { Title: "x" }, [markdown("Markdown"), set("System.Description", "a")]);
    expect(back.change(1, [markdown("Html"), set("System.Description", "<b>a</b>")]).at("multilineFieldsFormat/System.Description")).toBe("html");
  });
});

describe("rules", () => {
  it("fill defaults, reasons and dates of states", () => {
    const caller = newCaller();
    const id = caller.make("Task", { Title: "t", "Microsoft.VSTS.Scheduling.RemainingWork": 4 });
    expect(caller.item(id)).toMatchObject({ fields: { "System.State": "To Do", "System.Reason": "New task" } });
    caller.clock.at += 1000;
    expect(caller.change(id, [set("System.State", "In Progress")]).body).toMatchObject({ fields: { "System.Reason": "Work started", "Microsoft.VSTS.Common.ActivatedDate": "2026-03-02T10:00:01Z", "Microsoft.VSTS.Common.ActivatedBy": { displayName: "Sync Service" } } });
    const done = caller.change(id, [set("System.State", "done")]).body;
    expect(done).toMatchObject({ fields: { "System.State": "Done", "Microsoft.VSTS.Common.ClosedBy": { displayName: "Sync Service" } } });
    expect(done["fields"]).not.toHaveProperty(["Microsoft.VSTS.Scheduling.RemainingWork"]);
    expect(caller.change(id, [set("System.State", "To Do")]).body["fields"]).not.toHaveProperty(["Microsoft.VSTS.Common.ClosedDate"]);
  });

  it.each([
    ["an empty title", PBI, [set("System.Title", "")], "required, invalidEmpty", "System.Title"],
    ["a value outside the list", "Bug", [set("Microsoft.VSTS.Common.Severity", "awful")], "hasValues, limitedToValues, invalidListValue", "Microsoft.VSTS.Common.Severity"],
    ["a number outside the list", "Bug", [set("Microsoft.VSTS.Common.Priority", 5)], "hasValues, limitedToValues, invalidListValue", "Microsoft.VSTS.Common.Priority"],
    ["a required list emptied", "Bug", [set("Microsoft.VSTS.Common.ValueArea", "")], "required, hasValues, limitedToValues, invalidEmpty", "Microsoft.VSTS.Common.ValueArea"],
    ["an unknown state", "Bug", [set("System.State", "Fixed")], "required, hasValues, limitedToValues, allowsOldValue, invalidListValue", "System.State"],
    ["a reason of another transition", "Bug", [set("System.State", "Approved"), set("System.Reason", "Work finished")], "required, hasValues, limitedToValues, invalidListValue", "System.Reason"],
    ["a picklist", "Bug", [set("Custom.Environment", "Moon")], "hasValues, limitedToValues, invalidListValue", "Custom.Environment"],
  ])("refuse %s", (_what, type, ops, flags, ref) => {
    const caller = newCaller();
    const answer = caller.change(caller.make(type, { Title: "x" }), ops);
    expect([answer.status, answer.typeKey, flagsOf(answer), answer.at("customProperties/FieldReferenceName")]).toEqual([400, "RuleValidationException", flags, ref]);
    expect(answer.message).toMatch(/^TF401320: Rule Error for field .+\. Error code: /);
    expect(answer.at("errorCode")).toBe(600171);
  });

  it("are refused in the very form of the document", () => {
    const caller = newCaller({ requiredFields: { "Product Backlog Item": ["Microsoft.VSTS.Scheduling.Effort"] } });
    const answer = caller.call("POST", "DEMO/_apis/wit/workitems/$Product%20Backlog%20Item", [set("System.Title", "x")], { "content-type": "application/json-patch+json" });
    const message = "TF401320: Rule Error for field Effort. Error code: Required, InvalidEmpty.";
    expect(JSON.stringify(answer.body)).toBe(JSON.stringify({
      $id: "1",
      customProperties: { ErrorMessage: message, FieldReferenceName: "Microsoft.VSTS.Scheduling.Effort", RuleValidationErrors: [{ fieldReferenceName: "Microsoft.VSTS.Scheduling.Effort", fieldStatusFlags: "required, invalidEmpty", errorMessage: message, fieldStatusCode: 524289, ruleValidationErrors: null }] },
      innerException: null, message, typeName: "Microsoft.TeamFoundation.WorkItemTracking.Server.RuleValidationException, Microsoft.TeamFoundation.WorkItemTracking.Server", typeKey: "RuleValidationException", errorCode: 600171, eventId: 3200,
    }));
  });

  it("report several errors at once, take other values where a list only suggests, and spell as the list does", () => {
    const caller = newCaller();
    const id = caller.make("Bug", { Title: "x", "Custom.Customer": "Somebody else", "Microsoft.VSTS.Common.Activity": "testing" });
    expect(caller.item(id)).toMatchObject({ fields: { "Custom.Customer": "Somebody else", "Microsoft.VSTS.Common.Activity": "Testing" } });
    expect(caller.change(id, [set("System.Title", " "), set("Microsoft.VSTS.Common.Priority", 9)]).list("customProperties/RuleValidationErrors").map((one) => one["fieldReferenceName"])).toEqual(["System.Title", "Microsoft.VSTS.Common.Priority"]);
  });

  it("leave nobody's item without a project", () => {
    const caller = newCaller();
    const id = caller.make("Bug", { Title: "x" });
    for (const op of [{ op: "remove", path: "/fields/System.TeamProject" }, { op: "add", path: "/fields/System.TeamProject" }]) {
      const made = caller.call("POST", "DEMO/_apis/wit/workitems/$Bug?bypassRules=true", [set("System.Title", "x"), op], { "content-type": "application/json-patch+json" });
      expect([made, caller.change(id, [op]), caller.change(id, [op], "?bypassRules=true")].map((answer) => [answer.status, flagsOf(answer)])).toEqual(Array.from({ length: 3 }, () => [400, "required, invalidEmpty"]));
    }
    expect(caller.item(id)).toMatchObject({ rev: 1, fields: { "System.TeamProject": "DEMO" } });
  });

  it("let any state follow any other in an inherited process, and only edges in an XML one", () => {
    const free = newCaller();
    expect(free.change(free.make("Feature", { Title: "x" }), [set("System.State", "Done")]).at("fields/System.Reason")).toBe("Moved to state Done");
    const strict = newCaller({ transitions: "process" });
    const id = strict.make("Feature", { Title: "x" });
    expect(flagsOf(strict.change(id, [set("System.State", "Done")]))).toContain("invalidListValue");
    expect(strict.change(id, [set("System.State", "In Progress")]).status).toBe(200);
    expect(strict.get("DEMO/_apis/wit/workitemtypes/Feature").at("transitions/New")).toEqual(["New", "In Progress", "Removed"].map((to) => ({ to, actions: null })));
    expect(() => free.make("Bug", { Title: "x", State: "Done" })).toThrow(/TF401320/);
    expect(newCaller({ createInState: "any" }).make("Bug", { Title: "x", State: "Done" })).toBe(1);
  });

  it("are what the options add: required always, in a state, read only; types disabled; other processes; own fields", () => {
    const caller = newCaller({ requiredFields: { Bug: ["Custom.Environment"] }, stateRequiredFields: { Task: { Done: ["Microsoft.VSTS.Common.Activity"] } }, readOnlyFields: { Task: ["Custom.SyncKey"] }, disabledTypes: ["Impediment"], customFields: [{ referenceName: "Custom.Size", allowed: ["S", "L"], default: "S", required: true, types: ["Task"] }] });
    expect(() => caller.make("Bug", { Title: "x" })).toThrow(/Environment.*Required/);
    const id = caller.make("Task", { Title: "x" });
    expect(caller.item(id)).toMatchObject({ fields: { "Custom.Size": "S" } });
    expect(flagsOf(caller.change(id, [set("System.State", "Done")]))).toContain("invalidEmpty");
    expect(caller.change(id, [set("Custom.SyncKey", "k")]).message).toMatch(/ReadOnly/);
    expect(() => caller.make("Impediment", { Title: "x" })).toThrow(/disabled/);
    expect(caller.get("DEMO/_apis/wit/workitemtypes/Impediment").at("isDisabled")).toBe(true);
    const agile = newCaller({ process: "Agile" });
    const story = agile.make("User Story", { Title: "x", "Microsoft.VSTS.Scheduling.StoryPoints": 5 });
    expect(agile.change(story, [set("System.State", "Resolved"), set("System.Reason", "Moved to state Resolved")]).body).toMatchObject({ fields: { "Microsoft.VSTS.Common.ResolvedReason": "Moved to state Resolved" } });
    expect(newCaller({ process: "Basic" }).make("Issue", { Title: "x" })).toBe(1);
    expect(newCaller({ process: "CMMI" }).make("Requirement", { Title: "x" })).toBe(1);
  });
});

describe("bypassing rules", () => {
  const old = [set("System.CreatedDate", "2020-01-01T08:00:00Z"), set("System.CreatedBy", "Anna Berg"), set("System.ChangedDate", "2020-01-02T08:00:00Z"), set("System.ChangedBy", "Bo Chen"), set("System.History", "from the old system")];

  it("sets authors, dates and values outside lists, but only forward in time", () => {
    const caller = newCaller();
    const made = caller.call("POST", "DEMO/_apis/wit/workitems/$Bug?bypassRules=true", [set("System.State", "Anything"), set("Microsoft.VSTS.Common.Priority", 9), ...old], { "content-type": "application/json-patch+json" });
    expect(made.body).toMatchObject({ rev: 1, fields: { "System.State": "Anything", "Microsoft.VSTS.Common.Priority": 9, "System.CreatedDate": "2020-01-01T08:00:00Z", "System.ChangedBy": { displayName: "Bo Chen" } } });
    expect(caller.get("DEMO/_apis/wit/workitems/1/comments").at("comments/0")).toMatchObject({ createdBy: { displayName: "Bo Chen" }, createdDate: "2020-01-02T08:00:00Z" });
    expect(caller.change(1, [set("System.ChangedDate", "2020-01-02T08:00:00Z"), set("System.Title", "x")], "?bypassRules=true")).toMatchObject({ status: 400, message: expect.stringMatching(/^VS402625.*increasing with each revision/) });
    expect(caller.change(1, [set("System.ChangedDate", "2020-01-02T08:00:00.5Z"), set("System.Title", "x")], "?bypassRules=true").at("fields/System.ChangedDate")).toBe("2020-01-02T08:00:00.5Z");
    expect(caller.change(1, [set("System.AreaPath", "DEMO\\No")], "?bypassRules=true").message).toMatch(/^TF401347/);
  });

  it("runs the rules that fill in all the same, or none at all", () => {
    const filled = (bypassFills: boolean): readonly unknown[] => {
      const made = newCaller({ bypassFills }).call("POST", "DEMO/_apis/wit/workitems/$Bug?bypassRules=true", [set("System.Title", "x"), set("System.CreatedBy", "Anna Berg")], { "content-type": "application/json-patch+json" });
      return [made.status, made.at("fields/System.State"), made.at("fields/System.Reason"), made.at("fields/System.CreatedBy/displayName"), made.at("fields/System.ChangedBy/displayName") === "Anna Berg"];
    };
    expect(filled(true)).toEqual([200, "New", expect.any(String), "Anna Berg", false]);
    expect(filled(false)).toEqual([200, undefined, undefined, "Anna Berg", false]);
  });

  it.each([[403], [400]])("needs a permission: %d without it", (status) => {
    const caller = newCaller({ bypassPermission: false, bypassRefusal: status });
    const id = caller.make("Bug", { Title: "x" });
    expect(caller.change(id, old, "?bypassRules=true")).toMatchObject({ status, message: expect.stringMatching(/^TF/) });
  });

  it("and suppressing notifications is noted in the history", () => {
    const caller = newCaller();
    const id = caller.make("Bug", { Title: "x" });
    caller.change(id, [set("System.Title", "y")], "?suppressNotifications=true");
    expect(JSON.stringify(caller.ado.state())).toContain('"silent":true');
  });
});

describe("limits", () => {
  it("refuse revisions, comments, attachments and links above them", () => {
    const caller = newCaller({ maxRevisions: 2, maxComments: 1, maxLinks: 1 });
    const ids = ["a", "b", "c"].map((Title) => caller.make("Bug", { Title }));
    caller.change(1, [set("System.History", "one")]);
    expect(caller.change(1, [set("System.Title", "x")]).message).toMatch(/limit of 2 revisions/);
    expect(caller.post("DEMO/_apis/wit/workItems/1/comments", { text: "two" }).message).toMatch(/at most 1 comments/);
    caller.change(2, [relate(RELATED, Number(ids[0]))]);
    expect(caller.change(2, [relate(RELATED, Number(ids[2]))]).message).toMatch(/at most 1 links/);
  });
});
