// The parts of the Jira connector that need no server: times, queries, fields, workflows, change logs, options.

import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { complaintOf, JiraClient } from "../../../lib/connectors/jira/client.ts";
import { cascadeName, formOf, hoursOf, optionsOf } from "../../../lib/connectors/jira/fieldKinds.ts";
import { entriesOf } from "../../../lib/connectors/jira/history.ts";
import { allOf, filterTerm, quoted } from "../../../lib/connectors/jira/jql.ts";
import { readOptions } from "../../../lib/connectors/jira/options.ts";
import { SPRINT_TYPE } from "../../../lib/connectors/jira/sprints.ts";
import { sprintIdOf } from "../../../lib/connectors/jira/sprintValue.ts";
import { loginsIn, peopleIn, showsFiles } from "../../../lib/connectors/jira/texts.ts";
import { instantOf, jqlBound, platformTime } from "../../../lib/connectors/jira/time.ts";
import { chunks, mapLimit } from "../../../lib/connectors/jira/wire.ts";
import { shortestPath, stepWord, Workflows } from "../../../lib/connectors/jira/workflow.ts";

const zone = (name: string) => ({ kind: "zone", zone: name }) as const;
const epoch = { kind: "epoch" } as const;

describe("times", () => {
  it.each<readonly [unknown, string | undefined]>([
    ["2026-03-04T05:06:07.089+0100", "2026-03-04T04:06:07.089Z"],
    ["2026-03-04T05:06:07.089-0530", "2026-03-04T10:36:07.089Z"],
    ["2026-03-04T05:06:07.089+01:00", "2026-03-04T04:06:07.089Z"],
    ["2026-03-04T05:06:07Z", "2026-03-04T05:06:07.000Z"],
    ["04/Mar/26", "2026-03-04T00:00:00.000Z"],
    ["", undefined],
    [null, undefined],
    [12, undefined],
  ])("reads %j", (raw, instant) => {
    // A localized day is never asked for; whatever it gives must not throw.
    if (raw === "04/Mar/26") return void expect(() => instantOf(raw)).not.toThrow();
    expect(instantOf(raw)).toBe(instant);
  });

  it("writes the platform's form", () => {
    expect(platformTime("2026-03-04T04:06:07.089Z")).toBe("2026-03-04T04:06:07.089+0000");
  });

  it.each([
    ["2026-03-02T09:00:59.999Z", epoch, String(Date.parse("2026-03-02T09:00:59.000Z"))],
    ["2026-03-02T09:00:59.999Z", zone("UTC"), '"2026-03-02 09:00"'],
    ["2026-03-02T22:30:00.000Z", zone("Asia/Tokyo"), '"2026-03-03 07:30"'],
    ["2026-03-02T02:30:00.000Z", zone("America/Los_Angeles"), '"2026-03-01 18:30"'],
    ["2026-03-02T02:30:00.000Z", zone("Asia/Kathmandu"), '"2026-03-02 08:15"'],
    // The night the clocks are set back: local text names two instants, so an hour more is read.
    ["2026-10-25T01:30:00.000Z", zone("Europe/Berlin"), '"2026-10-25 02:30"'],
    ["2026-10-25T00:30:00.000Z", zone("Europe/Berlin"), '"2026-10-25 01:30"'],
    ["2026-03-29T01:30:00.000Z", zone("Europe/Berlin"), '"2026-03-29 01:30"'],
  ] as const)("bounds %s from below, read as %j", (instant, form, text) => {
    expect(jqlBound(instant, form)).toBe(text);
  });

  it("never bounds later than the instant, and never long before it", () => {
    for (const name of ["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Auckland", "Asia/Kolkata"]) {
      for (let at = Date.parse("2026-03-28T00:00:00Z"); at < Date.parse("2026-03-30T00:00:00Z"); at += 613_000) {
        const shown = new Date(at).toLocaleString("sv-SE", { timeZone: name }).slice(0, 16);
        const before = new Date(at - 7_260_000).toLocaleString("sv-SE", { timeZone: name }).slice(0, 16);
        const bound = jqlBound(new Date(at).toISOString(), zone(name)).slice(1, -1);
        expect(bound <= shown && bound >= before, `${name} ${shown} ${bound}`).toBe(true);
      }
    }
  });
});

