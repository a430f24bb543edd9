// The Azure DevOps sandbox before any work item: sign-in and its traps, discovery, versions, routes, headers, limits, people.

import { describe, expect, it } from "vitest";
import { basic, newCaller, set } from "./azureDevopsCaller.ts";

/** The area of teams' settings in an address. */
const WORK = "_apis/work";

const bad = { authorization: basic("wrong") };

describe("an unusable token", () => {
  const suppress = { "x-tfs-fedauthredirect": "Suppress" };
  it.each([
    ["gets 203 and a sign-in page", {}, "GET", bad, 203, /Sign in/],
    ["gets a clean 401 when the redirect is suppressed", {}, "GET", { ...bad, ...suppress }, 401, /TF400813/],
    ["gets the page all the same where that header is not honoured", { suppressHonoured: false }, "GET", { ...bad, ...suppress }, 203, /Sign in/],
    ["is sent to the sign-in page by switch", { badToken: "302" }, "GET", bad, 302, /moved/],
    ["gets 401 by switch", { badToken: "401" }, "GET", bad, 401, /TF400813/],
    ["gets 401 for a PATCH where outcomes are mixed", { badToken: "mixed" }, "PATCH", bad, 401, /TF400813/],
    ["gets 401 as a bearer where outcomes are mixed", { badToken: "mixed" }, "GET", { authorization: "Bearer wrong" }, 401, /TF400813/],
    ["gets the page for a GET where outcomes are mixed", { badToken: "mixed" }, "GET", bad, 203, /Sign in/],
    ["gets 401 from a Server", { flavour: "server" }, "GET", bad, 401, /TF400813/],
    ["is expired by switch", { expiredPat: true }, "GET", {}, 203, /Sign in/],
    ["is none at all in a browser: 302", {}, "GET", { authorization: "", accept: "text/html" }, 302, /moved/],
    ["is none at all in a program: 203", {}, "GET", { authorization: "" }, 203, /Sign in/],
    ["is a bearer where PATs are not taken as such", { patAsBearer: false }, "GET", { authorization: "Bearer ado-pat" }, 203, /Sign in/],
  ])("%s", (_what, options, method, headers, status, text) => {
    const answer = newCaller(options).call(method, "/tandem/_apis/projects", undefined, headers);
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body)).toMatch(text);
    expect(answer.headers["X-TFS-ServiceError"]).toBeDefined();
    if (status !== 401) expect(answer.headers["Content-Type"]).toMatch(/^text\/html/);
    if (status === 302) expect(answer.headers["Location"]).toMatch(/\/_signin\?/);
  });

  it("is refused before anything is said about the address, and a good one is taken with any user name", () => {
    const caller = newCaller();
    expect(caller.call("GET", "/tandem/_apis/nothing", undefined, bad).status).toBe(203);
    expect(caller.call("GET", "/_signin?realm=x").status).toBe(203);
    for (const authorization of [`Basic ${Buffer.from("PAT:ado-pat").toString("base64")}`, basic("ado-pat"), "Bearer ado-pat"]) expect(caller.get("_apis/projects", { authorization }).status).toBe(200);
  });
});

describe("scopes and permissions", () => {
  it.each([
    [{ scopes: ["project"] }, "_apis/wit/workitems/1", 401],
    [{ scopes: ["work"], missingScope: 403 }, "_apis/identities?searchFilter=General&filterValue=x", 403],
    [{ scopes: ["work"] }, "_apis/graph/users", 401],
  ])("%j: %s is %d", (options, path, status) => {
    const answer = newCaller(options).get(path);
    expect([answer.status, answer.typeKey]).toEqual([status, "UnauthorizedRequestException"]);
    expect(answer.headers["X-TFS-ServiceError"]).toContain("TF400813");
  });
});

