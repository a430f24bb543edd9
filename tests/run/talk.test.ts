// How systems tell of comments and files: when they are read, with their item, or by a list of what changed. What is carried is the
// same; what is asked for is not.

import { describe, expect, it } from "vitest";
import type { Talk } from "../../lib/connectors/memory.ts";
import type { MemoryItem } from "../../lib/connectors/memoryWorld.ts";
import type { Side } from "../../lib/core/types.ts";
import { freshName, storeOfFile } from "../support/store/store.ts";
import { CONNECTION, createWorlds, itemsOf, make, total, type Worlds } from "../support/engine/worlds.ts";

const hand = storeOfFile();
const TEXT = CONNECTION.replace("target: beta\n", "target: beta\ncomments: biDirectional\nattachments: biDirectional\n");

interface Stage {
  readonly w: Worlds;
  /** Calls about comments and files since this was last asked. */
  asked(): readonly string[];
  /** Runs a while later; readings overlap. */
  run(): Promise<number>;
  say(item: MemoryItem, text: string): void;
}

const openStage = (talk: Record<Side, Talk>): Stage => {
  const calls: string[] = [];
  const before = (call: string): void => void calls.push(call);
  const capabilities = { overlapSeconds: 600 };
  const w = createWorlds(hand.store, { connection: TEXT.replace("name: demo", `name: ${freshName()}`), how: { talk, capabilities: { master: capabilities, target: capabilities }, hooks: { master: { before: (call) => before(`master ${call}`) }, target: { before: (call) => before(`target ${call}`) } } } });
  return {
    w,
    asked: () => calls.splice(0).filter((call) => /comments|attachments/.test(call)),
    run: async () => {
      w.time.ms += 1000;
      const result = await w.iterate({}, { hooks: { master: { before: (call) => before(`master ${call}`) }, target: { before: (call) => before(`target ${call}`) } } });
      return total(result, "comments");
    },
    say: (item, text) => {
      w.time.ms += 1000;
      item.comments.push({ id: `s${text}`, author: { person: "anna", name: "Anna" }, createdAt: w.master.now(), changedAt: w.master.now(), text: `<p>${text}</p>`, restricted: false });
      if (talk.master !== "apart") w.master.update("anna", item, {});
    },
  };
};

const paired = async (stage: Stage): Promise<{ readonly story: MemoryItem; readonly copy: MemoryItem }> => {
  const story = make(stage.w, "master", "story", { name: "A" });
  await stage.run();
  await stage.run();
  const [copy] = itemsOf(stage.w.target, "Story");
  if (copy === undefined) throw new Error("nothing was made");
  stage.asked();
  return { story, copy };
};

