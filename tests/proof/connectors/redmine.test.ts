// What is peculiar to a real Redmine when its types, items, accounts and change logs are read.

import { describe, expect, it, onTestFinished } from "vitest";
import { createHttp } from "../../../lib/connectors/http.ts";
import { createRedmine } from "../../../lib/connectors/redmine/index.ts";
import { AccessError, ConfigError } from "../../../lib/core/errors.ts";
import type { Value } from "../../../lib/core/types.ts";
import { redmineAvailable, redmineSettings } from "../../support/systems/redmine.ts";
import { ok, redmineHand } from "./redmineHand.ts";

describe.skipIf(!redmineAvailable())("reading Redmine", () => {
  const { server, open, tandem, cf, user, create, read, update } = redmineHand();

  describe("types", () => {
    it("are the trackers and the versions, with custom fields of every format", async () => {
      const types = await open().types("demo");
      expect(types.map((type) => type.name)).toEqual(["Bug", "Feature", "Support", "version"]);
      const kinds = Object.fromEntries((types[1]?.fields ?? []).filter((field) => field.name.startsWith("cf_")).map((field) => [field.label, `${field.kind}${field.multiple ? "s" : ""}`]));
      expect(kinds).toEqual({ "Tandem id": "string", Severity: "choice", Platforms: "choices", Reviewer: "person", Testers: "persons", "Seen in": "reference", Verified: "boolean", "Released on": "date", Builds: "number", Weight: "number", Docs: "string", Workaround: "text", Grade: "choice" });
      expect(types[1]?.fields.find((field) => field.name === "category")?.choices).toEqual([{ id: expect.any(String), name: "Interface" }]);
    });

    it("leave out what a tracker has switched off, and refuse a marker field that is not there", async () => {
      await server().ruby('tracker = Tracker.find_by(name: "Support"); tracker.core_fields -= %w(estimated_hours category_id); tracker.save!');
      const names = (await open().types("demo")).find((type) => type.name === "Support")?.fields.map((field) => field.name);
      expect(names).toContain("due_date");
      expect(names).not.toContain("estimated_hours");
      expect(names).not.toContain("category");
      await expect(open("tandem", { intentField: "No such" }).types("demo")).rejects.toThrow(ConfigError);
      expect(() => open("tandem", { textFormat: "word", customFields: { x: "no" } })).toThrow(/textFormat[^]*customFields/);
    });

    it("carry the values of every custom field both ways", async () => {
      const connector = tandem();
      const version = { ref: String(server().ids["version:1.0"]), type: "version" };
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
      const ids = (await server().ruby(`
        at = Time.utc(2030, 1, 1, 12, 0, 0)
        make = lambda { |n, project, time| issue = Issue.new(project_id: project, tracker_id: ${server().ids["tracker:Support"]}, subject: "p#{n}", author_id: ${server().ids["user:anna"]}, priority: IssuePriority.first); issue.save!; issue.update_columns(updated_on: time); issue.id }
        sub = Project.create!(name: "Sub", identifier: "sub", parent: Project.find(${server().ids["project:demo"]}), trackers: Tracker.all, enabled_module_names: %w(issue_tracking))
        mine = (0...23).map { |n| make.call(n, ${server().ids["project:demo"]}, at + (22 - n) * 0.04) } + (0...5).map { |n| make.call(n, ${server().ids["project:demo"]}, at + 1 + n) }
        [make.call(0, sub.id, at), make.call(0, ${server().ids["project:other"]}, at + 2)]
        mine`)) as readonly number[];
      const seen: string[] = [];
      let first = true;
      for await (const page of connector.changes({ type: "Support", project: "demo", fields: ["subject"], since: "2030-01-01T12:00:00.000Z", pageSize: 4 })) {
        seen.push(...page.items.map((item) => item.id));
        if (first) await server().ruby(`Issue.find(${ids[10]}).update_columns(updated_on: Time.utc(2030, 1, 1, 12, 0, 3))`);
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
      await server().ruby(`query = IssueQuery.new(name: "Urgent ones", visibility: 2, user_id: ${server().ids["user:tandem"]}); query.filters = { "priority_id" => { operator: "=", values: [IssuePriority.find_by(name: "Urgent").id.to_s] } }; query.save!`);
      const urgent = String(await server().ruby('IssuePriority.find_by(name: "Urgent").id'));
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
      expect(Math.abs(Date.parse(await tandem().now()) - Date.parse(String(await server().ruby("Time.now.utc.iso8601"))))).toBeLessThan(3000);
    });

    it("counts two edits within one second as two versions", async () => {
      const connector = tandem();
      const made = await create(connector, "twice");
      const before = await read(connector, made.id, []);
      await server().ruby(`Issue.find(${made.id}).update_columns(subject: "twice!")`);
      const after = await read(connector, made.id, []);
      expect(after.changedAt).toBe(before.changedAt);
      expect(after.version).not.toBe(before.version);
    });
  });

  describe("the login", () => {
    it("must not be anonymous, although Redmine shows public projects to everybody", async () => {
      const settings = { ...redmineSettings(server(), "robot"), credentials: { apiKey: "0123456789012345678901234567890123456789" } };
      const connector = createRedmine(settings, createHttp(settings));
      onTestFinished(() => connector.close());
      await expect(connector.account()).rejects.toThrow(AccessError);
    });

    it("that is withdrawn while we read does not make items look deleted", async () => {
      const connector = open("outsider");
      const made = await create(tandem(), "seen by all");
      expect((await read(connector, made.id, [])).name).toBe("seen by all");
      await server().ruby('User.find_by_login("outsider").api_token.destroy');
      const before = await read(tandem(), made.id, []);
      await expect((async () => { for await (const _ of connector.list({ type: "Feature", project: "demo" })); })()).rejects.toThrow(AccessError);
      await expect(connector.get({ type: "Feature", project: "demo", ids: [made.id, "999999"], fields: [] })).rejects.toThrow(AccessError);
      await expect(update(connector, before, { subject: "x" })).rejects.toThrow(AccessError);
    });

    it("names the setting when the interface is switched off", async () => {
      await server().ruby("Setting.rest_api_enabled = 0");
      try {
        await expect(open().account()).rejects.toMatchObject({ advice: expect.stringContaining("REST") });
      } finally {
        await server().ruby("Setting.rest_api_enabled = 1");
      }
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
    it("tells others' changes and what we replaced between our look and our write, in the second of the reading too", async () => {
      let edit: (() => Promise<void>) | undefined;
      const between = async ({ method }: { readonly method: string }): Promise<void> => {
        const due = method === "PUT" ? edit : undefined;
        if (due !== undefined) edit = undefined;
        await due?.();
      };
      const connector = open("tandem", {}, { hooks: { before: between } });
      const made = await create(connector, "raced", { estimated_hours: 1 });
      const names = ["subject", "estimated_hours", "due_date", "description", cf("Platforms")];
      await server().adminEdit(made.id, { estimated_hours: 2 });
      const before = await read(connector, made.id, names);
      edit = () => server().adminEdit(made.id, { subject: "theirs", description: "their *text*", custom_field_values: { [String(server().ids["field:Platforms"])]: ["mac"] } });
      const result = ok(await update(connector, before, { subject: "ours", due_date: "2099-07-07" }));
      expect(result.after?.others?.toSorted()).toEqual([cf("Platforms"), "description"].toSorted());
      expect(result.overwritten).toEqual([{ field: "subject", value: "theirs", by: "Anna Auer", at: expect.any(String) }]);
      const again = ok(await update(connector, result.after?.item ?? before, { due_date: "2099-07-08" }));
      expect(again.after?.others).toEqual([]);
      expect(again.overwritten).toBeUndefined();
    });

    it("what somebody changed since it was read is left alone; what they changed elsewhere, or into the same, is no obstacle", async () => {
      const connector = tandem();
      const made = await create(connector, "looked at", { estimated_hours: 1 });
      const before = await read(connector, made.id, ["subject", "estimated_hours", "due_date"]);
      await server().adminEdit(made.id, { subject: "theirs", estimated_hours: 3 });
      expect(await update(connector, before, { subject: "ours", due_date: "2099-07-07" })).toMatchObject({ ok: false, kind: "changed", reason: expect.stringContaining("subject") });
      expect((await read(connector, made.id, ["subject", "due_date"])).fields).toEqual({ subject: "theirs", due_date: null });
      expect(ok(await update(connector, before, { due_date: "2099-07-07", estimated_hours: 3 })).after?.others).toEqual(["subject", "estimated_hours"]);
      expect(await update(connector, { ...before, id: "99999" }, { subject: "x" })).toMatchObject({ ok: false, kind: "missing" });
    });
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

  it("does not take a custom field for empty that is hidden from it, or taken from the tracker, while it reads", async () => {
    const wanted = ["subject", cf("Severity"), cf("Platforms")];
    const made = await create(tandem(), "hides fields", { [cf("Severity")]: { choice: "low" }, [cf("Platforms")]: [{ choice: "linux" }] });
    const robot = open("robot");
    const before = await read(robot, made.id, wanted);
    expect([before.fields[cf("Severity")], before.unseen]).toEqual(["low", undefined]);
    await server().ruby('field = IssueCustomField.find_by!(name: "Severity"); field.visible = false; field.roles = [Role.find_by!(name: "Manager")]; field.save!; Tracker.find_by!(name: "Feature").custom_fields.delete(IssueCustomField.find_by!(name: "Platforms"))');
    onTestFinished(async () => void (await server().ruby('field = IssueCustomField.find_by!(name: "Severity"); field.roles = []; field.visible = true; field.save!; Tracker.find_by!(name: "Feature").custom_fields << IssueCustomField.find_by!(name: "Platforms")')));
    const hidden = await read(robot, made.id, wanted);
    expect([hidden.fields, hidden.unseen]).toEqual([{ subject: "hides fields" }, [cf("Severity"), cf("Platforms")]]);
    expect((await read(tandem(), made.id, wanted)).unseen).toEqual([cf("Platforms")]);
    const written = ok(await update(robot, hidden, { subject: "still there" }));
    expect([written.after?.item.unseen, written.after?.others]).toEqual([expect.arrayContaining([cf("Severity"), cf("Platforms")]), []]);
  });

  it("learns custom fields from issues where it may not read their definitions", async () => {
    await create(tandem(), "shows fields", { [cf("Severity")]: { choice: "low" } });
    const type = (await open("robot", { customFields: { Severity: "list" } }).types("demo")).find((one) => one.name === "Feature");
    expect(type?.fields.find((field) => field.label === "Severity")).toMatchObject({ kind: "choice", name: cf("Severity") });
    expect(type?.fields.find((field) => field.label === "Platforms")).toMatchObject({ kind: "string", multiple: true });
  });
});
