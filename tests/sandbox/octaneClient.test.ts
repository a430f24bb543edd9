// The vendor's own JavaScript client, both its faces, against the sandbox over HTTP: what its users do each day, and what its own tests expect.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Octane, OctaneVanilla, Query } from "@microfocus/alm-octane-js-rest-sdk";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createOctane } from "../../lib/sandbox/octane.ts";
import { type SandboxServer, startServer } from "../../lib/sandbox/server.ts";
import { WORKSPACE } from "./octaneCaller.ts";

interface Entity {
  readonly id: string;
  readonly [field: string]: unknown;
}

let server: SandboxServer;
let octane: Octane;

const login = { sharedSpace: 1001, workspace: 1002, user: "tandem_client", password: "tandem_secret" };

beforeAll(async () => {
  server = await startServer(createOctane);
});

afterAll(() => server.close());

beforeEach(() => {
  server.reset();
  octane = new Octane({ ...login, server: server.url, headers: { "ALM-OCTANE-TECH-PREVIEW": true } });
});

const createDefects = async (count: number): Promise<readonly Entity[]> => {
  const defects = Array.from({ length: count }, (_, at) => ({ name: `Defect ${at}`, description: `<html><body>\n This is the test ${at} \n</body></html>` }));
  const made = await octane.create(Octane.entityTypes.defects, defects).execute();
  expect(made.total_count).toBe(count);
  return defects.map((defect, at) => ({ ...defect, id: made.data[at].id as string }));
};

const idsOf = (answer: { readonly data: readonly Entity[] }): readonly string[] => answer.data.map((one) => one.id);