describe("where comments and files are told apart from their items", () => {
  const apart = (): Stage => openStage({ master: "apart", target: "read" });

  it("a change that was carried over is no reason to look at the pair again, though overlapping readings tell of it", async () => {
    const stage = apart();
    const { story, copy } = await paired(stage);
    stage.say(story, "once");
    expect([await stage.run(), copy.comments.length]).toEqual([1, 1]);
    stage.asked();
    // The copy is a new version of its item, which is looked at once.
    expect([await stage.run(), stage.asked().filter((call) => call.endsWith(".read")).length]).toEqual([0, 2]);
    expect([await stage.run(), stage.asked()]).toEqual([0, ["master comments.changed", "master attachments.changed"]]);
  });

  it("our own copy there is none either, nor is what is said of items that have no partner", async () => {
    const stage = openStage({ master: "read", target: "apart" });
    const { story, copy } = await paired(stage);
    stage.say(story, "theirs");
    expect([await stage.run(), copy.comments.length]).toEqual([1, 1]);
    stage.asked();
    expect([await stage.run(), stage.asked()]).toEqual([0, ["target comments.changed", "target attachments.changed"]]);
  });

  it("an edit is seen", async () => {
    const stage = apart();
    const { story, copy } = await paired(stage);
    stage.say(story, "badly");
    await stage.run();
    stage.w.time.ms += 1000;
    const [said] = story.comments;
    if (said === undefined) throw new Error("nothing was said");
    story.comments.splice(0, 1, { ...said, text: "<p>well</p>", changedAt: stage.w.master.now() });
    expect([await stage.run(), copy.comments.map(({ text }) => text.includes("well"))]).toEqual([1, [true]]);
  });

  it("what was said since the last iteration comes over when the mapping changed meanwhile, or the watermark was cleared", async () => {
    const stage = apart();
    const { story, copy } = await paired(stage);
    stage.say(story, "before the mapping");
    stage.w.define(TEXT.replace("name: demo", `name: ${stage.w.connection().name}`).replace("{ master: points, target: estimate }", "{ master: points, target: estimate, direction: fromMaster }"));
    expect([await stage.run(), copy.comments.length]).toEqual([1, 1]);
    await stage.run();
    stage.say(story, "before the clearing");
    expect(await hand.store.watermarks.clear(stage.w.connection().name)).toBeGreaterThan(0);
    stage.w.time.ms += 7_200_000;
    expect([await stage.run(), copy.comments.length]).toEqual([1, 2]);
  });

  it("what was said while its item stood in another project comes when that is back, however long ago it was told", async () => {
    const stage = apart();
    const { story, copy } = await paired(stage);
    const moveTo = (project: string): void => {
      stage.w.time.ms += 3_600_000;
      story.project = project;
      stage.w.master.update("anna", story, {});
    };
    moveTo("elsewhere");
    stage.say(story, "abroad");
    expect([await stage.run(), copy.comments.length]).toEqual([0, 0]);
    stage.w.time.ms += 3_600_000;
    // From now on nobody tells of it any more.
    await stage.run();
    moveTo("P");
    expect([await stage.run(), copy.comments.length]).toEqual([1, 1]);
  });

  it("several types are told of by one question", async () => {
    const stage = apart();
    expect(stage.w.connection().syncSets.length).toBeGreaterThan(1);
    await paired(stage);
    await stage.run();
    expect(stage.asked()).toEqual(["master comments.changed", "master attachments.changed"]);
  });
});

describe("where items tell of their comments and files", () => {
  it("nothing is read of them, and everything is carried", async () => {
    const stage = openStage({ master: "told", target: "told" });
    const { story, copy } = await paired(stage);
    stage.say(story, "told");
    expect([await stage.run(), copy.comments.length, stage.asked().filter((call) => call.endsWith("comments.add") || call.startsWith("master"))]).toEqual([1, 1, ["target comments.add"]]);
    // Its copy moved the other item.
    expect([await stage.run(), stage.asked().filter((call) => call.startsWith("target"))]).toEqual([0, []]);
    expect([await stage.run(), stage.asked()]).toEqual([0, []]);
  });

  it("of a changed item that says nothing new its partner is read all the same", async () => {
    const stage = openStage({ master: "told", target: "read" });
    const { story } = await paired(stage);
    stage.w.time.ms += 1000;
    // A field that is not mapped.
    stage.w.master.update("anna", story, {});
    expect([await stage.run(), stage.asked()]).toEqual([0, ["target comments.read", "target attachments.list"]]);
  });

  it("what seems to be gone is read before it is taken for deleted", async () => {
    const stage = openStage({ master: "told", target: "told" });
    const { story, copy } = await paired(stage);
    stage.say(story, "stays");
    await stage.run();
    stage.asked();
    stage.w.time.ms += 1000;
    const gone = story.comments.splice(0);
    stage.w.master.update("anna", story, {});
    expect([await stage.run(), copy.comments.length, gone.length, stage.asked().filter((call) => call.endsWith("comments.read"))]).toEqual([1, 0, 1, ["master comments.read", "target comments.read"]]);
  });
});
