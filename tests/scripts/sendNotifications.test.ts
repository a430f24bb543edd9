// sendNotifications and what syncIteration tells by itself, as a user runs them, with a mail server and a webhook of our own.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyScript } from "../support/scripts/help.ts";
import { type Listener, startListener } from "../support/outside/listener.ts";
import { openSite, type Site, STORIES, story } from "../support/scripts/site.ts";
import { type SmtpServer, startSmtp } from "../support/outside/smtp.ts";

everyScript("sendNotifications");

describe("sendNotifications", () => {
  let site: Site;
  let mail: SmtpServer;
  let hook: Listener;
  const env = { MAIL_PASSWORD: "mail-secret", HOOK: "", HOOK_SECRET: "hook-secret" };
  const run = (name: string, words: readonly string[], more: Readonly<Record<string, string>> = {}) => site.runWith(name, words, { env: { ...env, HOOK: `${hook.url}/hook`, ...more } });
  beforeAll(async () => {
    [site, mail, hook] = [await openSite(), await startSmtp(), await startListener()];
    const settings = `notify:
  mail: { host: 127.0.0.1, port: ${mail.port}, security: none, user: tandem, password: "\${env:MAIL_PASSWORD}", from: tandem@example.com }
  to: [site@example.com]
`;
    writeFileSync(join(site.directory, "settings.yaml"), settings);
    site.define(`${STORIES}notify: { to: [ops@example.com], webhook: "\${env:HOOK}", webhookSecret: "\${env:HOOK_SECRET}", quietMinutes: 0 }\n`);
    story(site, "A");
  });
  afterAll(async () => {
    await Promise.all([site.close(), mail.close(), hook.close()]);
  });

  it("sends a test to the recipients of the connection by every channel", async () => {
    expect(await run("sendNotifications", ["--test", "--dry-run", "--detailed-exit-code"])).toEqual({ code: 2, out: "Tandem: octane-jira this is a test: would be sent\n", err: "" });
    expect([mail.mails, hook.heard]).toEqual([[], []]);
    expect(await run("sendNotifications", ["--test"])).toEqual({ code: 0, out: "Tandem: octane-jira this is a test: sent\n", err: "" });
    expect(mail.mails).toMatchObject([{ to: ["ops@example.com"], login: "|tandem|mail-secret", text: expect.stringContaining("Nothing is wrong.") }]);
    expect(hook.heard.map(({ body }) => (JSON.parse(body) as { readonly kind: string }).kind)).toEqual(["test"]);
  });

  it("an iteration tells its first failure and its recovery, each once; a failure that goes on is not told again", async () => {
    mail.mails.length = 0;
    for (const expected of [1, 1]) {
      const failed = await run("syncIteration", ["-q"], { JIRA_TOKEN: "wrong-token" });
      expect([failed.code, failed.out]).toEqual([77, ""]);
      expect(mail.mails.length).toBe(expected);
    }
    expect(mail.mails[0]).toMatchObject({ headers: { subject: "Tandem: octane-jira fails" }, text: expect.stringContaining("octane-jira fails since") });
    expect(mail.mails[0]?.raw).not.toContain("wrong-token");
    expect(await run("sendNotifications", [])).toEqual({ code: 0, out: "there is nothing to tell\n", err: "" });
    for (const expected of [2, 2]) {
      expect((await run("syncIteration", ["-q"])).code).toBe(0);
      expect(mail.mails.length).toBe(expected);
    }
    expect(mail.mails[1]).toMatchObject({ headers: { subject: "Tandem: octane-jira works again" }, text: expect.stringMatching(/It had failed since .*\n\nRun [0-9a-f-]{36}: /) });
  });

  it("a message that cannot be sent changes nothing about the iteration; sendNotifications ends with 69", async () => {
    hook.answer(500);
    mail.refuse("550 no");
    const failed = await run("syncIteration", ["-q"], { JIRA_TOKEN: "wrong-token" });
    expect([failed.code, failed.err.match(/nobody could be told by/g)?.length]).toEqual([77, 2]);
    const sent = await run("sendNotifications", ["--test"]);
    expect([sent.code, sent.out]).toEqual([69, "Tandem: octane-jira this is a test: not sent\n"]);
    expect(sent.err).not.toContain("/hook");
  });

  it("refuses with 78 a test where nobody is to be told, and a secret that is missing or stands in the file", async () => {
    const missing = await site.runWith("sendNotifications", [], { env: { HOOK: hook.url, HOOK_SECRET: "x" } });
    expect([missing.code, missing.err]).toEqual([78, expect.stringContaining("MAIL_PASSWORD is not set")]);
    site.define(`${STORIES}notify: { webhook: "https://chat.example.com/x", webhookSecret: in-clear-text }\n`);
    const inClear = await run("sendNotifications", []);
    expect([inClear.code, inClear.err]).toEqual([78, expect.stringMatching(/octane-jira\.yaml:\d+:\d+ notify\.webhookSecret: the secret "webhookSecret" stands in the file itself/)]);
    site.define(`${STORIES}notify: { off: true }\n`);
    expect(await run("sendNotifications", ["--test"])).toMatchObject({ code: 78, out: "", err: expect.stringContaining("nobody is to be told anything") });
    expect(await run("sendNotifications", [])).toEqual({ code: 0, out: "nobody is to be told anything: see notify in docs/notifications.md\n", err: "" });
  });
});
