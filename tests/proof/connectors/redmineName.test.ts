// Issues made by somebody else than our account, against a real Redmine: what the person may not do, whom nobody may act as, and what is
// known of an issue whose reply was lost.

import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Connector, WriteResult } from "../../../lib/connectors/connector.ts";
import { DoubtfulError, type HttpMore } from "../../../lib/connectors/http.ts";
import type { Fields } from "../../../lib/core/types.ts";
import { redmineAvailable } from "../../support/systems/redmine.ts";
import { ok, redmineHand } from "./redmineHand.ts";

const OPTIONS = { impersonate: true, intentField: "Tandem id" };

describe.skipIf(!redmineAvailable())("an issue of Redmine made by somebody else", () => {
  const { server, open, tandem, cf, user, draft, create, read, update } = redmineHand();
  let usual: Connector | undefined;
  const named = (): Connector => (usual ??= open("tandem", OPTIONS));
  const count = (subject: string): Promise<unknown> => server().ruby(`Issue.where(subject: ${JSON.stringify(subject)}).count`);
  const shown = (id: string): Promise<unknown> => server().ruby(`issue = Issue.find(${id}); [issue.author.login, issue.tracker.name, issue.journals.map { |journal| journal.user.login }.uniq]`);

  /** A member whose role may make bugs only, of which the marker and some fields are none of its business. */
  const limited = async (login: string): Promise<{ readonly person: string }> => {
    await server().ruby(`
      role = Role.find_by(name: "Limited") || Role.create!(name: "Limited", permissions: [:view_issues, :add_issues], issues_visibility: "own")
      role.set_permission_trackers(:add_issues, [Tracker.find_by!(name: "Bug").id])
      role.save!
      WorkflowRule.where(role: role).delete_all
      Tracker.all.each { |tracker| WorkflowPermission.create!(role: role, tracker: tracker, old_status: IssueStatus.find_by(name: "New"), field_name: "due_date", rule: "readonly") }
      field = CustomField.find_by!(name: "Tandem id")
      field.update!(visible: false, role_ids: [Role.find_by!(name: "Manager").id])
      member = Member.find_by!(user: User.find_by_login(${JSON.stringify(login)}), project: Project.find("demo"))
      member.role_ids = [role.id]
      member.save!
      true`);
    return user(login);
  };

  it("shows that person as its author, costs one call more, and takes nothing else of ours along", async () => {
    const connector = named();
    const made = await create(connector, "Anna's", { author: user("anna"), description: "<p>hers</p>", status: { choice: "Resolved" } });
    expect([made.problems, made.demanded, made.after?.item.fields["author"]]).toEqual([[], undefined, { ...user("anna"), name: "Anna Auer" }]);
    const before = await read(connector, made.id, ["subject", "author"]);
    expect(ok(await update(connector, before, { subject: "Anna's, changed" })).problems).toEqual([]);
    const note = await connector.comments?.add("Feature", "demo", made.id, "<p>ours</p>");
    expect(note?.author).toMatchObject(user("tandem"));
    expect(await shown(made.id)).toEqual(["anna", "Feature", ["tandem"]]);
    const calls = connector.calls();
    await create(connector, "Anna's second", { author: user("anna") });
    expect(connector.calls() - calls).toBe(2);
    const mine = connector.calls();
    expect((await create(connector, "ours", { author: user("tandem") })).problems).toEqual([]);
    expect(connector.calls() - mine).toBe(1);
  });

  it("whose rights end early is whole all the same: its tracker, its marker, its fields are put right", async () => {
    const kim = await limited("kim1");
    const connector = named();
    const [parent, other] = [await create(tandem(), "the parent"), await create(tandem(), "the other")];
    const wanted: Fields = { author: kim, description: "<p>all</p>", due_date: "2027-01-02", parent_issue: { ref: parent.id }, relates: [{ ref: other.id }], status: { choice: "In Progress" }, [cf("Severity")]: { choice: "high" } };
    const one = draft("Kim's", wanted);
    const made = ok((await connector.create("Feature", "demo", [one]))[0]);
    expect([made.problems, made.demanded]).toEqual([[], 2]);
    expect(made.after?.item.fields).toMatchObject({ ...wanted, [cf("Tandem id")]: one.intent });
    expect(made.after?.others).toEqual([]);
    expect(await shown(made.id)).toEqual(["kim1", "Feature", ["tandem"]]);
    expect((await read(connector, made.id, Object.keys(wanted))).fields).toMatchObject(wanted);
    expect(await count("Kim's")).toBe(1);
  });

  it("of a tracker that even our own account may not make is told, and not made again", async () => {
    await limited("robot");
    const made = await create(open("robot"), "no feature", { estimated_hours: 1 });
    await server().ruby('Member.find_by!(user: User.find_by_login("robot"), project: Project.find("demo")).update!(role_ids: [Role.find_by!(name: "Developer").id]); true');
    expect(made.problems).toContainEqual({ field: "tracker", reason: expect.stringMatching(/^the issue became a Bug, for the account may not make a Feature here/) });
    expect(await count("no feature")).toBe(1);
  });

  it("with a value that nobody may give has that problem alone", async () => {
    const made = await create(named(), "a bad value", { author: user("anna"), assigned_to: user("gone"), estimated_hours: 3 });
    expect(made.problems).toEqual([{ field: "assigned_to", reason: "Assignee is invalid" }]);
    expect(made.after?.item.fields).toMatchObject({ author: user("anna"), estimated_hours: 3 });
    expect(await count("a bad value")).toBe(1);
  });

  it("is made by us, once, where that person cannot make it", async () => {
    await server().ruby('Group.create!(lastname: "Testers"); Role.non_member.remove_permission!(:add_issues); User.find_by_login("outsider").update!(language: "de"); true');
    const group = { person: String(await server().ruby('Group.find_by(lastname: "Testers").id')) };
    const cases: readonly (readonly [string, Fields, RegExp])[] = [
      ["locked", { author: user("gone") }, /Gone is not active in Redmine$|\d+ is not active in Redmine$/],
      ["a group", { author: group }, /a group or nobody here$/],
      ["nobody", { author: { person: "999999" } }, /a group or nobody here$/],
      ["no member", { author: user("outsider") }, /may not make issues|Projekt|Tracker/],
      ["private", { author: user("anna"), is_private: true }, /public for a moment/],
    ];
    for (const [subject, fields, reason] of cases) {
      const made = await create(named(), subject, { ...fields, estimated_hours: 2 });
      expect(made.problems).toEqual([{ field: "author", reason: expect.stringMatching(reason) }]);
      expect(made.problems[0]?.reason).toMatch(/^made in our own name: /);
      expect(made.after?.item.fields).toMatchObject({ author: user("tandem"), estimated_hours: 2 });
      expect(await count(subject)).toBe(1);
    }
    const [closed] = await named().create("Feature", "closed-off", [draft("closed off", { author: user("anna") })]);
    expect(ok(closed).problems).toEqual([{ field: "author", reason: expect.stringMatching(/^made in our own name: /) }]);
    expect(await count("closed off")).toBe(1);
  });

  it("is made by us where the person was locked a moment ago (412), or our own right to act as others was withdrawn", async () => {
    let act: (() => Promise<unknown>) | undefined;
    const connector = open("tandem", OPTIONS, { hooks: { before: async ({ method }) => void (method === "POST" ? await act?.() : undefined) } });
    await create(connector, "known", { author: user("bert") });
    act = () => server().ruby('User.find_by_login("bert").lock!; true');
    const made = await create(connector, "just locked", { author: user("bert") });
    act = undefined;
    await connector.keeping?.renew();
    expect((await create(connector, "locked for long", { author: { ...user("bert"), name: "Bert" } })).problems).toEqual([{ field: "author", reason: "made in our own name: Bert is not active in Redmine" }]);
    await server().ruby('User.find_by_login("bert").activate!; true');
    await connector.keeping?.renew();
    expect(made.problems).toEqual([{ field: "author", reason: "made in our own name: Redmine does not let us act as this person" }]);
    expect([made.after?.item.fields["author"], await count("just locked")]).toEqual([expect.objectContaining(user("tandem")), 1]);
    act = () => server().ruby('User.find_by_login("tandem").update_column(:admin, false); Member.create!(project: Project.find("demo"), user: User.find_by_login("tandem"), roles: [Role.find_by!(name: "Manager")]) unless Project.find("demo").users.include?(User.find_by_login("tandem")); true');
    const alone = await create(connector, "no administrator", { author: user("bert") });
    await server().ruby('User.find_by_login("tandem").update_column(:admin, true); true');
    expect(alone.problems).toEqual([{ field: "author", reason: expect.stringMatching(/^left out without a word: .*Tandem Robot$/) }]);
    expect(await count("no administrator")).toBe(1);
  });

  it("is not to be had without the option, the marker or an administrator, which the field tells", async () => {
    const field = async (connector: Connector, tracker = "Feature") => (await connector.types("demo")).find(({ name }) => name === tracker)?.fields.find(({ name }) => name === "author");
    expect(await field(named())).toMatchObject({ onCreate: true, onUpdate: false, required: false });
    expect(await field(tandem())).toMatchObject({ onCreate: false, unlock: expect.stringContaining("options.impersonate") });
    expect(await field(open("robot", { ...OPTIONS, intentField: cf("Tandem id") }))).toMatchObject({ onCreate: false, unlock: expect.stringContaining("only an administrator") });
    expect(() => open("tandem", { impersonate: true })).toThrow(/impersonate[^]*marker/);
    expect([named().capabilities.impersonation, tandem().capabilities.impersonation]).toEqual(["author", undefined]);
    await server().ruby('field = CustomField.find_by!(name: "Tandem id"); field.trackers -= [Tracker.find_by!(name: "Support")]; field.save!; true');
    expect(await field(open("tandem", OPTIONS), "Support")).toMatchObject({ onCreate: false, unlock: expect.stringContaining("which this tracker does not have") });
  });

  describe("after a lost reply", () => {
    const losing = (): HttpMore => {
      let lost = false;
      return { hooks: { after: (request) => { if (lost || request.method !== "POST" || request.path !== "/issues.json") return; lost = true; throw new DoubtfulError("connection reset"); } }, tries: 1 };
    };
    const lose = async (subject: string, fields: Fields) => {
      const since = await named().now();
      const one = draft(subject, fields);
      const result = (await open("tandem", OPTIONS, losing()).create("Feature", "demo", [one]))[0] as WriteResult;
      expect(result).toMatchObject({ ok: false, kind: "doubtful" });
      const id = String(await server().ruby(`Issue.find_by(subject: ${JSON.stringify(subject)}).id`));
      return { id, sought: { intent: one.intent, name: subject, since } };
    };

    it("is found by its marker, though the field is no filter and many came before, and is known for ours", async () => {
      await server().ruby('User.current = User.find_by_login("anna"); 100.times { |n| Issue.create!(project: Project.find("demo"), tracker: Tracker.find_by(name: "Feature"), author: User.current, subject: "before #{n}") }; true');
      const { id, sought } = await lose(`lost ${randomUUID()}`, { author: user("anna") });
      expect((await named().find("Feature", "demo", [sought])).found.get(sought.intent)?.id).toBe(id);
      await server().ruby('CustomField.find_by(name: "Tandem id").update!(is_filter: false)');
      expect((await named().find("Feature", "demo", [sought])).found.get(sought.intent)?.id).toBe(id);
      await server().ruby('CustomField.find_by(name: "Tandem id").update!(is_filter: true)');
      const theirs = String(await server().ruby(`User.current = User.find_by_login("anna"); Issue.create!(project: Project.find("demo"), tracker: Tracker.find_by(name: "Feature"), author: User.current, subject: "hers").id`));
      expect(await named().ownItems?.({ type: "Feature", project: "demo", ids: [id, theirs] })).toEqual(new Set([id]));
    });

    it.each([["anna", "who may do all"], ["kim1", "whose rights end early"]] as const)("of any of its calls, or if one never came through, is made once at the most, and is never taken for absent where it is there (%s, %s)", async (login, _) => {
      const person = login === "anna" ? user("anna") : await limited(login);
      let calls = Number.POSITIVE_INFINITY;
      for (const when of ["before", "after"] as const)
        for (let cut = 1; cut <= calls; cut++) {
          let seen = 0;
          const subject = `cut ${randomUUID()}`;
          const end = (): void => {
            if (++seen === cut) throw new DoubtfulError("connection reset");
          };
          const connector = open("tandem", OPTIONS, { hooks: { [when]: end }, tries: 1 });
          seen = Number.NEGATIVE_INFINITY;
          await connector.types("demo");
          const since = await named().now();
          seen = 0;
          const one = draft(subject, { author: person, due_date: "2027-01-02", estimated_hours: 2 });
          const result = await connector.create("Feature", "demo", [one]).then(([only]) => only, (error: unknown) => error);
          if (seen < cut) calls = cut - 1;
          const made = Number(await count(subject));
          expect([when, cut, made <= 1]).toEqual([when, cut, true]);
          const isMade = (result as WriteResult).ok === true;
          const { found, undecided } = await named().find("Feature", "demo", [{ intent: one.intent, name: subject, since }]);
          if (isMade || made === 1) expect([when, cut, made, found.has(one.intent) || undecided.has(one.intent)]).toEqual([when, cut, 1, true]);
          else expect([when, cut, found.size]).toEqual([when, cut, 0]);
        }
      expect(calls).toBeGreaterThan(2);
    });

    it("and without its marker, which the person may not write, it waits for somebody to say whose it is, and is never made again", async () => {
      const kim = await limited("kim2");
      const { id, sought } = await lose(`lost ${randomUUID()}`, { author: kim });
      expect(await server().ruby(`issue = Issue.find(${id}); [issue.tracker.name, issue.custom_field_value(CustomField.find_by(name: "Tandem id")).to_s]`)).toEqual(["Bug", ""]);
      const found = await named().find("Feature", "demo", [sought, { ...sought, intent: randomUUID(), name: "never there" }]);
      expect([found.found.size, [...found.undecided], found.candidates?.get(sought.intent)]).toEqual([0, [sought.intent], [id]]);
      // An issue of our own account is of the tracker that was asked for: this one was made for something else.
      const bug = await create(tandem(), "a bug of ours", {}, "Bug");
      const none = await named().find("Feature", "demo", [{ ...sought, name: "a bug of ours" }]);
      expect([none.found.size, none.undecided.size, (await named().find("Bug", "demo", [{ ...sought, name: "a bug of ours" }])).found.get(sought.intent)?.id]).toEqual([0, 0, bug.id]);
      // Whoever makes none by others need not look at theirs.
      expect((await open("tandem", { intentField: "Tandem id" }).find("Feature", "demo", [sought])).undecided.size).toBe(0);
    });
  });
});
