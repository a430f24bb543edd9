import { describe, expect, it } from "vitest";
import { DECISION_COLUMNS, eachDecision } from "../../../lib/core/match/decisions.ts";
import { pairByName } from "../../../lib/core/match/pairByName.ts";
import { type DecidedPeople, readPeopleDecisions } from "../../../lib/core/match/peopleDecisions.ts";
import { csvLine } from "../../../lib/core/users/csvRows.ts";

const sources = (connection: string) => (connection === "c" ? { master: "octane", target: "jira" } : connection === "d" ? { master: "octane", target: "qc" } : undefined);
const read = (text: string, format: "csv" | "json" = "csv"): Promise<DecidedPeople> => readPeopleDecisions([new TextEncoder().encode(text)], format, sources);

type Row = Partial<Readonly<Record<(typeof DECISION_COLUMNS)[number], string>>>;
const table = (...rows: readonly Row[]): string => csvLine(DECISION_COLUMNS) + rows.map((row) => csvLine(DECISION_COLUMNS.map((column) => ({ decision: "yes", connection: "c", syncSet: "user", ...row })[column] ?? ""))).join("");
const names = ({ maps }: DecidedPeople): Readonly<Record<string, readonly string[]>> => Object.fromEntries(maps.map((map) => [map.name, map.users.map((user) => `${user.dataSource}/${user.name}`)]));

describe("decisions about people", () => {
  it("become user maps with login and id of both sides, as the table of matchByName tells them", async () => {
    const { verdicts } = pairByName([{ id: "1", name: "Gary Bear", login: "gary.bear" }], [{ id: "a-1", name: "Bear, Gary", email: "gary@x.com" }], { kind: "person" });
    const rows = [...eachDecision({ connection: "c", syncSet: "user", verdicts })];
    const expected = { "Gary Bear": ["jira/a-1", "jira/gary@x.com", "octane/1", "octane/gary.bear"] };
    expect(names(await read(table(...rows)))).toEqual(expected);
    expect(names(await read(JSON.stringify(rows), "json"))).toEqual(expected);
  });

  it("join rows that share a name, over connections too, and keep people of one name apart", async () => {
    const rows = [
      { masterId: "1", masterName: "Max Muster", targetId: "a", masterLogin: "max" },
      { masterId: "2", masterName: "Max Muster", targetId: "b" },
      { masterId: "1", masterName: "Max Muster", targetId: "c" },
      { connection: "d", masterId: "1", masterName: "Muster", targetId: "=q" },
    ];
    expect(names(await read(table(...rows)))).toEqual({ "Max Muster (2)": ["jira/b", "octane/2"], "Max Muster (max)": ["jira/a", "jira/c", "octane/1", "octane/max", "qc/=q"] });
  });

  it("join two people of whom a third row says that they are one", async () => {
    expect(names(await read(table({ masterId: "1", masterName: "A", targetId: "a" }, { masterId: "2", masterName: "B", targetId: "b" }, { masterId: "1", masterName: "A", targetId: "b" })))).toEqual({ A: ["jira/a", "jira/b", "octane/1", "octane/2"] });
  });

  it("take the id alone where the login was hidden in what was printed", async () => {
    expect(names(await read(table({ masterId: "1", masterName: "Sync", targetId: "a", masterLogin: "•••", targetLogin: "•••" })))).toEqual({ Sync: ["jira/a", "octane/1"] });
  });

  it("are refused with their line where they say what cannot be done, and nothing is made of a no", async () => {
    const rows = [{ decision: "", masterId: "1", targetId: "a" }, { decision: "No", masterId: "1", targetId: "a" }, { decision: "perhaps" }, { masterId: "1" }, { connection: "x", masterId: "1", targetId: "a" }, { syncSet: "c/story~Story/1~2", masterId: "1", targetId: "a" }, { masterId: "1", targetId: "5,57E+23" }];
    const { maps, rejected } = await read(table(...rows));
    expect(maps).toEqual([]);
    expect(rejected.map(({ line, reason }) => `${line}: ${reason}`)).toEqual(['4: the decision is "perhaps"; it is yes, no or nothing', "5: the decision is yes but an id is missing", '6: no connection is called "x"', "7: is a pair of items (c/story~Story/1~2): give it to seedCrossReferences", '8: "5,57E+23" is a long number that a spreadsheet has rounded: have the column as text there']);
  });
});
