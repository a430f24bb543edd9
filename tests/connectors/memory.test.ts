import { createMemory } from "../../lib/connectors/memory.ts";
import { createWorld, itemOf } from "../../lib/connectors/memoryWorld.ts";
import { TARGET_TYPES } from "../support/engine/worlds.ts";
import { connectorContract } from "./contract/contract.ts";

connectorContract("memory", async () => {
  const time = { ms: Date.now() };
  const people = ["sync", "anna", "bo", "max1", "max2"].map((id) => ({ id, name: id.startsWith("max") ? "Max Muster" : id, email: `${id}@x.com`, active: true, attributes: {} }));
  const world = createWorld({ prefix: "w", projects: [{ id: "Q", name: "Q" }], types: TARGET_TYPES, people, clock: () => time.ms });
  return {
    open: async () => createMemory(world, { name: "memory", account: "sync" }),
    project: "Q",
    type: "Story",
    fields: { name: "name", text: "body", choice: { field: "status", values: ["Doing", "Done"] }, number: "estimate", date: "dueDate", person: { field: "assignee", person: "anna" }, reference: { field: "fixVersion", type: "version" }, many: { field: "labels", values: ["a", "b"] } },
    people: { unique: "anna@x.com", ambiguous: "max muster" },
    more: {
      person: "bo",
      comment: async (id, text) => {
        const item = itemOf(world, "Story", id);
        const at = world.now();
        item?.comments.push({ id: `p${item.comments.length}`, author: { person: "bo", name: "bo" }, createdAt: at, changedAt: at, text: `<p>${text}</p>`, restricted: false });
      },
      remove: async (id) => {
        const item = itemOf(world, "Story", id);
        if (item !== undefined) world.remove(item);
      },
      cannot: {
        line: "the types of the tests have none",
        readOnly: "the types of the tests have none",
        instant: "the types of the tests have none",
        far: "there is no workflow",
        unreachable: "there is no workflow",
        filter: "there is no language",
        saveFilter: "there is no language",
        restrictedComment: "what is restricted is decided in tests/run",
        editComment: "by our own account alone",
        removeComment: "by our own account alone",
        attach: "by our own account alone",
        move: "tests/run/sweep.test.ts moves items",
        hide: "tests/run/sweep.test.ts hides items",
        period: "tests/run/sprints.test.ts",
      },
    },
    personEdit: async (id, fields) => {
      const item = itemOf(world, "Story", id);
      if (item !== undefined) world.update("bo", item, fields);
    },
    setSearchLag: (seconds) => {
      world.searchLag = seconds;
    },
    tick: async () => {
      time.ms += 1000;
    },
    close: async () => undefined,
  };
});