describe("discovery", () => {
  it("lists the locations of an area, of all areas, and none of an unknown one", () => {
    const caller = newCaller();
    const wit = caller.call("OPTIONS", "/tandem/_apis/WIT").list("value");
    expect(wit.find((one) => one["id"] === "72c7ddf8-2cdc-4f60-90cd-ab71c14a399b")).toEqual({
      id: "72c7ddf8-2cdc-4f60-90cd-ab71c14a399b", area: "wit", resourceName: "workItems", routeTemplate: "{project}/_apis/{area}/{resource}/{id}", resourceVersion: 3, minVersion: "1.0", maxVersion: "7.2", releasedVersion: "7.1",
    });
    expect(wit.find((one) => one["resourceName"] === "comments" && one["resourceVersion"] === 4)).toMatchObject({ minVersion: "5.1", releasedVersion: "0.0" });
    expect(wit.find((one) => one["resourceVersion"] === 2 && one["resourceName"] === "comments")).toMatchObject({ minVersion: "3.0", maxVersion: "5.0" });
    expect(caller.call("OPTIONS", "/tandem/_apis?allHostTypes=True").list("value").length).toBeGreaterThan(wit.length + 30);
    expect(caller.call("OPTIONS", "/tandem/_apis/nothing").body).toEqual({ count: 0, value: [] });
  });

  it("names the areas' addresses, in the cloud only", () => {
    const caller = newCaller();
    const areas = caller.get("/tandem/_apis/ResourceAreas", { accept: "application/json;api-version=7.2-preview.1" }).list("value");
    expect(areas[0]).toEqual({ id: "5264459e-e5e0-4bd8-b118-0985e68a4ec5", name: "wit", locationUrl: "http://localhost/tandem/" });
    expect(areas.find((area) => area["name"] === "IMS")).toMatchObject({ locationUrl: "http://localhost/vssps/tandem/" });
    expect(caller.get("/tandem/_apis/ResourceAreas/79134c72-4a58-4b42-976c-04e7115f32bf?api-version=5.0-preview.1").body).toMatchObject({ name: "core" });
    expect(newCaller({ flavour: "server" }).get("/tandem/_apis/ResourceAreas?api-version=5.0-preview.1").body).toEqual({ count: 0, value: null });
  });

  it.each([
    [{ flavour: "server", serverVersion: "2019" }, "5.0", "5.0"],
    [{ flavour: "server", serverVersion: "2022" }, "7.0", "7.0"],
    [{}, "7.1", "7.2"],
  ])("%j: released %s, at most %s", (options, released, max) => {
    const [first] = newCaller(options).call("OPTIONS", "/tandem/_apis/wit").list("value");
    expect(first).toMatchObject({ releasedVersion: released, maxVersion: max });
  });

  it("says who is connected, and to what", () => {
    expect(newCaller().get("/tandem/_apis/connectionData").body).toMatchObject({ authenticatedUser: { providerDisplayName: "Sync Service", properties: { Account: { $value: "sync@example.com" } } }, deploymentType: "hosted" });
    expect(newCaller({ flavour: "server" }).get("/tandem/_apis/connectionData").body).toMatchObject({ authenticatedUser: { properties: { Account: { $value: "EXAMPLE\\sync" } } }, deploymentType: "onPremises" });
  });
});

