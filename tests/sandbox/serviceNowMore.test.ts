// The other APIs of the sandbox ServiceNow: attachments, batch, import sets, column metadata.

import { beforeEach, describe, expect, it } from "vitest";
import { type Answer, asSync, type Caller, HOST, newCaller } from "./serviceNowCaller.ts";

let caller: Caller;
let incident: string;

beforeEach(() => {
  caller = newCaller();
  incident = String(caller.make("incident", { short_description: "x" }).sys_id);
});

const V1 = "/api/now/v1";
const PNG = Buffer.from("89504e470d0a1a0a0000000d494844520000000200000003080200000000000000", "hex");

const send = (name: string, bytes: Buffer, type = "text/plain", from = caller, table = "incident"): Answer =>
  from.call("POST", `${V1}/attachment/file?table_name=${table}&table_sys_id=${incident}&file_name=${encodeURIComponent(name)}`, bytes, { "content-type": type });

describe("attachments", () => {
  it("are sent raw and told about", () => {
    const made = send("größer.txt", Buffer.from("bytes"));
    const id = String(made.record.sys_id);
    expect([made.status, made.headers.Location]).toEqual([201, `${HOST}${V1}/attachment/${id}/file`]);
    expect(made.record).toMatchObject({ file_name: "größer.txt", content_type: "text/plain", size_bytes: "5", table_name: "incident", table_sys_id: incident, download_link: `${HOST}${V1}/attachment/${id}/file`, sys_created_by: "admin", state: "available", sys_mod_count: "0" });
    expect(Object.values(made.record).every((value) => typeof value === "string")).toBe(true);
    expect(caller.get(`${V1}/attachment/${id}`).record).toEqual(made.record);
  });

  it("give their bytes whatever is accepted, with what is known in a header", () => {
    const id = String(send("größer.txt", Buffer.from("bytes")).record.sys_id);
    const file = caller.get(`${V1}/attachment/${id}/file`, { accept: "application/json" });
    expect([file.status, file.text, file.headers["Content-Type"]]).toEqual([200, "bytes", "text/plain"]);
    const known = String(file.headers["X-Attachment-Metadata"]);
    expect([JSON.parse(known), /^[\x20-\x7e]+$/.test(known)]).toEqual([expect.objectContaining({ sys_id: id, file_name: "größer.txt" }), true]);
    expect(caller.get(`/sys_attachment.do?sys_id=${id}`, { accept: "text/html" }).text).toBe("bytes");
  });

  it("are listed by query, page by page, and as a table", () => {
    for (const name of ["a.txt", "b.txt", "a.txt"]) send(name, Buffer.from(name));
    const list = caller.get(`/api/now/attachment?sysparm_query=table_name=incident^table_sys_id=${incident}^ORDERBYfile_name&sysparm_limit=2`);
    expect([list.list.map((row) => row.file_name), list.headers["X-Total-Count"], String(list.headers.Link).includes('rel="next"')]).toEqual([["a.txt", "a.txt"], "3", true]);
    expect(caller.find("sys_attachment", "file_nameSTARTSWITHb", "&sysparm_fields=table_sys_id,size_bytes")).toEqual([{ table_sys_id: incident, size_bytes: "5" }]);
  });

  it("are uploaded as a form, the file last", () => {
    const field = (name: string, value: string): string => `--B\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
    const file = '--B\r\nContent-Disposition: form-data; name="uploadFile"; filename="a b.png"\r\nContent-Type: image/png\r\n\r\n';
    const upload = (...parts: readonly (string | Buffer)[]): Answer => caller.call("POST", "/api/now/attachment/upload", Buffer.concat([...parts.map((part) => Buffer.from(part)), Buffer.from("--B--\r\n")]), { "content-type": "multipart/form-data; boundary=B" });
    const made = upload(field("table_name", "incident"), field("table_sys_id", incident), file, PNG, "\r\n");
    expect([made.status, made.record]).toEqual([201, expect.objectContaining({ file_name: "a b.png", content_type: "image/png", size_bytes: String(PNG.length), image_width: "2", image_height: "3" })]);
    expect(upload(file, PNG, "\r\n", field("table_name", "incident"), field("table_sys_id", incident)).status).toBe(400);
    expect(caller.call("POST", "/api/now/attachment/upload", Buffer.from("x"), { "content-type": "text/plain" }).status).toBe(400);
  });

  it("are renamed, deleted, and go with their record", () => {
    const id = String(send("a.txt", Buffer.from("1")).record.sys_id);
    expect([caller.call("PATCH", `${V1}/attachment/${id}`, { file_name: "b.txt" }).status, caller.get(`${V1}/attachment/${id}`).record.file_name]).toEqual([204, "b.txt"]);
    expect([caller.call("DELETE", `${V1}/attachment/${id}`).status, caller.get(`${V1}/attachment/${id}`).status, caller.get(`${V1}/attachment/${id}/file`).status]).toEqual([204, 404, 404]);
    const other = String(send("c.txt", Buffer.from("1")).record.sys_id);
    caller.call("DELETE", `/api/now/table/incident/${incident}`);
    expect(caller.get(`${V1}/attachment/${other}`).status).toBe(404);
  });

  it.each([
    ["an unknown table", "nix", "text/plain", 400],
    ["no type", "incident", "", 400],
    ["a record that is not there", "problem", "text/plain", 404],
  ])("are refused for %s", (_what, table, type, status) => {
    expect(send("a.txt", Buffer.from("1"), type, caller, table).status).toBe(status);
  });

  it("are refused to who may not write the record, and hidden from who may not see it", () => {
    const id = String(send("a.txt", Buffer.from("1")).record.sys_id);
    const vera = caller.as("vera.stone");
    expect([send("b.txt", Buffer.from("1"), "text/plain", vera).status, vera.get(`${V1}/attachment/${id}`).status, vera.get("/api/now/attachment").list]).toEqual([404, 404, []]);
    expect(send("b.txt", Buffer.from("1"), "text/plain", caller.as("sync", "sync-pass")).status).toBe(201);
  });

  it("keep to the properties of size and kind", () => {
    const set = (name: string, value: string): Answer => caller.patch("sys_properties", caller.find("sys_properties", `name=${name}`)[0]?.sys_id, { value });
    set("glide.attachment.extensions", "txt, png");
    expect([send("a.exe", Buffer.from("1")).status, send("a.TXT", Buffer.from("1")).status]).toEqual([403, 201]);
    set("com.glide.attachment.max_size", "1");
    expect(send("big.txt", Buffer.alloc(1024 * 1024 + 1)).status).toBe(413);
  });

  it("hang on hidden images' tables too", () => {
    const made = send("inline.png", PNG, "image/png", caller, "ZZ_YYincident");
    expect([made.status, made.record.table_name]).toEqual([201, "ZZ_YYincident"]);
    const plain = newCaller({ hiddenImages: "plain" });
    incident = String(plain.make("incident", {}).sys_id);
    expect(send("inline.png", PNG, "image/png", plain, "ZZ_YYincident").record.table_name).toBe("incident");
  });

  it.each([[false, "0", "a"], [true, "1", "b"]])("touch the record or not (%s)", (attachmentTouches, count) => {
    const one = newCaller({ attachmentTouches });
    incident = String(one.make("incident", {}).sys_id);
    send("a.txt", Buffer.from("1"), "text/plain", one);
    expect(one.get(`/api/now/table/incident/${incident}`).record.sys_mod_count).toBe(count);
  });

  it.each([[true, "sha256", 64], [true, "md5", 32], [false, "md5", 0]] as const)("tell a hash or not (%s, %s)", (attachmentHash, hashKind, length) => {
    const one = newCaller({ attachmentHash, hashKind });
    incident = String(one.make("incident", {}).sys_id);
    expect(String(send("a.txt", Buffer.from("1"), "text/plain", one).record.hash)).toHaveLength(length);
  });
});

interface Serviced {
  readonly id: string;
  readonly status_code: number;
  readonly status_text: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly body: string;
  readonly execution_time: number;
}

const batch = (requests: readonly unknown[], from = caller): { readonly whole: Answer; readonly done: readonly Serviced[] } => {
  const whole = from.call("POST", `${V1}/batch`, { batch_request_id: 7, rest_requests: requests });
  return { whole, done: whole.body.serviced_requests as readonly Serviced[] };
};

const json = (one: Serviced | undefined): Record<string, unknown> => JSON.parse(Buffer.from(one?.body ?? "", "base64").toString("utf8")) as Record<string, unknown>;
const item = (id: string, method: string, url: string, body?: unknown): Record<string, unknown> => ({
  id, method, url, headers: [{ name: "Content-Type", value: "application/json" }, { name: "Accept", value: "application/json" }], ...(body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)).toString("base64") }),
});

describe("batches", () => {
  it("serve each request in order, with a status of its own", () => {
    const { whole, done } = batch([
      item("1", "PATCH", `/api/now/table/incident/${incident}`, { short_description: "größer" }), item("2", "GET", "/api/now/table/incident?sysparm_query=short_description=größer&sysparm_limit=1"), item("3", "GET", "/api/now/table/incident/nix"),
      item("4", "DELETE", `/api/now/table/incident/${incident}`), item("5", "GET", "/api/now/table/nix"), { ...item("6", "GET", "/api/now/table/incident"), exclude_response_headers: true }, item("7", "POST", `${V1}/batch`, { rest_requests: [] }),
    ]);
    expect([whole.status, whole.body.batch_request_id, whole.body.unserviced_requests]).toEqual([200, "7", []]);
    expect(done.map((one) => [one.id, one.status_code, one.status_text])).toEqual([["1", 200, "OK"], ["2", 200, "OK"], ["3", 404, "Not Found"], ["4", 204, "No Content"], ["5", 400, "Bad Request"], ["6", 200, "OK"], ["7", 400, "Bad Request"]]);
    expect([json(done[0]).result, json(done[1]).result]).toEqual([expect.objectContaining({ short_description: "größer" }), [expect.objectContaining({ short_description: "größer" })]]);
    expect([done[1]?.headers.find((header) => header.name === "X-Total-Count")?.value, done[5]?.headers, done[3]?.body, typeof done[0]?.execution_time]).toEqual(["1", [], "", "number"]);
  });

  it("take queries longer than an address may be", () => {
    const url = `/api/now/table/incident?sysparm_query=${encodeURIComponent(Array.from({ length: 3000 }, (_x, at) => `nix${at}=1`).join("^"))}`;
    expect([caller.get(url).status, batch([item("1", "GET", url)]).done[0]?.status_code]).toEqual([414, 200]);
  });

  it.each([["sent", ["1", "2"], "second"], ["reversed", ["2", "1"], "first"]] as const)("are carried out in no promised order (%s)", (batchOrder, ids, last) => {
    const one = newCaller({ batchOrder });
    const id = String(one.make("incident", {}).sys_id);
    const { done } = batch([item("1", "PATCH", `/api/now/table/incident/${id}`, { short_description: "first" }), item("2", "PATCH", `/api/now/table/incident/${id}`, { short_description: "second" })], one);
    expect([done.map((request) => request.id), one.get(`/api/now/table/incident/${id}`).record.short_description]).toEqual([ids, last]);
  });

  it("leave requests unserved once their time is up", () => {
    const one = newCaller({ batchQuota: 1 });
    const { whole, done } = batch([item("a", "GET", "/api/now/table/incident"), item("b", "POST", "/api/now/table/incident", {})], one);
    expect([done.map(({ id }) => id), whole.body.unserviced_requests, one.find("incident", "")]).toEqual([["a"], ["b"], []]);
  });

  it("fail in part on order, and are refused without requests", () => {
    caller.snow.failBulkEntries([1]);
    const { done } = batch([item("1", "POST", "/api/now/table/incident", {}), item("2", "POST", "/api/now/table/incident", {})]);
    caller.snow.failBulkEntries([]);
    expect([done.map((one) => one.status_code), caller.find("incident", "")]).toEqual([[201, 500], [expect.anything(), expect.anything()]]);
    expect(caller.call("POST", `${V1}/batch`, {}).status).toBe(400);
    expect(batch([item("1", "POST", "/api/now/table/incident", { description: "x".repeat(99) })], newCaller({ maxBatchItemBytes: 50 })).done[0]?.status_code).toBe(413);
  });
});

const STAGE = "/api/now/import/u_incident_import";

describe("import sets", () => {
  it("insert, then find the same again", () => {
    const row = { u_external_id: "E1", u_title: "Imported", u_state: "2", u_assigned_to: "Bo Chen" };
    const made = caller.call("POST", STAGE, row);
    const results = made.body.result as unknown as readonly Record<string, string>[];
    const id = results[0]?.sys_id;
    expect([made.status, made.body]).toEqual([201, {
      import_set: "ISET0010001", staging_table: "u_incident_import",
      result: [{ transform_map: "Import to incident", table: "incident", display_name: "number", display_value: "INC0010002", record_link: `${HOST}/api/now/table/incident/${id}`, status: "inserted", sys_id: id }],
    }]);
    const again = (title: string): unknown => (caller.call("POST", STAGE, { ...row, u_title: title }).body.result as unknown as Record<string, string>[])[0]?.status;
    expect([again("Imported"), again("Changed")]).toEqual(["ignored", "updated"]);
    expect(caller.find("incident", "correlation_id=E1", "&sysparm_fields=short_description,assigned_to.name,sys_mod_count")).toEqual([{ short_description: "Changed", "assigned_to.name": "Bo Chen", sys_mod_count: "1" }]);
    expect(caller.find("u_incident_import", "ORDERBYsys_created_on").map((one) => one.sys_import_state).toSorted()).toEqual(["ignored", "inserted", "updated"]);
  });

  it("tell an error in the row, not in the status", () => {
    const made = caller.call("POST", STAGE, { u_external_id: "E2", u_state: "7" });
    expect([made.status, made.body.result]).toEqual([201, [{ transform_map: "Import to incident", table: "incident", status: "error", error_message: expect.stringContaining("Data Policy Exception") }]]);
    const [staged = {}] = caller.find("u_incident_import", "u_external_id=E2");
    expect((caller.get(`${STAGE}/${String(staged.sys_id)}`).body.result as unknown as Record<string, string>[])[0]?.status).toBe("error");
  });

  it.each([["async", { import_set_id: expect.any(String), multi_import_set_id: expect.any(String) }], ["sync", { import_set: "ISET0010001", staging_table: "u_incident_import", result: [expect.objectContaining({ status: "inserted" }), expect.objectContaining({ status: "inserted" })] }]] as const)("take several rows (%s)", (insertMultiple, body) => {
    const one = newCaller({ insertMultiple });
    const made = one.call("POST", `${STAGE}/insertMultiple`, { records: [{ u_external_id: "1" }, { u_external_id: "2" }] });
    expect([made.status, made.body, one.find("incident", "")]).toEqual([201, body, [expect.anything(), expect.anything()]]);
  });

  it("work for the integration user, not for others, and only on staging tables", () => {
    expect([asSync().call("POST", STAGE, { u_title: "x" }).status, caller.as("bo.chen").call("POST", STAGE, { u_title: "x" }).status]).toEqual([201, 403]);
    expect([caller.call("POST", "/api/now/import/incident", {}).status, caller.call("POST", "/api/now/import/nix", {}).status, caller.get(STAGE).status]).toEqual([400, 400, 405]);
  });
});

describe("columns in one call", () => {
  it("come with labels, types and choices", () => {
    const { columns } = caller.get("/api/now/ui/meta/incident").record as { columns: Record<string, Record<string, unknown>> };
    expect(columns.short_description).toMatchObject({ label: "Short description", type: "string", max_length: "160", mandatory: false });
    expect(columns.caller_id).toMatchObject({ type: "reference", reference: "sys_user", reference_display_field: "name" });
    expect(columns.state?.choices).toContainEqual({ value: "2", label: "In Progress" });
  });

  it("are not there on every release", () => {
    expect(newCaller({ uiMeta: false }).get("/api/now/ui/meta/incident").status).toBe(400);
  });
});