describe("queries", () => {
  it("quote what users write", () => {
    expect(quoted('a "b" \\ c')).toBe('"a \\"b\\" \\\\ c"');
    expect(allOf("a = 1", undefined, "", "b = 2")).toBe("a = 1 AND b = 2");
  });

  it.each<readonly [string | undefined, string | undefined]>([
    [undefined, undefined],
    ["  ", undefined],
    ["labels = x", "(labels = x)"],
    ["labels = x OR a = b ORDER BY created", "(labels = x OR a = b)"],
    ['summary ~ "order by x"', '(summary ~ "order by x")'],
    ["summary ~ 'a \\' order by b' order by c", "(summary ~ 'a \\' order by b')"],
    ["ORDER BY created", undefined],
    ["labels in (a, b)", "(labels in (a, b))"],
    ["assignee is EMPTY", "(assignee is EMPTY)"],
    ["status changed", "(status changed)"],
    ["My open bugs", 'filter = "My open bugs"'],
    ['"Release 1, bugs in sprint"', 'filter = "Release 1, bugs in sprint"'],
    ['filter = "My open bugs"', '(filter = "My open bugs")'],
  ])("take %j as one term", (filter, term) => {
    expect(filterTerm(filter)).toBe(term);
  });
});

describe("fields", () => {
  const custom = (key: string, type = "any", items?: string) => ({ custom: key.includes(":") ? key : `com.atlassian.jira.plugin.system.customfieldtypes:${key}`, type, ...(items === undefined ? {} : { items }) });

  it.each([
    ["summary", {}, "string", "string", false],
    ["fixVersions", {}, "version", "reference", true],
    ["customfield_1", custom("cascadingselect"), "cascade", "choice", false],
    ["customfield_1", custom("multiuserpicker"), "user", "person", true],
    ["customfield_1", custom("com.pyxis.greenhopper.jira:gh-sprint"), "sprint", "reference", false],
    ["customfield_1", custom("com.pyxis.greenhopper.jira:gh-epic-link"), "epic", "reference", false],
    ["customfield_1", custom("com.acme.app:thing", "number"), "number", "number", false],
    ["customfield_1", custom("com.acme.app:thing", "array", "string"), "label", "string", true],
    ["customfield_1", custom("com.acme.app:thing", "any"), "opaque", "string", false],
    // An app's field with a name like one of Jira's own is none of Jira's.
    ["customfield_1", custom("com.acme.app:select", "any"), "opaque", "string", false],
  ] as const)("are told by id and type: %s %j", (id, schema, codec, kind, multiple) => {
    expect(formOf(id, schema)).toMatchObject({ codec, kind, multiple });
  });

  it("are none where the content is no field of the item's own", () => {
    for (const id of ["comment", "attachment", "worklog", "issuelinks", "votes", "toString", "__proto__"]) expect(formOf(id, {})).toBeUndefined();
  });

  it("name the values of cascading lists by both parts and leave disabled ones out", () => {
    const form = formOf("customfield_1", custom("cascadingselect"));
    const meta = { allowedValues: [{ id: "1", value: "A", children: [{ id: "2", value: "A1" }] }, { id: "3", value: "B", disabled: true }] };
    expect(form === undefined ? [] : optionsOf(meta, form)).toEqual([{ id: "1", name: "A", path: ["1"] }, { id: "2", name: "A > A1", path: ["1", "2"] }]);
    expect(cascadeName("A", undefined)).toBe("A");
  });

  it("count time in hours", () => {
    expect([hoursOf({ originalEstimateSeconds: 100_800 }, "originalEstimate"), hoursOf({}, "timeSpent"), hoursOf(null, "timeSpent")]).toEqual([28, null, null]);
  });

  it.each<readonly [unknown, number | undefined]>([
    [{ id: 7, name: "S" }, 7],
    ["com.atlassian.greenhopper.service.sprint.Sprint@1a2b[id=7,rapidViewId=8,state=CLOSED,name=id=9, [x],goal=<null>]", 7],
    ["com.atlassian.greenhopper.service.sprint.Sprint@1a2b[rapidViewId=8,id=12,state=ACTIVE,name=a]", 12],
    [7, 7],
    ["7", 7],
    ["Sprint 7", undefined],
    [null, undefined],
  ])("find the sprint in %j", (raw, id) => {
    expect(sprintIdOf(raw)).toBe(id);
  });

  it("have names of at most 30 letters: longer ones are cut, not refused", () => {
    expect(SPRINT_TYPE.fields.find(({ name }) => name === SPRINT_TYPE.nameField)?.maxLength).toBe(30);
  });

  it("name the people and files of texts", () => {
    expect(loginsIn("[~bo] and [~anna.berg], not [~] or [x|y]")).toEqual(["bo", "anna.berg"]);
    expect(peopleIn('<p><span data-person="a&amp;b">@A</span></p>')).toEqual(["a&b"]);
    expect([showsFiles('<img src="a.png">'), showsFiles('<img src="https://x.y/a.png">'), showsFiles("<p>img src</p>")]).toEqual([true, false, false]);
  });
});