describe("the generic client", () => {
  it("signs in only after the first 401, then repeats its request", async () => {
    await octane.get(Octane.entityTypes.defects).execute();
    expect(server.calls().map((call) => [call.method, call.path.split("/").pop(), call.status])).toEqual([
      ["GET", "defects", 401],
      ["POST", "sign_in", 200],
      ["GET", "defects", 200],
    ]);
  });

  it("signs in again when its session has ended", async () => {
    await octane.authenticate();
    server.imitation.expireSessions();
    expect((await octane.get(Octane.entityTypes.phases).execute()).total_count).toBeGreaterThan(20);
  });

  it("stays signed in while the cookie changes with every answer", async () => {
    const strict = await startServer(createOctane, { options: { rotateEvery: 1, rotateGraceSeconds: 0 } });
    try {
      const client = new Octane({ ...login, server: strict.url });
      for (let call = 0; call < 4; call += 1) await client.get(Octane.entityTypes.releases).execute();
      expect(strict.calls().filter((call) => call.status === 401)).toHaveLength(1);
    } finally {
      await strict.close();
    }
  });

  it("creates one and reads it by id", async () => {
    const made = await octane.create(Octane.entityTypes.defects, { name: "My Test Defect 0" }).execute();
    expect(made.total_count).toBe(1);
    const read = await octane.get(Octane.entityTypes.defects).at(made.data[0].id).fields("name", "parent", "phase", "author").execute();
    expect(read).toMatchObject({ id: made.data[0].id, name: "My Test Defect 0", parent: { type: "work_item_root" }, phase: { id: "phase.defect.new" }, author: { name: "tandem_client" } });
  });

  it("pages with query, limit, offset, fields and order, descriptions unchanged", async () => {
    const defects = await createDefects(10);
    const ids = defects.map((defect) => defect.id);
    const page = await octane.get(Octane.entityTypes.defects).query(Query.field("id").inComparison(ids).build()).limit(5).offset(1).fields("name", "description").orderBy("name").execute();
    expect(page.total_count).toBe(10);
    expect(page.data.map((one: Entity) => [one.id, one.name, one.description])).toEqual(defects.slice(1, 6).map((one) => [one.id, one.name, one.description]));
  });

  it("updates one with and without the id in the body, and many", async () => {
    const [first, ...others] = await createDefects(4);
    await octane.update(Octane.entityTypes.defects, { name: "No id" }).at(Number(first!.id)).execute();
    await octane.update(Octane.entityTypes.defects, { id: first!.id, name: "With id" }).execute();
    const bulk = await octane.updateBulk(Octane.entityTypes.defects, others.map(({ id }) => ({ id, name: `Bulk ${id}` }))).execute();
    expect(idsOf(bulk)).toEqual(others.map((one) => one.id));
    const read = await octane.get(Octane.entityTypes.defects).fields("name").orderBy("id").execute();
    expect(read.data.map((one: Entity) => one.name)).toEqual(["With id", ...others.map(({ id }) => `Bulk ${id}`)]);
  });

  it("updates all that a query finds, without ids", async () => {
    const defects = await createDefects(3);
    const changed = await octane.updateBulk(Octane.entityTypes.defects, { name: "Same" }).query(Query.field("id").less(Number(defects[2]!.id)).build()).execute();
    expect(idsOf(changed)).toEqual([defects[0]!.id, defects[1]!.id]);
  });

  it("sends back what it read and changes only what differs", async () => {
    const [first] = await createDefects(1);
    const read = await octane.get(Octane.entityTypes.defects).at(Number(first!.id)).fields("name", "description").execute();
    const written = await octane.update(Octane.entityTypes.defects, { ...read, name: "new" }).execute();
    expect(written).toMatchObject({ id: first!.id, name: "new", description: first!.description });
  });

  it("deletes one with an empty answer and many with a count", async () => {
    const [first, ...others] = await createDefects(5);
    expect(await octane.delete(Octane.entityTypes.defects).at(Number(first!.id)).execute()).toBeUndefined();
    const ids = others.map((one) => one.id);
    const gone = await octane.delete(Octane.entityTypes.defects).query(Query.field("id").inComparison(ids).build()).execute();
    expect([gone.total_count, idsOf(gone)]).toEqual([4, ids]);
    await expect(octane.get(Octane.entityTypes.defects).at(Number(first!.id)).execute()).rejects.toMatchObject({ response: { status: 404 } });
  });

  it("uploads, lists, downloads and deletes an attachment", async () => {
    const [defect] = await createDefects(1);
    const content = Buffer.from([0, 1, 2, 250, 255, 13, 10, 13, 10, 45, 45]);
    const owner = { id: Number(defect!.id), type: "work_item" };
    const made = await octane.uploadAttachment("attachment.txt", content, "owner_work_item", owner).execute();
    const id = Number(made.data[0].id);
    expect(await octane.get(Octane.entityTypes.attachments).at(id).fields("name", "size", "owner_work_item").execute()).toMatchObject({ name: "attachment.txt", size: content.length, owner_work_item: { type: "defect", id: defect!.id } });
    expect(Buffer.from(await octane.getAttachmentContent().at(id).execute())).toEqual(content);
    await octane.delete(Octane.entityTypes.attachments).at(id).execute();
    await expect(octane.get(Octane.entityTypes.attachments).at(id).execute()).rejects.toMatchObject({ response: { status: 404 } });
  });

  it("accepts the bare id of an owner, as the client's page shows it", async () => {
    const [defect] = await createDefects(1);
    const owner = Number(defect!.id) as unknown as object;
    expect((await octane.uploadAttachment("note.txt", "words", "owner_work_item", owner).execute()).total_count).toBe(1);
  });

  it("sends requests of its user's own making", async () => {
    const [defect] = await createDefects(1);
    expect(await octane.executeCustomRequest(`${WORKSPACE}/defects/${defect!.id}`, Octane.operationTypes.get, undefined, { "ALM-OCTANE-TECH-PREVIEW": true })).toMatchObject({ id: defect!.id });
    const users = "/api/shared_spaces/1001/users";
    expect((await octane.executeCustomRequest(users, Octane.operationTypes.get)).total_count).toBe(7);
    const made = await octane.executeCustomRequest(users, Octane.operationTypes.create, { email: "example@example.com", password: "examplePassword" });
    expect(made.data[0]).toMatchObject({ email: "example@example.com", type: "sharedspace_user" });
    await expect(octane.executeCustomRequest(users, "someRandomOp")).rejects.toThrow("Operation is not supported");
  });

  it("tells partial failure as 409 with what was written and what was not", async () => {
    const failed = await octane.create(Octane.entityTypes.defects, [{ name: "good" }, { name: "bad", severity: { type: "list_node", id: "none" } }]).execute().catch((error) => error.response);
    expect(failed.status).toBe(409);
    expect(failed.data).toMatchObject({ total_count: 1, data: [{ name: "good" }], errors: [{ index: 1, error_code: "platform.entity_not_found" }] });
  });

  it("signs out and, with the next request, in again", async () => {
    await octane.authenticate();
    await octane.signOut();
    expect((await octane.get(Octane.entityTypes.workItemRoots).execute()).total_count).toBe(1);
  });

  it("reads metadata, with and without a query", async () => {
    const entities = await octane.get(Octane.entityTypes.entitiesMetadata).query(Query.field("name").equal("defect").build()).execute();
    expect(entities.data.map((one: Entity) => one.name)).toEqual(["defect"]);
    const own = await octane.get(Octane.entityTypes.fieldsMetadata).query(Query.field("is_user_defined").equal(true).and(Query.field("entity_name").equal("story")).build()).execute();
    expect(own.data.map((one: Entity) => one.name)).toContain("tandem_id_udf");
  });

  it("asks with everything its query builder can build", async () => {
    const tag = await octane.create(Octane.entityTypes.userTags, { name: "web" }).execute();
    await octane.create(Octane.entityTypes.stories, [
      { name: "A", story_points: 3, user_tags: { data: [{ type: "user_tag", id: tag.data[0].id }] } },
      { name: "B", story_points: 8, blocked: true },
      { name: "C" },
    ]).execute();
    const found = async (query: Query): Promise<string> => {
      const answer = await octane.get(Octane.entityTypes.stories).fields("name").orderBy("name").query(query.build()).execute();
      return answer.data.map((one: Entity) => one.name).join("");
    };
    const f = Query.field;
    expect(await found(f("story_points").between(3, 8))).toBe("AB");
    expect(await found(f("story_points").notGreater(3).and().field("story_points").notEqual(Query.NULL))).toBe("A");
    expect(await found(f("story_points").equal(Query.NULL))).toBe("C");
    expect(await found(f("release").equal(Query.NULL_REFERENCE))).toBe("ABC");
    expect(await found(f("blocked").equal(true))).toBe("B");
    expect(await found(f("user_tags").equal(f("name").equal("web")))).toBe("A");
    expect(await found(f("user_tags").notEqual(f("name").equal("web")))).toBe("BC");
    expect(await found(f("name").equal("A").or(f("name").equal("C")).group().not())).toBe("B");
    expect(await found(f("creation_time").greater(new Date(0)).and(f("creation_time").less(new Date(Date.now() + 60_000))))).toBe("ABC");
    expect(await found(f("creation_time").between(new Date(0), new Date(Date.now() + 60_000)))).toBe("ABC");
    expect(await found(f("name").inComparison(["A", "B"]))).toBe("AB");
    expect(await found(f("phase").inComparison([f("id").equal("phase.story.new"), f("id").equal("phase.story.done")]))).toBe("ABC");
  });

  it.each(Object.values(Octane.entityTypes).filter((name) => !["manualTests", "metadata/fields", "metadata/entities"].includes(name)))("finds the collection %s", async (name) => {
    expect((await octane.get(name).limit(1).execute()).total_count).toBeGreaterThanOrEqual(0);
  });
});

