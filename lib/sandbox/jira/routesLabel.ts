// Labels: the list of Cloud (sheet §12), and the suggestions that `autoCompleteUrl` of both flavours leads to.

import type { SandboxReply } from "../imitation.ts";
import { ok, pageBean, sees, text, type Call, type Route } from "./call.ts";

const known = (call: Call): readonly string[] => {
  const all = [...call.world.issues.values()].filter((issue) => sees(call.world, call.user, issue)).flatMap((issue) => issue.values["labels"] ?? []);
  return [...new Set(all.filter((label) => typeof label === "string"))].sort();
};

const escaped = (words: string): string => words.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);

const suggest = (call: Call): SandboxReply => {
  const token = text(call, "query") ?? "";
  const found = known(call).filter((label) => label.toLowerCase().startsWith(token.toLowerCase())).slice(0, 20);
  return ok({ token, suggestions: found.map((label) => ({ label, html: `<b>${escaped(label.slice(0, token.length))}</b>${escaped(label.slice(token.length))}` })) });
};

export const labelRoutes: readonly Route[] = [{ method: "GET", path: "/label", only: "cloud", anonymous: true, run: (call) => ok(pageBean(call, known(call), { usual: 1000, most: 1000 }, (label) => label)) }];

/** From the root of the site. */
export const labelRootRoutes: readonly Route[] = [{ method: "GET", path: "/rest/api/1.0/labels/suggest", run: suggest }];