describe("workflows", () => {
  const graph = new Map(Object.entries({ todo: ["doing"], doing: ["review", "done", "todo"], review: ["done", "doing"], done: ["todo"] }).map(([from, to]) => [from, new Set(to)]));
  const none = new Set<string>();

  it("are walked by the shortest way, round what is blocked", () => {
    expect(shortestPath(graph, "todo", "done")).toEqual(["doing", "done"]);
    expect(shortestPath(graph, "todo", "done", { statuses: none, steps: new Set([stepWord("doing", "done")]) })).toEqual(["doing", "review", "done"]);
    expect(shortestPath(graph, "todo", "done", { statuses: new Set(["doing"]), steps: none })).toBeUndefined();
    expect(shortestPath(graph, "todo", "nowhere")).toBeUndefined();
  });

  it("are not walked for ever", () => {
    const long = new Map(Array.from({ length: 20 }, (_, n) => [String(n), new Set([String(n + 1)])]));
    expect(shortestPath(long, "0", "6")).toHaveLength(6);
    expect(shortestPath(long, "0", "7")).toBeUndefined();
  });

  it("are studied once, and all who ask wait for it", async () => {
    const workflows = new Workflows();
    let studies = 0;
    const work = async (): Promise<void> => {
      studies++;
      await Promise.resolve();
      workflows.learn("s", "a", ["b", "a"]);
    };
    await Promise.all([workflows.studyOnce("s", work), workflows.studyOnce("s", work)]);
    expect([studies, shortestPath(workflows.graph("s"), "a", "b")]).toEqual([1, ["b"]]);
  });
});

describe("change logs", () => {
  it("are sorted by time, and an item's own toString is read, never the inherited one", () => {
    const entries = entriesOf([
      { id: "9", created: "2026-03-02T09:00:01.000+0000", author: { key: "JIRAUSER1" }, items: [{ field: "labels", from: null, to: null }] },
      { id: "10", created: "2026-03-02T09:00:00.000+0000", items: [{ field: "Fix Version", from: null, to: "7", fromString: null, toString: "1.0" }] },
      { id: "11", created: "nonsense", items: [] },
    ]);
    expect(entries).toEqual([
      { id: 10, at: "2026-03-02T09:00:00.000Z", items: [{ field: "Fix Version", from: "", to: "7", toText: "1.0" }] },
      { id: 9, at: "2026-03-02T09:00:01.000Z", by: "JIRAUSER1", items: [{ field: "labels", from: "", to: "", toText: "" }] },
    ]);
  });
});