/** The routes file that the client's own script would write from the metadata. */
const routesFromMetadata = async (): Promise<Record<string, unknown>> => {
  const entities: readonly Entity[] = (await octane.get(Octane.entityTypes.entitiesMetadata).execute()).data;
  const fields: readonly Entity[] = (await octane.get(Octane.entityTypes.fieldsMetadata).execute()).data;
  const params = Object.fromEntries(["limit", "offset", "fields", "order_by", "text_search"].map((name) => [name, { type: name === "limit" ? "integer" : "string", required: false }]));
  const routes: Record<string, unknown> = { defines: { constants: { protocol: "http" }, params: { ...params, query: { type: "query", required: false }, id: { type: "string", required: true }, filename: { type: "string", required: true } } } };
  for (const entity of entities) {
    const rest = (entity.features as readonly { readonly name: string; readonly url?: string }[]).find((feature) => feature.name === "rest");
    const written = Object.fromEntries(fields.filter((field) => field.entity_name === entity.name && field.editable === true).map((field) => [field.name, { type: field.field_type, required: false, max_length: field.max_length, field_type_data: field.field_type_data }]));
    routes[String(rest!.url).replace(/_/g, "-")] = {
      "get-all": { url: `/${rest!.url}`, method: "GET", params: { $query: null, $limit: null, $offset: null, $fields: null, $order_by: null } },
      get: { url: `/${rest!.url}/:id`, method: "GET", params: { $id: null, $fields: null } },
      create: { url: `/${rest!.url}`, method: "POST", params: { ...written } },
      "create-bulk": { url: `/${rest!.url}`, method: "POST", params: { ...written } },
      update: { url: `/${rest!.url}/:id`, method: "PUT", params: { ...written, $id: null } },
      "update-bulk": { url: `/${rest!.url}`, method: "PUT", params: { ...written, $id: null } },
      delete: { url: `/${rest!.url}/:id`, method: "DELETE", params: { $id: null } },
    };
  }
  const owner = { type: "reference", required: false, field_type_data: { multiple: false } };
  const files = routes.attachments as Record<string, unknown>;
  files.create = { url: "/attachments", method: "POST", "content-type": "multipart/form-data", params: { name: { type: "string", required: true }, owner_work_item: owner, file: { type: "file", required: true } } };
  files.download = { url: "/attachments/:id/:filename", method: "GET", accept: "application/octet-stream", params: { $id: null, $filename: null } };
  routes.severities = { "get-all": { url: '/list_nodes?query="list_root EQ {id EQ ^list_node.severity^}"&order_by=id', method: "GET", params: {} } };
  return routes;
};

