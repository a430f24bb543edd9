import { describe, expect, it } from "vitest";
import { deleteConnection } from "../../lib/run/deleteConnection.ts";
import { type IterationOptions, syncIteration } from "../../lib/run/syncIteration.ts";
import { freshName, storeOfFile } from "../support/store/store.ts";
import { CONNECTION, createWorlds, itemsOf, make, type Worlds } from "../support/engine/worlds.ts";

const hand = storeOfFile();

const worlds = (name: string): Worlds => createWorlds(hand.store, { connection: CONNECTION.replace("name: demo", `name: ${name}`) });

const iterate = (w: Worlds, target: string, options: IterationOptions = {}) => {
  const context = w.context(hand.store);
  return syncIteration({ ...context, connection: { ...context.connection, addresses: { master: "octane octane.example", target } } }, options);
};

describe("a data source that leads elsewhere than before", () => {
  it("is refused before anything is read, and what is written in the record says why", async () => {
    const name = freshName();
    const w = worlds(name);
    make(w, "master", "story", { name: "A" });
    await iterate(w, "jira test.example");
    const trial = worlds(name);
    make(trial, "master", "story", { name: "a stranger of the same id" });
    for (const options of [{ dryRun: true }, {}]) await expect(iterate(trial, "jira production.example", options)).rejects.toMatchObject({ exitCode: 1, message: `beta leads to jira production.example, and the cross references of ${name} were made with jira test.example`, advice: expect.stringContaining("--accept-new-address") });
    expect(itemsOf(trial.target, "Story")).toEqual([]);
    expect((await hand.store.runs.list(name)).map(({ status, message }) => [status, message]).filter(([status]) => status === "failed")).toEqual([["failed", expect.stringContaining("leads to jira production.example")]]);
  });

  it("is believed once for whoever insists", async () => {
    const w = worlds(freshName());
    make(w, "master", "story", { name: "A" });
    await iterate(w, "jira old.example");
    for (const options of [{ accept: { newAddress: true } }, {}]) expect((await iterate(w, "jira new.example", options)).status).toBe("done");
    await expect(iterate(w, "jira old.example")).rejects.toMatchObject({ exitCode: 1 });
  });

  it("is nobody's trouble where no pair is known, or none any more", async () => {
    const name = freshName();
    const w = worlds(name);
    await iterate(w, "jira one.example");
    make(w, "master", "story", { name: "A" });
    expect((await iterate(w, "jira two.example")).status).toBe("done");
    await deleteConnection(w.context(hand.store), name, { by: "op" });
    expect((await iterate(w, "jira three.example")).status).toBe("done");
  });
});