describe("answers", () => {
  it.each([
    [{ errorMessages: ["a"], errors: { summary: "b" } }, "", ["a"], [["summary", "b"]]],
    [{ errorMessages: [], warningMessages: ["w"] }, "", ["w"], []],
    [{ message: "m", "status-code": 401 }, "", ["m"], []],
    [undefined, "XSRF check failed", ["XSRF check failed"], []],
    [undefined, "<html>no</html>", [], []],
  ] as const)("say what was wrong: %j %s", (body, text, messages, fields) => {
    const complaint = complaintOf(body, text);
    expect([complaint.messages, [...complaint.fields]]).toEqual([messages, fields]);
  });

  const settings = (credentials: Readonly<Record<string, string>>) => ({ name: "jira", system: "jira", url: "https://jira.test/jira", credentials, scope: {}, options: {}, network: {} });
  const http = { width: 6, request: async () => ({ status: 200, headers: {}, text: "" }), stream: async () => ({ status: 200, headers: {}, body: Readable.from([]) }), serverClock: () => undefined, calls: () => 0, close: async () => undefined };
  const client = (credentials: Readonly<Record<string, string>> = { token: "t" }): JiraClient => new JiraClient(http, settings(credentials));

  it.each<readonly [string, number, Readonly<Record<string, string | readonly string[]>>]>([
    ["a refused login that looks like success", 200, { "X-Seraph-LoginReason": "AUTHENTICATED_FAILED" }],
    ["a refused login said beside a good one", 200, { "x-seraph-loginreason": ["OK", "AUTHENTICATED_FAILED"] }],
    ["a denied login", 403, { "x-seraph-loginreason": "AUTHENTICATION_DENIED" }],
    ["nobody's view", 200, { "x-ausername": "anonymous" }],
    ["401", 401, {}],
  ])("are refused when they are %s", (_, status, headers) => {
    expect(() => client().checkLogin({ status, headers })).toThrow(/refused the login/);
  });

  it("are taken when only a permission is missing, or the login was good", () => {
    for (const headers of [{ "x-seraph-loginreason": "AUTHORISATION_FAILED" }, { "x-seraph-loginreason": "OK" }, { "x-ausername": "sync" }]) expect(() => client().checkLogin({ status: 200, headers })).not.toThrow();
  });

  it.each<readonly [string, Readonly<Record<string, string>>, RegExp]>([
    ["Cloud", { email: "a@b.c", token: "t" }, /API tokens expire/],
    ["a personal access token", { token: "t" }, /^check the personal access token.*before 8\.14/],
    ["a password", { user: "u", password: "p" }, /three failures.*CAPTCHA.*from Jira 11 on/],
  ])("that refuse the login of %s say what to do about that one, in Jira's own words too", (_, credentials, advice) => {
    const text = JSON.stringify({ message: "Basic Authentication has been disabled on this instance.", "status-code": 401 });
    expect(() => client(credentials).checkLogin({ status: 401, headers: {}, text })).toThrow(expect.objectContaining({ message: "jira: Jira refused the login: it answered 401: Basic Authentication has been disabled on this instance.", advice: expect.stringMatching(advice) }));
  });

  it.each<readonly [string, Readonly<Record<string, string>>, number]>([
    ["a password is not sent again after it was refused once: the third time the account is locked", { user: "u", password: "p" }, 1],
    ["a token may be", { token: "t" }, 3],
  ])("%s", async (_, credentials, times) => {
    let asked = 0;
    const refusing = { ...http, request: async () => ({ status: asked++ >= 0 ? 401 : 200, headers: {}, text: "<html>Basic Authentication Failure</html>" }) };
    const refused = new JiraClient(refusing, settings(credentials));
    for (let n = 0; n < 3; n++) await expect(refused.ask({ method: "GET", path: "/rest/api/2/myself" })).rejects.toThrow(/refused the login/);
    expect(asked).toBe(times);
  });

  it("that are a page of somebody else are called so, whatever their status", () => {
    const failed = client().failure({ method: "POST", path: "/rest/api/2/search" }, { status: 404, headers: {}, body: undefined, text: "<html><h1>404 Not Found</h1></html>" });
    expect([failed.message, failed.advice]).toEqual(["jira: POST /rest/api/2/search answered 404 with a page instead of JSON: not a Jira REST answer", expect.stringContaining("proxy")]);
  });

  it("show the login page of this host only", () => {
    const captcha = (url: string) => ({ status: 403, headers: { "x-authentication-denied-reason": `CAPTCHA_CHALLENGE; login-url=${url}` } });
    const advice = (url: string): string => {
      try {
        client().checkLogin(captcha(url));
      } catch (error) {
        return String((error as { advice?: string }).advice);
      }
      return "nothing was thrown";
    };
    expect(advice("https://jira.test/login.jsp")).toContain("https://jira.test/login.jsp");
    expect(advice("https://evil.test/login.jsp")).not.toContain("evil.test");
  });

  it("are asked for with the login that the credentials allow", () => {
    expect(client({ email: "a@b.c", token: "t" }).headers()["authorization"]).toBe(`Basic ${Buffer.from("a@b.c:t").toString("base64")}`);
    expect(client({ token: "t" }).headers()["authorization"]).toBe("Bearer t");
    expect(client({ token: "t" }).headers({}, true)["authorization"]).toBeUndefined();
    expect(() => client({})).toThrow(/no usable credentials/);
  });
});

describe("options", () => {
  const read = (options: Readonly<Record<string, unknown>>) => readOptions({ name: "jira", system: "jira", url: "https://jira.test", credentials: {}, scope: {}, options, network: {} });

  it("are read, and what is not ours is nobody's mistake", () => {
    expect(read({ board: 12, routes: { Story: [["A", "B"]] }, transitionFields: { resolution: "Done" }, defaultRelease: "x" })).toEqual({ board: "12", routes: { Story: [["A", "B"]] }, transitionFields: { resolution: "Done" } });
  });

  it("list all mistakes at once", () => {
    expect(() => read({ flavour: "server", board: {}, searchLagSeconds: -1, routes: [] })).toThrow(/flavour[\s\S]*board[\s\S]*searchLagSeconds[\s\S]*routes/);
  });
});

describe("small tools", () => {
  it("cut lists and run a few at a time", async () => {
    expect(chunks([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
    let [running, most] = [0, 0];
    const doubled = await mapLimit([1, 2, 3, 4, 5], 2, async (n) => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
      return n * 2;
    });
    expect([doubled, most]).toEqual([[2, 4, 6, 8, 10], 2]);
  });
});