describe("versions", () => {
  const caller = newCaller();
  const bug = [set("System.Title", "x")];
  const create = "/tandem/DEMO/_apis/wit/workitems/$Bug";
  const patchType = { "content-type": "application/json-patch+json" };

  it.each([
    ["GET without one is served", "GET", "/tandem/DEMO/_apis/wit/fields", undefined, {}, 200, "application/json; charset=utf-8; api-version=7.1"],
    ["in Accept", "GET", "/tandem/_apis/wit/fields", undefined, { accept: "application/json;api-version=7.1-preview.3" }, 200, "application/json; charset=utf-8; api-version=7.1-preview.3"],
    ["in the query", "GET", "/tandem/_apis/wit/fields?api-version=5.0", undefined, {}, 200, "application/json; charset=utf-8; api-version=5.0"],
    ["POST without one", "POST", create, bug, patchType, 400, "VssVersionNotSpecifiedException"],
    ["too high", "GET", "/tandem/_apis/wit/fields?api-version=8.0", undefined, {}, 400, "VssVersionOutOfRangeException"],
    ["too low", "GET", "/tandem/_apis/wit/reporting/workitemlinks?api-version=1.0", undefined, {}, 400, "VssVersionOutOfRangeException"],
    ["comments without -preview", "GET", "/tandem/DEMO/_apis/wit/workItems/1/comments?api-version=7.1", undefined, {}, 400, "VssInvalidPreviewVersionException"],
    ["comments of a revision that is not there yet", "GET", "/tandem/DEMO/_apis/wit/workItems/1/comments?api-version=7.1-preview.9", undefined, {}, 400, "VssVersionOutOfRangeException"],
    ["the coming version without -preview", "GET", "/tandem/_apis/wit/fields?api-version=7.2", undefined, {}, 400, "VssInvalidPreviewVersionException"],
    ["nonsense", "GET", "/tandem/_apis/wit/fields?api-version=seven", undefined, {}, 400, "VssInvalidApiVersionException"],
    ["a patch as plain JSON", "POST", `${create}?api-version=7.1`, bug, { "content-type": "application/json" }, 400, "VssRequestContentTypeNotSupportedException"],
    ["an attachment as JSON", "POST", "/tandem/DEMO/_apis/wit/attachments?fileName=a&api-version=7.1", {}, { "content-type": "application/json" }, 400, "VssRequestContentTypeNotSupportedException"],
  ])("%s", (_what, method, path, body, headers, status, expected) => {
    const answer = caller.call(method, path, body, headers as Record<string, string>);
    expect(answer.status).toBe(status);
    expect(status === 200 ? answer.headers["Content-Type"] : answer.typeKey).toBe(expected);
  });

  it("is out of range for a new client at an old Server, which has the old comments only", () => {
    const old = newCaller({ flavour: "server", serverVersion: "2019" });
    expect(old.get("/tandem/_apis/wit/fields?api-version=7.1").typeKey).toBe("VssVersionOutOfRangeException");
    const id = old.call("POST", "/tandem/DEMO/_apis/wit/workitems/$Bug?api-version=5.0", [...bug, set("System.History", "said")], patchType).at("id");
    expect(old.get(`/tandem/_apis/wit/workItems/${String(id)}/comments?api-version=5.0-preview.2`).body).toMatchObject({ totalCount: 1, comments: [{ revision: 1, text: "said", revisedBy: { displayName: "Sync Service" } }] });
    expect(old.get(`/tandem/DEMO/_apis/wit/workItems/${String(id)}/comments?api-version=7.1-preview.3`).typeKey).toBe("VssVersionOutOfRangeException");
    expect(old.call("OPTIONS", "/tandem/_apis/wit").list("value").map((one) => one["resourceName"])).not.toContain("tags");
  });

  it("answers identities as text below 5.0, and comments with commentId in the first previews", () => {
    const own = newCaller();
    own.make("Bug", { Title: "x", AssignedTo: "bo.chen@example.com", History: "said" });
    expect(own.get("/tandem/_apis/wit/workitems/1?api-version=4.1").at("fields/System.AssignedTo")).toBe("Bo Chen <bo.chen@example.com>");
    expect(own.get("/tandem/DEMO/_apis/wit/workitems/1/comments?api-version=5.1-preview.1").at("comments/0/commentId")).toBe(1);
    expect(own.get("/tandem/DEMO/_apis/wit/workitems/1/comments?api-version=7.1-preview.4").at("comments/0/id")).toBe(1);
  });
});

