// The deprecated JSON API of the sandbox ALM/QC: the same rows in plain objects, another grammar.

import { beforeEach, describe, expect, it } from "vitest";
import { type Caller, defect, signedIn } from "./almQcCaller.ts";

const OLD = "/qcbin/api/domains/DEFAULT/projects/DEMO";
let caller: Caller;

beforeEach(() => {
  caller = signedIn();
  caller.make("releases", { name: "R", "parent-id": 1, "start-date": "2026-01-01", "end-date": "2026-06-30" });
  caller.make("defects", defect({ name: "Anna's cart", status: "New", "user-02": ["api", "web"], "detected-in-rel": 1 }));
  caller.make("defects", defect({ name: "Price", status: "Open", "user-04": 3 }));
  caller.make("defects", defect({ name: "Wallet", status: "Fixed", owner: "bo.chen" }));
});

const ids = (search: string): unknown => {
  const { status, body } = caller.get(`${OLD}/defects?${search}`);
  return status === 200 ? (body.data as readonly { readonly id: number }[]).map(({ id }) => id) : status;
};

describe("the deprecated API", () => {
  it("shows plain objects", () => {
    expect(caller.get(`${OLD}/defects?fields=name,detected-in-rel,user-02,user-04,owner&limit=2`).body).toEqual({
      data: [
        { type: "defect", id: 1, name: "Anna's cart", owner: null, "detected-in-rel": { type: "release", id: 1 }, "user-02": ["api", "web"], "user-04": null },
        { type: "defect", id: 2, name: "Price", owner: null, "detected-in-rel": null, "user-02": [], "user-04": 3 },
      ],
      "total-count": 3,
    });
    expect(caller.get(`${OLD}/defects/3`).body).toMatchObject({ type: "defect", id: 3, owner: "bo.chen" });
    expect(caller.get(`${OLD}/defects/$metadata/fields`).text).toContain('{"name":"severity","label":"Severity","type":"LookupList","required":true,"multi-value":false}');
  });

  it.each([
    ["", [1, 2, 3]],
    [`"status = 'New'"`, [1]],
    ["status = 'New';id > 5", []],
    ["status = 'New' || id >= 3", [1, 3]],
    ["!status = 'New'", [2, 3]],
    ["status <> 'New';(id < 3 || owner = 'bo.chen')", [2, 3]],
    ["owner = null", [1, 2]],
    ["owner <> null", [3]],
    ["name = 'Anna\\'s*'", [1]],
    ["user-02 = 'web'", [1]],
    ["status = 'New", 400],
    ["status New", 400],
    ["nonsense = 1", 400],
    ["description = 'x'", 400],
    ["(id = 1", 400],
    ["id = 1 id = 2", 400],
  ])("reads the query %s", (query, expected) => {
    expect(ids(`query=${encodeURIComponent(query)}`)).toEqual(expected);
  });

  it.each([
    ["limit=1", [1]],
    ["limit=1&offset=1", [2]],
    ["offset=3", []],
    ["order-by=-id", [3, 2, 1]],
    ["order-by=name", [1, 2, 3]],
    ["limit=2001", 404],
    ["limit=x", 404],
    ["order-by=nonsense", 404],
    ["fields=nonsense", 400],
  ])("pages by %s", (search, expected) => {
    expect(ids(search)).toEqual(expected);
  });

  it("writes by the same rules", () => {
    const made = caller.call("POST", `${OLD}/defects`, { data: [{ type: "defect", name: "x", severity: "1-Low", "detected-by": "sync", "creation-time": "2026-03-01", "detected-in-rel": { type: "release", id: 1 } }] });
    expect([made.status, made.body["total-count"], caller.row("defects/4")["detected-in-rel"]]).toEqual([201, 1, ["1"]]);
    expect(caller.call("PUT", `${OLD}/defects/4`, { status: "Open", "detected-in-rel": null }).body).toMatchObject({ status: "Open", "detected-in-rel": null });
    expect(caller.call("PUT", `${OLD}/defects/4`, { status: "Nonsense" }).error).toBe("invalid-list-field-value");
    expect([caller.call("DELETE", `${OLD}/defects/4`).status, caller.get(`${OLD}/defects/4`).status, caller.get(`${OLD}/nonsense`).status]).toEqual([200, 404, 404]);
  });
});
