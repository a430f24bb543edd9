// What is peculiar to a real Redmine when it is written to, and after lost replies.

import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { DoubtfulError, type HttpMore } from "../../../lib/connectors/http.ts";
import { redmineAvailable } from "../../support/systems/redmine.ts";
import { ok, redmineHand } from "./redmineHand.ts";

describe.skipIf(!redmineAvailable())("writing to Redmine", () => {
  const { server, open, tandem, cf, user, draft, create, read, update } = redmineHand();

  describe("writing", () => {
    it("leaves a refused person out and creates once", async () => {
      const connector = tandem();
      const made = await create(connector, "refused person", { assigned_to: user("gone"), due_date: "2026-04-01" });
      expect(made.problems).toEqual([{ field: "assigned_to", reason: "Assignee is invalid" }]);
      expect((await read(connector, made.id, ["due_date"])).fields).toEqual({ due_date: "2026-04-01" });
      expect(await server().ruby('Issue.where(subject: "refused person").count')).toBe(1);
    });

    it("finds the refused field in whatever language Redmine complains", async () => {
      await server().ruby('User.find_by_login("robot").update!(language: "de")');
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
      await server().ruby('WorkflowTransition.where(role: Role.find_by(name: "Developer"), new_status: IssueStatus.find_by(name: "Rejected")).delete_all; WorkflowPermission.create!(role: Role.find_by(name: "Developer"), tracker: Tracker.find_by(name: "Feature"), old_status: IssueStatus.find_by(name: "New"), field_name: "due_date", rule: "readonly")');
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
        if (method === "GET" && made !== "" && path.includes(`/issues/${made}.json`)) await server().ruby(`Issue.find(${made}).destroy`);
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
      await server().ruby('CustomField.find_by(name: "Tandem id").update!(is_filter: false)');
      try {
        expect((await marked.find("Feature", "demo", [{ intent: two.intent, name: "same name", since }])).found.size).toBe(1);
      } finally {
        await server().ruby('CustomField.find_by(name: "Tandem id").update!(is_filter: true)');
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

  it("leaves relations alone that somebody made since they were read, and does not take those to hidden issues for gone", async () => {
    const robot = open("robot");
    const [a, b] = [await create(tandem(), "other a"), await create(tandem(), "other b")];
    const made = await create(tandem(), "related", { relates: [{ ref: a.id }] });
    const before = await read(robot, made.id, ["relates", "blocks"]);
    await server().ruby(`IssueRelation.create!(issue_from: Issue.find(${made.id}), issue_to: Issue.find(${b.id}), relation_type: "relates")`);
    expect(ok(await update(robot, before, { relates: [] })).problems).toEqual([]);
    expect((await read(tandem(), made.id, ["relates"])).fields).toEqual({ relates: [{ ref: b.id }] });
    await server().ruby(`Issue.find(${b.id}).update_columns(is_private: true)`);
    expect((await read(tandem(), made.id, ["relates", "blocks"])).fields).toEqual({ relates: [{ ref: b.id }], blocks: [] });
    const [hidden] = await robot.get({ type: "Feature", project: "demo", ids: [made.id], fields: ["relates", "blocks"], fresh: true });
    if (hidden === undefined) throw new Error("it is not shown");
    expect([hidden.fields, hidden.unseen]).toEqual([{ blocks: [] }, ["relates"]]);
    const written = ok(await update(robot, hidden, { subject: "still related" }));
    expect(written.after?.item.unseen).toContain("relates");
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
    await server().ruby(`Version.find(${first.id}).update!(description: "theirs")`);
    // Nothing would tell that it was replaced.
    expect(await update(connector, before, { description: "ours" })).toMatchObject({ ok: false, kind: "changed", reason: expect.stringContaining("description") });
    expect(ok(await update(connector, before, { status: { choice: "locked" }, due_date: null })).after?.item.fields).toMatchObject({ status: { choice: "locked" }, due_date: null, description: "theirs" });
    const changed = [];
    for await (const page of connector.changes({ type: "version", project: "demo", fields: [], since })) changed.push(...page.items.map((item) => item.id));
    expect(changed).toContain(first.id);
    expect((await connector.remove("version", "demo", [first.id, "99999"])).map((result) => (result.ok ? "ok" : result.kind))).toEqual(["ok", "missing"]);
  });

  it("shows private notes as restricted, and changes and removes its own", async () => {
    const connector = tandem();
    const made = await create(connector, "noted");
    await server().ruby(`issue = Issue.find(${made.id}); journal = issue.init_journal(User.find_by_login("anna"), "for *us*"); journal.private_notes = true; issue.save!`);
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
});
