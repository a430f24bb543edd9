// The remaining switches of the sandbox ALM Octane, each both ways: what the document leaves open must be testable both ways.

import { describe, expect, it } from "vitest";
import { DEFAULTS } from "../../lib/sandbox/octane/options.ts";
import { type Caller, newCaller, signedIn } from "./octaneCaller.ts";

const ref = (type: string, id: string) => ({ type, id });

const childAge = (caller: Caller): unknown => {
  const feature = caller.make("features", { name: "f" });
  caller.clock.at += 60_000;
  const story = caller.make("stories", { name: "s", parent: ref("feature", feature) });
  const born = caller.get(`features/${feature}?fields=last_modified`).body.last_modified;
  caller.clock.at += 60_000;
  caller.remove(`stories/${story}`);
  return [born, caller.get(`features/${feature}?fields=last_modified`).body.last_modified];
};

const upload = (name: string) => (caller: Caller): unknown => {
  const id = caller.make("defects", { name: "x" });
  return caller.call("POST", `attachments?name=${name}&owner_work_item=${id}`, Buffer.from("x"), { "content-type": "application/octet-stream" }).status;
};

const strictPhase = (caller: Caller): unknown => caller.put(`defects/${caller.make("defects", { name: "x" })}`, { phase: ref("phase", "phase.defect.closed") }).status;

const later = (minutes: number) => (caller: Caller): unknown => {
  caller.clock.at += minutes * 60_000;
  return caller.get("defects").status;
};

const pages = (caller: Caller): unknown => {
  caller.post("defects", { name: "a" }, { name: "b" }, { name: "c" });
  return [caller.get("defects").data.length, caller.get("defects?limit=5000").status];
};

const reservedSignIn = (caller: Caller): unknown => caller.call("POST", "/authentication/sign_in", { user: "tandem_client", password: "tandem_secret" }, { hpeclienttype: "HPE_MQM_UI" }).status;

const cases: readonly (readonly [string, Readonly<Record<string, unknown>>, (caller: Caller) => unknown, unknown, unknown])[] = [
  ["touchOnChild", { touchOnChild: true }, childAge, ["2026-03-02T10:00:00Z", "2026-03-02T10:00:00Z"], ["2026-03-02T10:01:00Z", "2026-03-02T10:02:00Z"]],
  ["attachmentExtensions", { attachmentExtensions: null }, upload("a.exe"), 409, 201],
  ["startTransitions", { startTransitions: false }, (caller) => caller.get('transitions?query="source_phase EQ {null}"').body.total_count, 11, 0],
  ["strictPhaseStatus", { phaseTransitions: "strict", strictPhaseStatus: 400 }, strictPhase, 200, 400],
  ["idleMinutes", { idleMinutes: 1 }, later(5), 200, 401],
  ["globalMinutes", { globalMinutes: 1 }, later(5), 200, 401],
  ["defaultLimit and maxLimit", { defaultLimit: 2, maxLimit: 10 }, pages, [3, 200], [2, 400]],
  ["previewHistory", { previewHistory: false }, (caller) => caller.get("history_records").status, 404, 200],
  ["maxRequestBytes", { maxRequestBytes: 50 }, (caller) => caller.post("defects", { name: "x".repeat(100) }).status, 201, 400],
  ["signInClientTypes", { signInClientTypes: "accept" }, reservedSignIn, 403, 200],
  ["version", { version: "24.1.5" }, (caller) => caller.get("/admin/server/version").body.display_version, "16.1.100", "24.1.5"],
];

describe("a switch", () => {
  it.each(cases)("%s changes what it says and nothing by default", (_, options, deed, byDefault, switched) => {
    expect(deed(signedIn())).toEqual(byDefault);
    expect(deed(signedIn(options))).toEqual(switched);
  });

  it("has a default, and a misspelt one is refused with the list of all", () => {
    expect(Object.keys(DEFAULTS).length).toBeGreaterThan(40);
    expect(() => newCaller({ touchOnKid: true })).toThrow(/touchOnChild/);
  });
});
