import { expect, it } from "vitest";
import { pairByName } from "../../../lib/core/match/pairByName.ts";

const found = (master: string, target: string): boolean =>
  pairByName([{ id: "m", name: master }], [{ id: "t", name: target }], { kind: "person" }).verdicts.some(({ situation }) => situation === "found");

it.each([
  ["田村 蓮 (Tamura Ren)", "TAMURA Ren"], ["水野 太郎 (Mizuno Tarō)", "Taro Mizuno"], ["松井 潤 (Matsui Jun)", "Jun Matsui"], ["王伟 (Wei Wang)", "Wang, Wei"], ["김민수 (Kim Min-su)", "Minsu Kim"], ["محمد المصري (Mohamed Al-Masri)", "Mohamed Elmasry"], ["שרה כהן (Sarah Cohen)", "Cohen, Sarah"],
  ["タムラ ユミコ (Tamura Yumiko)", "Yumiko Tamura"], ["田村 蓮（Tamura Ren）", "Ren Tamura"],
])("%s is %s", (master, target) => {
  expect(found(master, target)).toBe(true);
  expect(found(target, master)).toBe(true);
});

// A place, a department, a status, or somebody else: what does not sound like the name, or is known to be none, is a remark.
it.each([["李静 (Hong Kong)", "王芳 (Hong Kong)"], ["李静 (Sales Japan)", "陈芳 (Sales Japan)"], ["陈静 (Shanghai Lab)", "Lab Shanghai"], ["김민수 (Park Jiwon)", "Jiwon Park"], ["محمد المصري (Gary Bear)", "Gary Bear"], ["王伟 (Extern)", "Extern"]])("%s is not %s", (master, target) => {
  expect(found(master, target)).toBe(false);
});

it("a namesake of the same list who shows no Latin name is a rival, on either side", () => {
  const list = [{ id: "1", name: "山田 彩 (Yamada Aya)" }, { id: "2", name: "山田彩" }];
  const other = [{ id: "9", name: "Aya Yamada" }];
  for (const [masters, targets] of [[list, other], [other, list]] as const) {
    const { verdicts } = pairByName(masters, targets, { kind: "person" });
    expect(verdicts.map(({ situation }) => situation)).not.toContain("found");
    expect(verdicts.find(({ entry }) => entry.id === "9")?.candidates.map(({ entry }) => entry.id).toSorted()).toEqual(["1", "2"]);
  }
});
