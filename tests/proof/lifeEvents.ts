// What happens in a random life of two systems, and what people make of its definition meanwhile.

import fc from "fast-check";
import type { Side } from "../../lib/core/types.ts";
import { CONNECTION } from "../support/engine/worlds.ts";

export const BASE = CONNECTION.replace("target: beta\n", "target: beta\ncomments: biDirectional\n");
const POINTS = "      - { master: points, target: estimate }\n";
const NAME = "      - { master: name, target: name }\n      - { master: description";
const STATUS = "        target: status\n";
const DOING = "          - { master: In Progress, target: Doing }\n";
const DONE = "          - { master: Done, target: Done }\n";
const STORY = "  - master: story\n    target: Story\n";
/** What people make of the definition meanwhile; in the end it is the first again. */
export const MAPPINGS: readonly string[] = [
  BASE,
  BASE.replace("target: beta\n", "target: beta\nconflict: newest\n"),
  BASE.replace("target: beta\n", "target: beta\nconflict: hold\n"),
  BASE.replace("comments: biDirectional\n", ""),
  BASE.replace("comments: biDirectional\n", "comments: fromMaster\n"),
  BASE.replace(POINTS, ""),
  BASE.replace(POINTS, "      - { master: points, target: estimate, direction: fromMaster }\n"),
  BASE.replace(POINTS, "      - { master: points, target: estimate, direction: toMaster }\n"),
  BASE.replace(NAME, NAME.replace("name }", "name, conflict: target }")),
  BASE.replace(STATUS, `${STATUS}        direction: fromMaster\n`),
  BASE.replace(DONE, ""),
  BASE.replace(DOING, DOING.replace("Doing", "Done")),
  BASE.replace(DOING, DOING.replace("In Progress", "New")),
  BASE.replace(STORY, `${STORY}    direction: toMaster\n`),
  BASE.replace(STORY, `${STORY}    criteria: { master: { field: points, operator: greaterThan, value: 120 } }\n    unmatched: { master: pause }\n`),
  BASE.slice(0, BASE.indexOf(STORY)),
];

/** One thing that happens in the life of two systems. */
export type Event =
  | { readonly do: "create"; readonly side: Side }
  | { readonly do: "edit"; readonly side: Side; readonly which: number; readonly field: "name" | "points" | "phase" }
  | { readonly do: "iterate" }
  | { readonly do: "killed"; readonly at: number; readonly when: "before" | "after" }
  | { readonly do: "lost reply"; readonly side: Side; readonly nth: number }
  | { readonly do: "edit meanwhile"; readonly side: Side; readonly call: number; readonly when: "before" | "after"; readonly field: "name" | "points" }
  | { readonly do: "wait"; readonly seconds: number }
  | { readonly do: "sweep" }
  | { readonly do: "mapping"; readonly which: number }
  | { readonly do: "comment"; readonly side: Side; readonly which: number }
  | { readonly do: "edit of a comment"; readonly side: Side; readonly which: number }
  | { readonly do: "index lag"; readonly side: Side; readonly seconds: number }
  | { readonly do: "hide"; readonly side: Side; readonly which: number }
  | { readonly do: "show" }
  | { readonly do: "backup" }
  | { readonly do: "put back"; readonly empty: boolean }
  | { readonly do: "slices"; readonly order: readonly number[] | "at once"; readonly killed?: { readonly at: number; readonly when: "before" | "after" } }
  | { readonly do: "move"; readonly side: Side; readonly which: number }
  | { readonly do: "killed after its create"; readonly slice: number; readonly side: Side; readonly moves: boolean }
  | { readonly do: "move meanwhile"; readonly slice: number; readonly side: Side; readonly call: number; readonly when: "before" | "after" };

const side = fc.constantFrom<Side>("master", "target");
const when = fc.constantFrom<"before" | "after">("before", "after");
export const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("create" as const), side }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("edit" as const), side, which: fc.nat(20), field: fc.constantFrom("name" as const, "points" as const, "phase" as const) }) },
  { weight: 4, arbitrary: fc.constant({ do: "iterate" as const }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("killed" as const), at: fc.integer({ min: 1, max: 30 }), when }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("lost reply" as const), side, nth: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("edit meanwhile" as const), side, call: fc.integer({ min: 1, max: 12 }), when, field: fc.constantFrom("name" as const, "points" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), seconds: fc.integer({ min: 1, max: 4000 }) }) },
  { weight: 1, arbitrary: fc.constant({ do: "sweep" as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("mapping" as const), which: fc.nat(MAPPINGS.length - 1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("comment" as const), side, which: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("hide" as const), side, which: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.constant({ do: "show" as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("edit of a comment" as const), side, which: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("index lag" as const), side, seconds: fc.constantFrom(0, 30, 300) }) },
);

/** Of two pairs of projects, each worked on by itself, in any order or beside each other; items move between them. */
export const slicedEvent: fc.Arbitrary<Event> = fc.oneof(
  { weight: 12, arbitrary: event },
  { weight: 9, arbitrary: fc.record({ do: fc.constant("slices" as const), order: fc.constantFrom<readonly number[] | "at once">([0], [1], [0, 1], [1, 0], "at once"), killed: fc.option(fc.record({ at: fc.integer({ min: 1, max: 40 }), when }), { nil: undefined, freq: 2 }) }).map(({ killed, ...one }) => ({ ...one, ...(killed === undefined ? {} : { killed }) })) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("move" as const), side, which: fc.nat(3) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("killed after its create" as const), slice: fc.nat(1), side, moves: fc.boolean() }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("move meanwhile" as const), slice: fc.nat(1), side, call: fc.integer({ min: 1, max: 14 }), when }) },
);

/** The same, and backups that are put back while life goes on. */
export const restoredEvent: fc.Arbitrary<Event> = fc.oneof(
  { weight: 10, arbitrary: event },
  { weight: 20, arbitrary: slicedEvent },
  { weight: 2, arbitrary: fc.constant({ do: "backup" as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("put back" as const), empty: fc.boolean() }) },
);
