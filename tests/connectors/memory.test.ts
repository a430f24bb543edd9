import { createMemory } from "../../lib/connectors/memory.ts";
import { createWorld, itemOf } from "../../lib/connectors/memoryWorld.ts";
import { TARGET_TYPES } from "../support/worlds.ts";
import { connectorContract } from "./contract.ts";

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