type Section = Readonly<Record<string, (message: unknown, done: (error: unknown, result: unknown) => void) => void>>;

describe("the older client, its routes made from the metadata", () => {
  let call: (section: string, method: string, message: unknown) => Promise<unknown>;

  beforeEach(async () => {
    const { hostname, port } = new URL(server.url);
    const client = new OctaneVanilla({ protocol: "http", host: hostname, port: Number(port), shared_space_id: 1001, workspace_id: 1002, tech_preview_API: true, routesConfig: (await routesFromMetadata()) as object });
    await new Promise<void>((resolve, reject) => {
      client.authenticate({ client_id: "tandem_client", client_secret: "tandem_secret" } as never, (error: unknown) => (error ? reject(error) : resolve()));
    });
    call = (section, method, message) =>
      new Promise((resolve, reject) => {
        (client as unknown as Readonly<Record<string, Section>>)[section]![method]!(message, (error, result) => (error ? reject(error) : resolve(result)));
      });
  });

  it("creates five defects with parent, severity and phase as read, updates and deletes them", async () => {
    const [root] = (await call("workItemRoots", "getAll", { limit: 1 })) as readonly Entity[];
    const severities = (await call("severities", "getAll", {})) as readonly Entity[];
    expect(severities.every((one) => String(one.logical_name).startsWith("list_node.severity."))).toBe(true);
    const phases = (await call("phases", "getAll", { query: Query.field("entity").equal("defect") })) as readonly Entity[];
    const sent = Array.from({ length: 5 }, (_, at) => ({ name: `defect${at}`, parent: root, severity: severities[at], phase: phases[at] }));
    const made = (await call("defects", "createBulk", sent)) as { readonly data: readonly Entity[] };
    const ids = made.data.map((one) => one.id);
    await call("defects", "update", { id: ids[0], name: "first" });
    await call("defects", "updateBulk", [{ id: ids[1], name: "second" }, { id: ids[2], name: "third" }]);
    const listed = (await call("defects", "getAll", { order_by: "id", fields: "name,phase,severity", limit: 3 })) as readonly Entity[] & { readonly meta: { readonly total_count: number } };
    expect(listed.meta.total_count).toBe(5);
    expect(listed.map((one) => [one.name, (one.phase as Entity).id])).toEqual([["first", "phase.defect.new"], ["second", "phase.defect.opened"], ["third", "phase.defect.fixed"]]);
    for (const id of ids) await call("defects", "delete", { id });
    expect(await call("defects", "getAll", {})).toHaveLength(0);
  });

  it("carries a file to a defect and back", async () => {
    const folder = mkdtempSync(join(tmpdir(), "octane-"));
    try {
      const file = join(folder, "attachment-test.txt");
      writeFileSync(file, "This is an attachment test file.");
      const defect = (await call("defects", "create", { name: "for the file" })) as Entity;
      const made = (await call("attachments", "create", { name: "attachment.txt", file, owner_work_item: { id: defect.id, type: "work_item" } })) as Entity;
      const bytes = (await call("attachments", "download", { id: made.id, filename: "attachment.txt" })) as Buffer;
      expect(bytes.toString()).toBe("This is an attachment test file.");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
