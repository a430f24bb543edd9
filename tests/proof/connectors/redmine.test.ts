// The Redmine connector against a real Redmine: first the promises of every connector, then what is peculiar to it.

import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Connector, Draft, WriteResult } from "../../../lib/connectors/connector.ts";
import { createHttp, DoubtfulError, type HttpMore } from "../../../lib/connectors/http.ts";
import { createRedmine } from "../../../lib/connectors/redmine/index.ts";
import { AccessError, ConfigError } from "../../../lib/core/errors.ts";
import type { Fields, Item, Value } from "../../../lib/core/types.ts";
import { type Redmine, redmineAvailable, redmineSettings, startRedmine } from "../../support/redmine.ts";
import { redmineSubject } from "../../support/redmineSubject.ts";
import { connectorContract } from "../../connectors/contract.ts";

const ok = (result: WriteResult | undefined): Extract<WriteResult, { ok: true }> => {
  if (result?.ok !== true) throw new Error(`the write failed: ${JSON.stringify(result)}`);
  return result;
};

describe.skipIf(!redmineAvailable())("Redmine", () => {
  let server: Redmine;
  beforeAll(async () => {
    server = await startRedmine();
  });
  afterAll(() => server.close());

  const opened: Connector[] = [];
  let usual: Connector | undefined;
  const open = (account: keyof Redmine["keys"] = "tandem", options: Record<string, unknown> = {}, more: HttpMore = {}): Connector => {
    const settings = redmineSettings(server, account, { settleSeconds: 0, ...options });
    const connector = createRedmine(settings, createHttp(settings, more));
    opened.push(connector);
    return connector;
  };
  afterAll(() => Promise.all(opened.map((connector) => connector.close())));
  /** The administrator's connector without options, signed in once. */
  const tandem = (): Connector => (usual ??= open());

  connectorContract("Redmine", async () => {
    const own = await startRedmine();
    return { ...redmineSubject(own), open: async () => open("tandem", { intentField: "Tandem id" }) };
  }, { iterations: true });

  const cf = (name: string): string => `cf_${server.ids[`field:${name}`]}`;
  const user = (login: string): { readonly person: string } => ({ person: String(server.ids[`user:${login}`]) });
  const draft = (subject: string, more: Fields = {}): Draft => ({ intent: randomUUID(), fields: { subject, ...more } });
  const create = async (connector: Connector, subject: string, more: Fields = {}, type = "Feature") => ok((await connector.create(type, "demo", [draft(subject, more)]))[0]);
  const read = async (connector: Connector, id: string, fields: readonly string[], type = "Feature"): Promise<Item> => {
    const [item] = await connector.get({ type, project: "demo", ids: [id], fields });
    if (item === undefined) throw new Error(`no ${type} ${id}`);
    return item;
  };
  const update = async (connector: Connector, before: Item, fields: Fields): Promise<WriteResult> => {
    const [result] = await connector.update(before.type, "demo", [{ id: before.id, fields, before }]);
    if (result === undefined) throw new Error("no result");
    return result;
  };

  describe("types", () => {
    it("are the trackers and the versions, with custom fields of every format", async () => {
      const types = await open().types("demo");
      expect(types.map((type) => type.name)).toEqual(["Bug", "Feature", "Support", "version"]);
      const kinds = Object.fromEntries((types[1]?.fields ?? []).filter((field) => field.name.startsWith("cf_")).map((field) => [field.label, `${field.kind}${field.multiple ? "s" : ""}`]));
      expect(kinds).toEqual({ "Tandem id": "string", Severity: "choice", Platforms: "choices", Reviewer: "person", Testers: "persons", "Seen in": "reference", Verified: "boolean", "Released on": "date", Builds: "number", Weight: "number", Docs: "string", Workaround: "text", Grade: "choice" });
      expect(types[1]?.fields.find((field) => field.name === "category")?.choices).toEqual([{ id: expect.any(String), name: "Interface" }]);
    });

    it("leave out what a tracker has switched off, and refuse a marker field that is not there", async () => {
      await server.ruby('tracker = Tracker.find_by(name: "Support"); tracker.core_fields -= %w(estimated_hours category_id); tracker.save!');
      const names = (await open().types("demo")).find((type) => type.name === "Support")?.fields.map((field) => field.name);
      expect(names).toContain("due_date");
      expect(names).not.toContain("estimated_hours");
      expect(names).not.toContain("category");
      await expect(open("tandem", { intentField: "No such" }).types("demo")).rejects.toThrow(ConfigError);
      expect(() => open("tandem", { textFormat: "word", customFields: { x: "no" } })).toThrow(/textFormat[^]*customFields/);
    });

    it("carry the values of every custom field both ways", async () => {
      const connector = tandem();
      const version = { ref: String(server.ids["version:1.0"]), type: "version" };
      const wanted: Record<string, Value> = {
        [cf("Severity")]: { choice: "high" },
        [cf("Reviewer")]: user("bert"),
        [cf("Testers")]: [user("anna"), user("bert")],
        [cf("Seen in")]: version,
        [cf("Verified")]: true,
        [cf("Released on")]: "2026-02-03",
        [cf("Builds")]: 42,
        [cf("Weight")]: 1.25,
        [cf("Docs")]: "https://example.com/a_b?c=d",
        [cf("Workaround")]: "<p>a * b<br>c</p><p>d</p>",
        [cf("Grade")]: { choice: "silver" },
        fixed_version: version,
        category: { choice: "Interface" },
        priority: { choice: "High" },
        is_private: true,
        done_ratio: 30,
      };
      const made = await create(connector, "all custom", wanted);
      expect(made.problems).toEqual([]);
      const item = await read(connector, made.id, Object.keys(wanted));
      expect(item.fields).toMatchObject(wanted);
      expect(made.after?.item.fields).toMatchObject(item.fields);
      expect(made.after?.item.version).toBe(item.version);
      const emptied = ok(await update(connector, item, Object.fromEntries(Object.keys(wanted).filter((name) => name !== "priority").map((name) => [name, name === cf("Testers") ? [] : null]))));
      expect(emptied.problems).toEqual([]);
      const empty = await read(connector, made.id, Object.keys(wanted));
      expect(Object.values(empty.fields).filter((value) => value !== null && !(Array.isArray(value) && value.length === 0))).toEqual([{ choice: "High", id: expect.any(String) }, false, 0]);
    });
  });

  describe("reading", () => {
    it("pages over equal times, fractions of seconds, other projects and edits meanwhile", async () => {
      const connector = tandem();
      const ids = (await server.ruby(`
        at = Time.utc(2030, 1, 1, 12, 0, 0)
        make = lambda { |n, project, time| issue = Issue.new(project_id: project, tracker_id: ${server.ids["tracker:Support"]}, subject: "p#{n}", author_id: ${server.ids["user:anna"]}, priority: IssuePriority.first); issue.save!; issue.update_columns(updated_on: time); issue.id }
        sub = Project.create!(name: "Sub", identifier: "sub", parent: Project.find(${server.ids["project:demo"]}), trackers: Tracker.all, enabled_module_names: %w(issue_tracking))
        mine = (0...23).map { |n| make.call(n, ${server.ids["project:demo"]}, at + (22 - n) * 0.04) } + (0...5).map { |n| make.call(n, ${server.ids["project:demo"]}, at + 1 + n) }
        [make.call(0, sub.id, at), make.call(0, ${server.ids["project:other"]}, at + 2)]
        mine`)) as readonly number[];
      const seen: string[] = [];
      let first = true;
      for await (const page of connector.changes({ type: "Support", project: "demo", fields: ["subject"], since: "2030-01-01T12:00:00.000Z", pageSize: 4 })) {
        seen.push(...page.items.map((item) => item.id));
        if (first) await server.ruby(`Issue.find(${ids[10]}).update_columns(updated_on: Time.utc(2030, 1, 1, 12, 0, 3))`);
        first = false;
      }
      expect([...new Set(seen)].map(Number).toSorted((a, b) => a - b)).toEqual(ids);
      const since = [];
      for await (const page of connector.changes({ type: "Support", project: "demo", fields: [], since: "2030-01-01T12:00:02.500Z" })) since.push(...page.items.map((item) => item.changedAt.slice(17, 19)));
      expect(since).toEqual(["02", "03", "03", "04", "05"]);
      const listed = [];
      for await (const page of connector.list({ type: "Support", project: "demo" })) listed.push(...page.map((entry) => Number(entry.id)));
      expect(listed).toEqual(ids);
    });

    it("takes a filter in Redmine's language or the name of a saved query, and none that would break the paging", async () => {
      const connector = tandem();
      const high = await create(connector, "filtered high", { priority: { choice: "Urgent" } });
      await create(connector, "filtered normal");
      await server.ruby(`query = IssueQuery.new(name: "Urgent ones", visibility: 2, user_id: ${server.ids["user:tandem"]}); query.filters = { "priority_id" => { operator: "=", values: [IssuePriority.find_by(name: "Urgent").id.to_s] } }; query.save!`);
      const urgent = String(await server.ruby('IssuePriority.find_by(name: "Urgent").id'));
      for (const filter of [`priority_id=${urgent}`, "urgent ones"]) {
        const ids = [];
        for await (const page of connector.list({ type: "Feature", project: "demo", filter })) ids.push(...page.map((entry) => entry.id));
        expect([filter, ids]).toEqual([filter, [high.id]]);
        const changed = [];
        for await (const page of connector.changes({ type: "Feature", project: "demo", fields: [], filter })) changed.push(...page.items.map((item) => item.id));
        expect(changed).toEqual([high.id]);
      }
      await expect(connector.list({ type: "Feature", project: "demo", filter: "sort=subject" })[Symbol.asyncIterator]().next()).rejects.toThrow(/must not set sort/);
      await expect(connector.list({ type: "Feature", project: "demo", filter: "no such" })[Symbol.asyncIterator]().next()).rejects.toThrow(/no saved query/);
    });

    it("tells the endpoint's time without a Date header", async () => {
      expect(Math.abs(Date.parse(await tandem().now()) - Date.parse(String(await server.ruby("Time.now.utc.iso8601"))))).toBeLessThan(3000);
    });

    it("counts two edits within one second as two versions", async () => {
      const connector = tandem();
      const made = await create(connector, "twice");
      const before = await read(connector, made.id, []);
      await server.ruby(`Issue.find(${made.id}).update_columns(subject: "twice!")`);
      const after = await read(connector, made.id, []);
      expect(after.changedAt).toBe(before.changedAt);
      expect(after.version).not.toBe(before.version);
    });
  });

  describe("the login", () => {
    it("must not be anonymous, although Redmine shows public projects to everybody", async () => {
      const settings = { ...redmineSettings(server, "robot"), credentials: { apiKey: "0123456789012345678901234567890123456789" } };
      const connector = createRedmine(settings, createHttp(settings));
      opened.push(connector);
      await expect(connector.account()).rejects.toThrow(AccessError);
    });

    it("that is withdrawn while we read does not make items look deleted", async () => {
      const connector = open("outsider");
      const made = await create(tandem(), "seen by all");
      expect((await read(connector, made.id, [])).name).toBe("seen by all");
      await server.ruby('User.find_by_login("outsider").api_token.destroy');
      const before = await read(tandem(), made.id, []);
      await expect((async () => { for await (const _ of connector.list({ type: "Feature", project: "demo" })); })()).rejects.toThrow(AccessError);
      await expect(connector.get({ type: "Feature", project: "demo", ids: [made.id, "999999"], fields: [] })).rejects.toThrow(AccessError);
      await expect(update(connector, before, { subject: "x" })).rejects.toThrow(AccessError);
    });

    it("names the setting when the interface is switched off", async () => {
      await server.ruby("Setting.rest_api_enabled = 0");
      try {
        await expect(open().account()).rejects.toMatchObject({ advice: expect.stringContaining("REST") });
      } finally {
        await server.ruby("Setting.rest_api_enabled = 1");
      }
    });
  });

  describe("writing", () => {
    it("leaves a refused person out and creates once", async () => {
      const connector = tandem();
      const made = await create(connector, "refused person", { assigned_to: user("gone"), due_date: "2026-04-01" });
      expect(made.problems).toEqual([{ field: "assigned_to", reason: "Assignee is invalid" }]);
      expect((await read(connector, made.id, ["due_date"])).fields).toEqual({ due_date: "2026-04-01" });
      expect(await server.ruby('Issue.where(subject: "refused person").count')).toBe(1);
    });

    it("finds the refused field in whatever language Redmine complains", async () => {
      await server.ruby('User.find_by_login("robot").update!(language: "de")');
      const connector = open("robot");
      const made = await create(connector, "auf Deutsch", { assigned_to: user("gone"), start_date: "2026-01-05", estimated_hours: 2 });
      expect(made.problems).toEqual([{ field: "assigned_to", reason: expect.stringMatching(/nicht gültig|ungültig/) }]);
      const before = await read(connector, made.id, ["start_date", "estimated_hours", "due_date"]);
      const result = ok(await update(connector, before, { due_date: "2026-01-01", estimated_hours: 5 }));
      expect(result.problems.map((problem) => problem.field)).toEqual(["due_date"]);
      expect((await read(connector, made.id, ["estimated_hours", "due_date"])).fields).toEqual({ estimated_hours: 5, due_date: null });
      expect(await update(connector, before, { due_date: "2026-01-01" })).toMatchObject({ ok: false, kind: "refused", problems: [{ field: "due_date" }] });
    });

    it("notices what the workflow leaves out silently, and reaches a status in a second step", async () => {
      await server.ruby('WorkflowTransition.where(role: Role.find_by(name: "Developer"), new_status: IssueStatus.find_by(name: "Rejected")).delete_all; WorkflowPermission.create!(role: Role.find_by(name: "Developer"), tracker: Tracker.find_by(name: "Feature"), old_status: IssueStatus.find_by(name: "New"), field_name: "due_date", rule: "readonly")');
      const connector = open("robot");
      const made = await create(connector, "workflow", { status: { choice: "Resolved" } });
      expect(made.problems).toEqual([]);
      expect(made.after?.item.fields["status"]).toMatchObject({ choice: "Resolved" });
      const fresh = await create(connector, "workflow 2", { due_date: "2026-05-05" });
      expect(fresh.problems).toEqual([{ field: "due_date", reason: expect.stringContaining("silently") }]);
      const before = await read(connector, fresh.id, ["status", "due_date"]);
      const result = ok(await update(connector, before, { status: { choice: "Rejected" }, subject: "workflow 3" }));
      expect(result.problems).toEqual([{ field: "status", reason: expect.stringMatching(/workflow allows now: New,/) }]);
      expect(result.after?.item.name).toBe("workflow 3");
    });

    it("notices what subtasks decide, and refuses to remove them with their parent", async () => {
      const connector = tandem();
      const parent = await create(connector, "parent");
      await create(connector, "child", { parent_issue: { ref: parent.id }, start_date: "2026-03-01" });
      const before = await read(connector, parent.id, ["start_date"]);
      const result = ok(await update(connector, before, { start_date: "2026-06-06" }));
      expect(result.problems).toEqual([{ field: "start_date", reason: expect.stringContaining("derived from subtasks") }]);
      expect((await connector.remove("Feature", "demo", [parent.id]))[0]).toMatchObject({ ok: false, kind: "refused", reason: expect.stringContaining("deleteSubtasks") });
      expect((await open("tandem", { deleteSubtasks: true }).remove("Feature", "demo", [parent.id]))[0]?.ok).toBe(true);
    });

    it('keeps the word "none", which Redmine takes for nothing', async () => {
      const connector = tandem();
      const made = await create(connector, "something", { description: "<p>x</p>" });
      const result = ok(await update(connector, await read(connector, made.id, ["description"]), { subject: "none", description: "<p>none</p>" }));
      expect(result.problems).toEqual([]);
      expect(result.after?.item).toMatchObject({ name: "none", fields: { description: "<p>none</p>", subject: "none" } });
    });

    it("refuses unknown values and fields by name, and writes the rest", async () => {
      const made = await create(tandem(), "unknown", { priority: { choice: "Sky high" }, nonsense: "x", author: user("anna"), [cf("Builds")]: 1.5 });
      expect(made.problems.map((problem) => problem.field)).toEqual(["priority", "nonsense", "author", cf("Builds")]);
    });
  });

  it("tells, for a check, which statuses may follow where issues stand, and that it needs no licence", async () => {
    await create(tandem(), "stands there");
    const inspection = await tandem().inspect?.({ type: "Feature", project: "demo" });
    const steps = inspection?.workflow === "any" ? undefined : inspection?.workflow;
    expect([steps?.get("New")?.includes("In Progress"), inspection?.unseen?.includes("New"), inspection?.untold]).toEqual([true, false, expect.stringContaining("5.0")]);
    expect(await tandem().licence?.()).toMatchObject({ lacking: false });
  });

  describe("evidence", () => {
    it("tells others' changes and what we replaced, in the second of the reading too", async () => {
      const connector = tandem();
      const made = await create(connector, "raced", { estimated_hours: 1 });
      const names = ["subject", "estimated_hours", "due_date", "description", cf("Platforms")];
      await server.adminEdit(made.id, { estimated_hours: 2 });
      const before = await read(connector, made.id, names);
      await server.adminEdit(made.id, { subject: "theirs", description: "their *text*", custom_field_values: { [String(server.ids["field:Platforms"])]: ["mac"] } });
      const result = ok(await update(connector, before, { subject: "ours", due_date: "2026-07-07" }));
      expect(result.after?.others?.toSorted()).toEqual([cf("Platforms"), "description"].toSorted());
      expect(result.overwritten).toEqual([{ field: "subject", value: "theirs", by: "Anna Auer", at: expect.any(String) }]);
      const again = ok(await update(connector, result.after?.item ?? before, { due_date: "2026-07-08" }));
      expect(again.after?.others).toEqual([]);
      expect(again.overwritten).toBeUndefined();
    });
  });

  describe("doubt", () => {
    /** Executes the call and loses its reply. */
    const losing = (path: string): HttpMore => {
      let lost = false;
      return { hooks: { after: (request) => { if (lost || request.method !== "POST" || request.path !== path) return; lost = true; throw new DoubtfulError("connection reset"); } }, tries: 1 };
    };

    it.each([["a marker field", "Tandem id"], ["account, name and time", undefined]])("after a lost reply the item is found by %s", async (_, intentField) => {
      const options = intentField === undefined ? {} : { intentField };
      const subject = `lost ${randomUUID()}`;
      const since = await tandem().now();
      // The web server's clock, which dates the intent, may be ahead of Redmine's own.
      const late = new Date(Date.parse(since) + 4000).toISOString();
      const wanted = draft(subject);
      const connector = open("tandem", options, losing("/issues.json"));
      expect((await connector.create("Feature", "demo", [wanted]))[0]).toMatchObject({ ok: false, kind: "doubtful" });
      const never = { intent: randomUUID(), name: "never there", since };
      const { found, undecided } = await open("tandem", options).find("Feature", "demo", [{ intent: wanted.intent, name: subject, since: late }, never]);
      expect([...found.keys()]).toEqual([wanted.intent]);
      expect(undecided.size).toBe(0);
      expect((await open("tandem", { ...options, settleSeconds: 600 }).find("Feature", "demo", [never])).undecided.size).toBe(1);
    });

    it("an issue that cannot be seen any more right after it was made was made nevertheless", async () => {
      const other = await create(tandem(), "other end");
      let made = "";
      const hide = open("tandem", {}, { hooks: { before: async ({ method, path }) => {
        made = method === "POST" && path.includes("/relations") ? (/issues\/(\d+)/.exec(path)?.[1] ?? "") : made;
        if (method === "GET" && made !== "" && path.includes(`/issues/${made}.json`)) await server.ruby(`Issue.find(${made}).destroy`);
      } } });
      const [result] = await hide.create("Feature", "demo", [draft("seen no more", { relates: [{ ref: other.id }] })]);
      expect(ok(result).id).toBe(made);
    });

    it("never guesses between two of one name, and looks at the marker though the field is no filter", async () => {
      const since = await tandem().now();
      const [one, two] = [draft("same name"), draft("same name")];
      const marked = open("tandem", { intentField: "Tandem id" });
      await marked.create("Feature", "demo", [one, two]);
      expect((await tandem().find("Feature", "demo", [{ intent: one.intent, name: "same name", since }])).undecided.size).toBe(1);
      await server.ruby('CustomField.find_by(name: "Tandem id").update!(is_filter: false)');
      try {
        expect((await marked.find("Feature", "demo", [{ intent: two.intent, name: "same name", since }])).found.size).toBe(1);
      } finally {
        await server.ruby('CustomField.find_by(name: "Tandem id").update!(is_filter: true)');
      }
    });
  });

  it("makes, replaces and reads relations from both ends", async () => {
    const connector = tandem();
    const [a, b, c] = [await create(connector, "rel a"), await create(connector, "rel b"), await create(connector, "rel c")];
    const made = await create(connector, "rel", { blocks: [{ ref: a.id }, { ref: b.id }], follows: [{ ref: c.id }] });
    expect(made.problems).toEqual([]);
    expect((await read(connector, a.id, ["blocked", "blocks"])).fields).toEqual({ blocked: [{ ref: made.id }], blocks: [] });
    const before = await read(connector, made.id, ["blocks", "follows", "relates"]);
    expect(before.fields).toEqual({ blocks: [{ ref: a.id }, { ref: b.id }], follows: [{ ref: c.id }], relates: [] });
    const result = ok(await update(connector, before, { blocks: [{ ref: b.id }], relates: [{ ref: c.id }] }));
    // Redmine allows one relation between two issues.
    expect(result.problems.map((problem) => problem.field)).toEqual(["relates"]);
    expect((await read(connector, made.id, ["blocks", "follows"])).fields).toEqual({ blocks: [{ ref: b.id }], follows: [{ ref: c.id }] });
    expect(result.after?.others).toEqual([]);
  });

  it("keeps versions as items of their own", async () => {
    const connector = tandem();
    const since = await connector.now();
    const made = await create(connector, "2.0", {}, "version").catch((error: unknown) => error);
    expect(String(made)).toContain("Name cannot be empty");
    const named = { intent: randomUUID(), fields: { name: "2.0", due_date: "2026-12-01", status: { choice: "open" }, description: "second" } };
    const first = ok((await connector.create("version", "demo", [named]))[0]);
    expect([first.problems, first.after?.others]).toEqual([[], null]);
    expect((await connector.create("version", "demo", [named]))[0]).toMatchObject({ ok: false, kind: "refused", reason: expect.stringContaining("taken") });
    expect((await connector.find("version", "demo", [{ intent: "x", name: "2.0", since }])).found.get("x")?.id).toBe(first.id);
    const before = await read(connector, first.id, ["name", "status", "due_date", "description"], "version");
    expect(before.fields).toEqual({ name: "2.0", status: { choice: "open", id: "open" }, due_date: "2026-12-01", description: "second" });
    expect(ok(await update(connector, before, { status: { choice: "locked" }, due_date: null })).after?.item.fields).toMatchObject({ status: { choice: "locked" }, due_date: null });
    const changed = [];
    for await (const page of connector.changes({ type: "version", project: "demo", fields: [], since })) changed.push(...page.items.map((item) => item.id));
    expect(changed).toContain(first.id);
    expect((await connector.remove("version", "demo", [first.id, "99999"])).map((result) => (result.ok ? "ok" : result.kind))).toEqual(["ok", "missing"]);
  });

  it("shows private notes as restricted, and changes and removes its own", async () => {
    const connector = tandem();
    const made = await create(connector, "noted");
    await server.ruby(`issue = Issue.find(${made.id}); journal = issue.init_journal(User.find_by_login("anna"), "for *us*"); journal.private_notes = true; issue.save!`);
    const door = connector.comments;
    if (door === undefined) throw new Error("no comments");
    const added = await door.add("Feature", "demo", made.id, "<p>first</p>");
    const changed = await door.change("Feature", "demo", made.id, added.id, "<p>second</p>");
    expect(changed).toMatchObject({ id: added.id, text: "<p>second</p>", author: user("tandem") });
    const notes = async () => (await door.read({ type: "Feature", project: "demo", ids: [made.id] })).get(made.id)?.map(({ text, restricted }) => [text, restricted]);
    expect(await notes()).toEqual([["<p>for <b>us</b></p>", true], ["<p>second</p>", false]]);
    await door.remove("Feature", "demo", made.id, added.id);
    expect(await notes()).toEqual([["<p>for <b>us</b></p>", true]]);
    await expect(door.add("version", "demo", "1", "<p>x</p>")).rejects.toThrow(/no comments/);
  });

  it("removes attachments and shows their authors", async () => {
    const connector = tandem();
    const made = await create(connector, "files");
    const door = connector.attachments;
    if (door === undefined) throw new Error("no attachments");
    const content = async function* () { yield new TextEncoder().encode("hello"); };
    const added = await door.add("Feature", "demo", made.id, { name: "a.txt", contentType: "text/plain", size: 5, content: content() });
    expect(added).toMatchObject({ name: "a.txt", size: 5, author: user("tandem") });
    await door.remove("Feature", "demo", made.id, added.id);
    await door.remove("Feature", "demo", made.id, added.id);
    expect((await door.list({ type: "Feature", project: "demo", ids: [made.id] })).get(made.id)).toEqual([]);
  });

  it("knows locked people, and as a plain member those of its projects", async () => {
    const all = [];
    for await (const page of tandem().people()) all.push(...page);
    expect(all.find((person) => person.login === "gone")).toMatchObject({ active: false, email: "gone@example.com" });
    const seen = [];
    const robot = open("robot");
    for await (const page of robot.people()) seen.push(...page);
    expect(seen.map((person) => person.login).toSorted()).toEqual(["anna", "bert", "kim1", "kim2", "robot"]);
    expect(await robot.findPeople("BERT")).toHaveLength(1);
    expect(await robot.findPeople("gone")).toEqual([]);
  });

  it("learns custom fields from issues where it may not read their definitions", async () => {
    await create(tandem(), "shows fields", { [cf("Severity")]: { choice: "low" } });
    const type = (await open("robot", { customFields: { Severity: "list" } }).types("demo")).find((one) => one.name === "Feature");
    expect(type?.fields.find((field) => field.label === "Severity")).toMatchObject({ kind: "choice", name: cf("Severity") });
    expect(type?.fields.find((field) => field.label === "Platforms")).toMatchObject({ kind: "string", multiple: true });
  });
});
