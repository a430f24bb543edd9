// Comments and attachments of the sandbox ALM Octane, and what they do to the age of their item; history.

import { beforeEach, describe, expect, it } from "vitest";
import { type Answer, type Caller, newCaller, signedIn } from "./octaneCaller.ts";

let caller: Caller;
let defect: string;

beforeEach(() => {
  caller = signedIn();
  defect = caller.make("defects", { name: "x" });
});

const ref = (type: string, id: string) => ({ type, id });

const RAW = { "content-type": "application/octet-stream" };

const multipart = (entity: unknown, content: Buffer, fileName = "a.png"): { readonly body: Buffer; readonly headers: Readonly<Record<string, string>> } => {
  const boundary = "----octane-boundary";
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="entity"; filename="blob"\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(entity)}\r\n--${boundary}\r\nContent-Disposition: form-data; name="content"; filename="${fileName}"\r\nContent-Type: image/png\r\n\r\n`;
  return { body: Buffer.concat([Buffer.from(head), content, Buffer.from(`\r\n--${boundary}--\r\n`)]), headers: { "content-type": `multipart/form-data; boundary=${boundary}` } };
};

const upload = (path: string, content = Buffer.from("words")): Answer => caller.call("POST", path, content, RAW);

describe("comments", () => {
  it("hang on one owner, tell their author, and show on the item", () => {
    const id = caller.make("comments", { owner_work_item: ref("work_item", defect), text: "<html><body>Seen again</body></html>", author: ref("workspace_user", "1004") });
    const [comment] = caller.get(`comments?query="owner_work_item EQ {id EQ ${defect}}"&order_by=-creation_time&fields=text,author{full_name,email},owner_work_item`).data;
    expect(comment).toMatchObject({ id, text: "<html><body>Seen again</body></html>", author: { full_name: "Bo Chen", email: "bo.chen@example.com" }, owner_work_item: { type: "defect", id: defect } });
    expect(caller.get(`defects/${defect}?fields=has_comments,comments`).body).toMatchObject({ has_comments: true, comments: { total_count: 1, data: [{ type: "comment", id }] } });
  });

  it("may be without text, can be changed and deleted", () => {
    const id = caller.make("comments", { owner_work_item: ref("defect", defect) });
    caller.clock.at += 1000;
    expect(caller.put(`comments/${id}`, { text: "later" }).body).toMatchObject({ text: "later", last_modified: "2026-03-02T10:00:01Z" });
    expect(caller.put(`comments/${id}`, { owner_work_item: ref("defect", caller.make("defects", { name: "y" })) }).status).toBe(403);
    expect(caller.remove(`comments/${id}`).status).toBe(200);
    expect(caller.get(`defects/${defect}?fields=has_comments`).body.has_comments).toBe(false);
  });

  it.each([[{ text: "homeless" }], [{ text: "torn", owner_work_item: ref("defect", "1004"), owner_requirement: ref("requirement_root", "1001") }]])("need exactly one owner: %j", (comment) => {
    expect(caller.post("comments", comment).status).toBe(409);
  });

  it.each([
    ["comments", "touchOnComment", (other: Caller, id: string) => other.post("comments", { owner_work_item: ref("defect", id) })],
    ["attachments", "touchOnAttachment", (other: Caller, id: string) => other.call("POST", `attachments?name=a.txt&owner_work_item={"id":${id},"type":"work_item"}`, Buffer.from("x"), RAW)],
    ["links from the other side", "touchOnLink", (other: Caller, id: string) => other.post("defects", { name: "y", linked_items1: { data: [ref("defect", id)] } })],
  ])("and %s leave the age of the item alone, unless %s", (_, option, deed) => {
    for (const [options, age] of [[{}, "2026-03-02T10:00:00Z"], [{ [option]: true }, "2026-03-02T10:01:00Z"]] as const) {
      const other = signedIn(options);
      const id = other.make("defects", { name: "x" });
      other.clock.at += 60_000;
      expect(deed(other, id).status).toBe(201);
      expect(other.get(`defects/${id}?fields=last_modified`).body.last_modified).toBe(age);
    }
  });
});

describe("attachments", () => {
  it("come as multipart, answer like a collection, and give back their bytes by two addresses", () => {
    const content = Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 13, 10, 45, 45, 0, 255]);
    const { body, headers } = multipart({ name: "a.png", owner_work_item: ref("defect", defect) }, content);
    const made = caller.call("POST", "attachments", body, headers);
    expect([made.status, made.body.total_count, made.data[0]?.type]).toEqual([201, 1, "attachment"]);
    const id = String(made.data[0]?.id);
    expect(caller.get(`attachments/${id}?fields=name,size,author,creation_time,owner_work_item`).body).toMatchObject({ name: "a.png", size: 12, author: { id: "1002" }, owner_work_item: { type: "defect" } });
    expect(caller.get(`attachments/${id}`, { accept: "application/octet-stream" }).raw).toEqual(content);
    expect(caller.get(`attachments/${id}/a.png`).raw).toEqual(content);
    expect(caller.get(`attachments/${id}/a.png`).headers["content-type"]).toBe("application/octet-stream");
    expect(caller.get(`defects/${defect}?fields=has_attachments,attachments`).body).toMatchObject({ has_attachments: true, attachments: { total_count: 1 } });
  });

  it.each([
    ["raw braces", (id: string) => `owner_work_item={"id":${id},"type":"work_item"}`],
    ["half encoded", (id: string) => `owner_work_item={%22id%22:${id},%22type%22:%22work_item%22}`],
    ["wholly encoded", (id: string) => `owner_work_item=${encodeURIComponent(JSON.stringify({ type: "defect", id }))}`],
    ["a text for the id", (id: string) => `owner_work_item={"id":"${id}","type":"defect"}`],
    ["the id alone", (id: string) => `owner_work_item=${id}`],
  ])("come raw with the owner in the URL: %s", (_, owner) => {
    const made = upload(`attachments?name=a%20b.txt&${owner(defect)}`);
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    expect(caller.get(`attachments?query="owner_work_item EQ {id EQ ${defect}}"&fields=name,size,owner_work_item`).data).toEqual([{ type: "attachment", id: made.data[0]?.id, name: "a b.txt", size: 5, owner_work_item: { type: "defect", id: defect, name: "x" } }]);
  });

  it.each([
    ["a slash", "a%2Fb.txt"],
    ["a leading dot", ".hidden.txt"],
    ["a question mark", "a%3F.txt"],
    ["an extension nobody allows", "a.exe"],
    ["no name", ""],
  ])("refuse a name with %s", (_, name) => {
    const answer = upload(`attachments?name=${name}&owner_work_item=${defect}`);
    expect([answer.status, answer.errors[0]?.error_code]).toEqual([409, "illegal_field_value"]);
  });

  it("trim a name, and can be renamed but for the extension", () => {
    const id = String(upload(`attachments?name=%20a.txt%20&owner_work_item=${defect}`).data[0]?.id);
    expect(caller.get(`attachments/${id}`).body.name).toBe("a.txt");
    expect(caller.put(`attachments/${id}`, { name: "b.txt", description: "what it is" }).body).toMatchObject({ name: "b.txt", description: "what it is" });
    expect(caller.put(`attachments/${id}`, { name: "b.pdf" }).status).toBe(400);
    expect(caller.put(`attachments/${id}`, { description: "y".repeat(2001) }).status).toBe(400);
  });

  it("come in no other type, and only with an owner", () => {
    expect(caller.post("attachments", { name: "a.txt", owner_work_item: ref("defect", defect) }).status).toBe(415);
    expect(upload("attachments?name=a.txt").status).toBe(409);
    expect(caller.get("defects", { accept: "application/octet-stream" }).status).toBe(406);
  });

  it("are checked for size and content where that is switched on", () => {
    const strict = signedIn({ maxAttachmentBytes: 4, checkAttachmentContent: true });
    const id = strict.make("defects", { name: "x" });
    const put = (name: string, content: string): number => strict.call("POST", `attachments?name=${name}&owner_work_item=${id}`, Buffer.from(content), RAW).status;
    expect([put("a.txt", "12345"), put("a.txt", "1234"), put("a.png", "1234")]).toEqual([409, 201, 409]);
    expect(strict.get("attachments").body.total_count).toBe(1);
  });

  it("hang on releases and tasks too", () => {
    expect(upload("attachments?name=plan.txt&owner_release=1001").status).toBe(201);
    expect(caller.get("releases/1001?fields=has_attachments").body.has_attachments).toBe(true);
  });

  it("need the preview header in old versions, by switch", () => {
    const old = newCaller({ previewAttachments: true, previewRefusal: 403 });
    old.signIn();
    expect(old.get("attachments").status).toBe(403);
    expect(old.get("attachments", { "alm-octane-tech-preview": "true" }).status).toBe(200);
  });
});

describe("history", () => {
  const PREVIEW = { "alm-octane-tech-preview": "true" };

  it("tells who changed which field when, and what was deleted", () => {
    caller.clock.at += 60_000;
    caller.put(`defects/${defect}`, { name: "y", phase: ref("phase", "phase.defect.opened") });
    caller.remove(`defects/${defect}`);
    const { data } = caller.get(`history_records?query="entity_type EQ ^defect^;entity_id EQ ^${defect}^"&order_by=id&fields=action,field_name,old_value,new_value,timestamp,user`, PREVIEW);
    expect(data.map((one) => [one.action, one.field_name, one.old_value, one.new_value])).toEqual([
      ["create", null, null, null],
      ["update", "name", "x", "y"],
      ["update", "phase", "phase.defect.new", "phase.defect.opened"],
      ["delete", null, null, null],
    ]);
    expect(data[1]).toMatchObject({ timestamp: "2026-03-02T10:01:00Z", user: { name: "tandem_client" } });
  });

  it.each(["audits", "/api/shared_spaces/1001/audits", "/api/audits"])("is there as %s without the header", (path) => {
    const { status, data } = caller.get(`${path}?query="action EQ ^create^;timestamp GE ^2026-03-02T00:00:00Z^"&limit=1000`);
    expect([status, data.map((one) => [one.type, one.entity_id])]).toEqual([200, [["audit", defect]]]);
  });

  it("ends where no more can be reached", () => {
    const short = signedIn({ historyReach: 2 });
    short.post("defects", { name: "a" }, { name: "b" }, { name: "c" });
    expect([short.get("audits").data.length, short.get("audits?offset=2").data.length, short.get("audits").body.total_count]).toEqual([2, 0, 3]);
  });
});

describe("other things", () => {
  it("keeps the script of a test", () => {
    const id = caller.make("manual_tests", { name: "t" });
    expect(caller.get(`tests/${id}/script`).body).toMatchObject({ script: "" });
    caller.put(`tests/${id}/script`, { script: "- open\n- ?closed", comment: "first", revision_type: "Major" });
    expect(caller.get(`tests/${id}/script`).body).toEqual({ script: "- open\n- ?closed", comment: "first", revision_type: "Major" });
    expect(caller.call("POST", `tests/${id}/script`, {}).status).toBe(405);
  });

  it("gathers what its caller has to do", () => {
    caller.put(`defects/${defect}`, { owner: ref("workspace_user", "1002") });
    caller.make("stories", { name: "done", owner: ref("workspace_user", "1002"), phase: ref("phase", "phase.story.done") });
    expect(caller.get('user_items?query="user EQ {id IN [current_user]}"&fields=entity_type,my_follow_items_work_item{name}').data).toEqual([expect.objectContaining({ type: "user_item", entity_type: "work_item", my_follow_items_work_item: expect.objectContaining({ name: "x" }) })]);
  });

  it("labels the types", () => {
    expect(caller.get("entity_labels?query=\"entity_type EQ 'story'\"&fields=name,initials").data).toEqual([expect.objectContaining({ name: "user story", initials: "US" })]);
  });
});
