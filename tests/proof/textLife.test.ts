// Random life of rich texts between two systems that cannot hold the same: edits of words, marks and paragraphs on both
// sides, kills and lost replies in between. In the end both say the same words, what nobody touched looks as it did, and
// nothing is written any more.

import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { LostReply } from "../../lib/connectors/memory.ts";
import { parseNormal, plainText, printNormal } from "../../lib/core/text/normal.ts";
import { paragraph, text } from "../../lib/core/text/node.ts";
import { tidyDoc } from "../../lib/core/text/tidy.ts";
import type { Side } from "../../lib/core/types.ts";
import { edit, itemsOf, make, revisions } from "../support/engine/worlds.ts";
import { figure } from "./figures.ts";
import { Killed, KINDS, openStage, type Stage } from "./killing.ts";

const SEQUENCES = Number(process.env.TANDEM_SEQUENCES ?? 150);
const SEED = Number(process.env.TANDEM_SEED ?? 20261126);

const TOUCHED = '<p>one <b>two</b> three <u>four</u> five</p><ul><li>six</li><li>seven <i>eight</i></li></ul>';
/** Nobody edits these: they must look as they did, whatever happens around them. */
const KEPT = '<p>keep <span style="color:#ff0000">red</span> and <u>line</u></p>';
const RICH = `${KEPT}${TOUCHED}<div class="panel-note"><p>stays <u>here</u></p></div>`;

/** The target knows neither colours nor underlines nor panels. */
const poorer = (normal: string): string => normal.replace(/<\/?(u|span)(?=[ >])[^>]*>/g, "").replace(/<div class="panel-note">(.*?)<\/div>/g, "<blockquote>$1</blockquote>");

type Event =
  | { readonly do: "word"; readonly side: Side; readonly nth: number }
  | { readonly do: "bold"; readonly side: Side; readonly nth: number }
  | { readonly do: "paragraph"; readonly side: Side }
  | { readonly do: "iterate" }
  | { readonly do: "killed"; readonly at: number; readonly when: "before" | "after" }
  | { readonly do: "lost reply"; readonly side: Side };

const side = fc.constantFrom<Side>("master", "target");
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("word" as const), side, nth: fc.nat(7) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("bold" as const), side, nth: fc.nat(7) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("paragraph" as const), side }) },
  { weight: 6, arbitrary: fc.constant({ do: "iterate" as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("killed" as const), at: fc.integer({ min: 1, max: 12 }), when: fc.constantFrom<"before" | "after">("before", "after") }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("lost reply" as const), side }) },
);

const FIELD: Readonly<Record<Side, string>> = { master: "description", target: "body" };
const TYPE: Readonly<Record<Side, string>> = { master: "story", target: "Story" };

class Texts {
  readonly stage: Stage;
  #serial = 0;

  constructor(stage: Stage) {
    this.stage = stage;
  }

  change(on: Side, how: (normal: string) => string): void {
    const [item] = itemsOf(this.stage.w[on], TYPE[on]);
    if (item === undefined) return;
    edit(this.stage.w, on, item, { [FIELD[on]]: printNormal(tidyDoc(parseNormal(how(String(item.fields[FIELD[on]]))))) });
  }

  /** The n-th word that may be edited. */
  word(on: Side, nth: number, how: (word: string) => string): void {
    let seen = 0;
    this.change(on, (normal) => normal.replace(/(?<=[> ])(one|two|three|four|five|six|seven|eight|new\d+)(?=[< ])/g, (word) => (seen++ === nth ? how(word) : word)));
  }

  async iterate(hooks?: Stage["how"]["hooks"]): Promise<void> {
    this.stage.w.time.ms += 1000;
    try {
      await this.stage.w.iterate({}, { store: this.stage.store, ...(hooks === undefined ? this.stage.how : { hooks }) });
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }

  async happen(what: Event): Promise<void> {
    if (what.do === "word") this.word(what.side, what.nth, () => `new${++this.#serial}`);
    else if (what.do === "bold") this.word(what.side, what.nth, (word) => `<b>${word}</b>`);
    else if (what.do === "paragraph") this.change(what.side, (normal) => normal + printNormal([paragraph([text(`new${++this.#serial}`)])]));
    else if (what.do === "iterate") await this.iterate();
    else if (what.do === "killed") {
      this.stage.arm(what.at, what.when);
      await this.iterate();
      this.stage.revive();
    } else {
      let writes = 0;
      await this.iterate({ [what.side]: { after: (call: string) => { if (call === "update" && ++writes === 1) throw new LostReply(); } } });
    }
  }
}

afterAll(() => figure(`life of texts: ${SEQUENCES} sequences on each of ${KINDS.length} kinds of endpoints, seed ${SEED}`));

describe("random life of rich texts", () => {
  it.each(KINDS.map((kind) => [kind.title, kind] as const))("ends with the same words, untouched formatting and no echo, on endpoints with %s", async (_title, kind) => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 3, maxLength: 18 }), async (events) => {
        const stage = openStage(kind, { target: { storedAs: (name, value) => (name === "body" && typeof value === "string" ? poorer(value) : value) } });
        const { w } = stage;
        make(w, "master", "story", { name: "A", description: RICH });
        const texts = new Texts(stage);
        await texts.iterate();
        for (const what of events) await texts.happen(what);
        for (let n = 0; n < 3; n++) {
          w.time.ms += 7 * 3_600_000;
          await texts.iterate();
        }
        const [master, target] = [String(itemsOf(w.master, "story")[0]?.fields.description), String(itemsOf(w.target, "Story")[0]?.fields.body)];
        expect(plainText(target)).toBe(plainText(master));
        expect(master).toContain(KEPT);
        expect(master).toContain('<div class="panel-note"><p>stays <u>here</u></p></div>');
        const before = revisions(w);
        await texts.iterate();
        expect(revisions(w)).toBe(before);
      }),
      { numRuns: SEQUENCES, seed: SEED, endOnFailure: false },
    );
  });
});