describe("addresses", () => {
  const caller = newCaller();
  caller.make("Bug", { Title: "x" });
  const project = String(caller.get("_apis/projects/demo").at("id"));

  it.each([
    ["any case", "/TANDEM/_APIS/WIT/WorkItems/1", 200],
    ["a project by name", "/tandem/demo/_apis/wit/workitems/1", 200],
    ["a project by GUID", `/tandem/${project}/_apis/wit/workitems/1`, 200],
    ["another project", "/tandem/Second%20Project/_apis/wit/workitems/1", 404],
    ["no such project", "/tandem/Nowhere/_apis/wit/workitems/1", 404],
    ["no such collection", "/other/_apis/projects", 404],
    ["a team", `/tandem/DEMO/DEMO%20Team/${WORK}/teamsettings`, 200],
    ["no such team", `/tandem/DEMO/Nobody/${WORK}/teamsettings`, 404],
    ["encoded slashes in a path", "/tandem/DEMO/_apis/wit/classificationNodes/iterations/Sprint%201", 200],
    ["a leading encoded backslash", "/tandem/DEMO/_apis/wit/classificationNodes/1/%5CSprint%201", 200],
    ["percent options", "/tandem/DEMO/_apis/wit/workitems/1?%24expand=4", 200],
    ["identities at their own host", "/vssps/tandem/_apis/identities?searchFilter=General&filterValue=Bo%20Chen", 200],
    ["work items there", "/vssps/tandem/_apis/wit/workitems/1", 404],
    ["an unknown route", "/tandem/_apis/wit/nothing", 404],
    ["the only collection there is", "/tandem/DefaultCollection/DEMO/_apis/wit/workitems/1", 200],
  ])("%s", (_what, path, status) => {
    expect(caller.get(path).status).toBe(status);
  });

  it("answer an unknown route and the id 0 in plain text, a wrong verb in a form of its own, the rest in one form", () => {
    expect(caller.get("/tandem/_apis/wit/nothing")).toMatchObject({ status: 404, body: { text: "The controller for path '/tandem/_apis/wit/nothing' was not found or does not implement IController." }, headers: { "Content-Type": "text/plain; charset=utf-8" } });
    expect(caller.remove("_apis/wit/workItems/0")).toMatchObject({ status: 404, headers: { "Content-Type": "text/plain; charset=utf-8" } });
    expect(caller.call("PUT", "_apis/wit/workitems/1")).toMatchObject({ status: 405, body: { count: 1, value: { Message: "The requested resource does not support http method 'PUT'." } } });
    expect(caller.get("_apis/wit/workitems/999").body).toEqual({
      $id: "1", innerException: null, message: "TF401232: Work item 999 does not exist, or you do not have permissions to read it.", typeName: "Microsoft.TeamFoundation.WorkItemTracking.Server.WorkItemUnauthorizedAccessException, Microsoft.TeamFoundation.WorkItemTracking.Server",
      typeKey: "WorkItemUnauthorizedAccessException", errorCode: 0, eventId: 3200,
    });
    expect(caller.get("/tandem/Nowhere/_apis/wit/fields")).toMatchObject({ status: 404, typeKey: "ProjectDoesNotExistWithNameException", message: expect.stringMatching(/^TF200016/) });
  });

  it("differ by flavour: a virtual directory, the old host name, identities not at the collection", () => {
    expect(newCaller({ flavour: "server", virtualDir: "tfs" }).get("/tfs/tandem/_apis/projects?api-version=5.0").at("value/0/url")).toMatch(/^http:\/\/localhost\/tfs\/tandem\/_apis\/projects\//);
    expect(newCaller().get("/_apis/projects", { host: "tandem.visualstudio.com" }).at("value/0/url")).toMatch(/^http:\/\/tandem\.visualstudio\.com\/_apis\/projects\//);
    expect(newCaller({ identitiesAtCollection: false }).get("/tandem/_apis/identities?searchFilter=General&filterValue=x").status).toBe(404);
    expect(newCaller({ flavour: "server" }).get("/tandem/_apis/graph/users").status).toBe(404);
    expect(newCaller({ foreignProjectIs404: false }).get("/tandem/Second%20Project/_apis/wit/fields").status).toBe(200);
    const loose = newCaller({ foreignProjectIs404: false });
    loose.make("Bug", { Title: "x" });
    expect(loose.get("/tandem/Second%20Project/_apis/wit/workitems/1").status).toBe(200);
  });

  it("are answered in the language of a Server: only the code stays", () => {
    expect(newCaller({ flavour: "server", localised: true }).get("_apis/wit/workitems/999").message).toBe("TF401232: Die Anforderung wurde nicht ausgeführt.");
  });
});

describe("headers and limits", () => {
  it("name the activity, and the caller in one header that belongs into no log", () => {
    const caller = newCaller();
    const [one, two] = [caller.get("_apis/projects").headers, caller.get("_apis/projects").headers];
    expect(one).toMatchObject({ "Cache-Control": "no-cache", ActivityId: one["X-VSS-E2EID"] });
    expect(String(one["X-VSS-UserData"])).toContain(":sync@example.com");
    expect(one["ActivityId"]).not.toBe(two["ActivityId"]);
    const { headers } = caller.get("_apis/wit/workitems/9");
    expect(decodeURIComponent(String(headers["X-TFS-ServiceError"]))).toContain("TF401232");
  });

  it("warn on good answers, then block, then let through again", () => {
    const caller = newCaller({ throttle: { windowSeconds: 300, delayAt: 2, blockAt: 4, retryAfterSeconds: 7 } });
    const calls = Array.from({ length: 5 }, () => caller.get("_apis/projects"));
    expect(calls.map((one) => [one.status, one.headers["Retry-After"], one.headers["X-RateLimit-Remaining"]])).toEqual([[200, undefined, undefined], [200, undefined, undefined], [200, "7", "2"], [200, "7", "1"], [429, "7", "0"]]);
    expect(calls[4]?.message).toMatch(/^TF400733/);
    expect(Number(calls[4]?.headers["X-RateLimit-Reset"])).toBe(Date.parse("2026-03-02T10:05:00Z") / 1000);
    caller.clock.at += 301_000;
    expect(caller.get("_apis/projects").headers["Retry-After"]).toBeUndefined();
  });

  it("a stopped collection answers 503 with a byte order mark", () => {
    expect(newCaller({ collectionStopped: true }).get("_apis/projects")).toMatchObject({ status: 503, body: { text: expect.stringMatching(/^\ufeffTF24668/) } });
  });

  it("projects come in pages, the token in a header", () => {
    const caller = newCaller({ projectsPage: 1 });
    const first = caller.get("_apis/projects");
    expect([first.at("value/0/name"), first.headers["x-ms-continuationtoken"]]).toEqual(["DEMO", "1"]);
    const last = caller.get("_apis/projects?continuationToken=1");
    expect([last.at("value/0/name"), last.headers["x-ms-continuationtoken"]]).toEqual(["Second Project", undefined]);
    expect(caller.get("_apis/projects?$top=5&$skip=1").at("count")).toBe(1);
    expect([caller.get("_apis/projects?stateFilter=deleted").at("count"), caller.get("_apis/projects?stateFilter=1").at("count")]).toEqual([0, 1]);
  });

  it("refuses options it does not know", () => {
    expect(() => newCaller({ flavor: "server" })).toThrow(/no option "flavor"/);
    expect(() => newCaller({ process: "Kanban" })).toThrow(/cannot be "Kanban"/);
    expect(() => newCaller({ customFields: [{ referenceName: "System.Title" }] })).toThrow(/stock/);
  });
});

describe("people", () => {
  const caller = newCaller();
  const search = (filter: string, value: string): readonly unknown[] => caller.get(`_apis/identities?searchFilter=${filter}&filterValue=${encodeURIComponent(value)}&queryMembership=None`).list("value").map((one) => one["providerDisplayName"]);

  it.each([
    ["General", "bo.chen@example.com", ["Bo Chen"]],
    ["MailAddress", "carla.diaz@example.com", ["Carla Díaz"]],
    ["DisplayName", "max muster", ["Max Muster", "Max Muster"]],
    ["AccountName", "anna.berg@example.com", ["Anna Berg"]],
    ["General", "nobody@example.com", []],
  ])("are found by %s %s", (filter, value, names) => {
    expect(search(filter, value)).toEqual(names);
  });

  it("come in pages from Graph, and groups are identities that own nothing", () => {
    const small = newCaller({ graphPage: 2 });
    const users = (token = ""): ReturnType<typeof small.get> => small.get(`/vssps/tandem/_apis/graph/users?api-version=7.1-preview.1${token}`);
    expect([users().list("value").length, users().headers["X-MS-ContinuationToken"]]).toEqual([2, "2"]);
    expect(users("&continuationToken=6").headers["X-MS-ContinuationToken"]).toBeUndefined();
    expect(small.get("/vssps/tandem/_apis/graph/groups?api-version=7.1-preview.1").list("value")[0]).toMatchObject({ subjectKind: "group", principalName: "[DEMO]\\Contributors", displayName: "Contributors" });
    expect(search("General", "[DEMO]\\Contributors")).toEqual(["[DEMO]\\Contributors"]);
    expect(() => newCaller().make("Bug", { Title: "x", AssignedTo: "[DEMO]\\Contributors" })).toThrow(/unknown identity/);
  });

  it("have ids and descriptors that lead to each other", () => {
    const [bo] = caller.get("_apis/identities?searchFilter=General&filterValue=Bo%20Chen").list("value");
    expect(bo).toMatchObject({ isActive: true, properties: { Mail: { $type: "System.String", $value: "bo.chen@example.com" }, Account: { $value: "bo.chen@example.com" } } });
    const [id, descriptor] = [String(bo?.["id"]), String(bo?.["subjectDescriptor"])];
    expect(caller.get(`_apis/identities?identityIds=${id},00000000-0000-0000-0000-000000000001`).list("value").map((one) => one?.["id"] ?? null)).toEqual([id, null]);
    expect(caller.get(`_apis/identities?subjectDescriptors=${descriptor}`).at("value/0/id")).toBe(id);
    expect(caller.get(`_apis/identities/${id}`).at("id")).toBe(id);
    expect(caller.get(`/vssps/tandem/_apis/graph/descriptors/${id}?api-version=7.1-preview.1`).at("value")).toBe(descriptor);
    expect(caller.get(`/vssps/tandem/_apis/graph/storagekeys/${descriptor}?api-version=7.1-preview.1`).at("value")).toBe(id);
    expect(caller.get(`/vssps/tandem/_apis/graph/users/${descriptor}?api-version=7.1-preview.1`).body).toMatchObject({ principalName: "bo.chen@example.com", subjectKind: "user", origin: "aad" });
    expect(caller.get("/vssps/tandem/_apis/graph/users?api-version=7.1-preview.1").list("value").map((one) => one["displayName"])).not.toContain("Ivo Inactive");
    expect(caller.get("/vssps/tandem/_apis/profile/profiles/me?api-version=7.1").body).toMatchObject({ emailAddress: "sync@example.com" });
  });
});
