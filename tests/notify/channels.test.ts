// The channels against a mail server and an HTTP server of our own.

import { createHmac } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import type { Notice } from "../../lib/core/notify/decide.ts";
import type { MailSettings } from "../../lib/notify/mail.ts";
import { createNotifier } from "../../lib/notify/notifier.ts";
import { ping } from "../../lib/notify/ping.ts";
import { makeCertificates } from "../support/outside/certificates.ts";
import { startListener } from "../support/outside/listener.ts";
import { startSmtp } from "../support/outside/smtp.ts";

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});
const kept = <T extends { close(): unknown }>(thing: T): T => {
  opened.push(() => thing.close());
  return thing;
};

const AT = "2026-11-24T12:00:00.000Z";
const notice: Notice = { kind: "failure", subject: "octane-jira", at: AT, good: false, since: AT, failures: 1, untold: 1, waiting: 0, message: "Grüße\n.\n..two dots\nBcc: evil@example.com", advice: "check" };
const mailTo = (port: number, more: Partial<MailSettings> = {}) => ({ mail: { host: "127.0.0.1", port, security: "none" as const, from: "tandem@example.com", to: ["a@example.com", "b@example.com"], ...more } });

describe("mail", () => {
  it("goes to all recipients as plain text, whatever the message holds", async () => {
    const server = kept(await startSmtp());
    expect(await createNotifier(mailTo(server.port, { user: "tandem", password: "mail-secret" })).send(notice)).toEqual([{ channel: "mail" }]);
    const [mail] = server.mails;
    expect(mail).toMatchObject({ from: "tandem@example.com", to: ["a@example.com", "b@example.com"], login: "|tandem|mail-secret", headers: { subject: "Tandem: octane-jira fails", "auto-submitted": "auto-generated" } });
    expect(mail?.text).toContain("Grüße\n.\n..two dots\nBcc: evil@example.com\n→ check");
    expect(mail?.headers.bcc).toBeUndefined();
  });

  it("takes no header out of a name", async () => {
    const server = kept(await startSmtp());
    for (const subject of ["x\r\nBcc: evil@example.com\r\n\r\nbody", "=?utf-8?q?=0ABcc:_evil@example.com?=", "Ж\u202Eü\u0000", "<script>", "y".repeat(5000)]) await createNotifier(mailTo(server.port)).send({ ...notice, subject });
    expect(server.mails.map(({ to }) => to.length)).toEqual([2, 2, 2, 2, 2]);
    for (const { raw, headers } of server.mails) {
      expect(raw.slice(0, raw.indexOf("\r\n\r\n"))).not.toMatch(/^bcc:/im);
      expect(headers.subject?.startsWith("Tandem: ")).toBe(true);
      expect(headers.to).toBe("a@example.com, b@example.com");
    }
  });

  it("goes by STARTTLS to a server whose certificate is verified, and never without", async () => {
    const certificates = makeCertificates();
    opened.push(() => certificates.remove());
    const server = kept(await startSmtp(certificates.server));
    expect(await createNotifier(mailTo(server.port, { security: "startTls", caFile: certificates.caFile })).send(notice)).toEqual([{ channel: "mail" }]);
    expect(server.mails[0]?.secure).toBe(true);
    expect(await createNotifier(mailTo(server.port, { security: "startTls" })).send(notice)).toEqual([{ channel: "mail", failure: expect.stringMatching(/certificate/i) }]);
    const plain = kept(await startSmtp());
    expect(await createNotifier(mailTo(plain.port, { security: "startTls" })).send(notice)).toEqual([{ channel: "mail", failure: expect.any(String) }]);
    expect([server.mails.length, plain.mails.length]).toEqual([1, 0]);
  });

  it("that is refused or finds nobody is a value", async () => {
    const server = kept(await startSmtp());
    server.refuse("550 no such user");
    expect(await createNotifier(mailTo(server.port)).send(notice)).toEqual([{ channel: "mail", failure: expect.stringContaining("550") }]);
    expect(await createNotifier(mailTo(1)).send(notice)).toEqual([{ channel: "mail", failure: expect.stringContaining("ECONNREFUSED") }]);
  });
});

describe("a webhook", () => {
  it("gets one signed JSON document, for people and for programs", async () => {
    const server = kept(await startListener());
    expect(await createNotifier({ webhook: { url: `${server.url}/hook`, secret: "hook-secret" } }).send(notice)).toEqual([{ channel: "webhook" }]);
    const [heard] = server.heard;
    expect(heard).toMatchObject({ method: "POST", path: "/hook", headers: { "content-type": "application/json", "x-tandem-signature": `sha256=${createHmac("sha256", "hook-secret").update(heard?.body ?? "").digest("hex")}` } });
    expect(JSON.parse(heard?.body ?? "")).toMatchObject({ text: expect.stringMatching(/^Tandem: octane-jira fails\n/), kind: "failure", subject: "octane-jira", good: false, since: AT });
  });

  it("calls nobody in a chat and hides no address, whatever the names and messages of systems hold", async () => {
    const server = kept(await startListener());
    const message = "<!channel> <!everyone> <@U024BE7LH> <users/all> @all @here @channel. @Анна (@everyone) anna.berg@example.com <https://evil.example|your bank> [your bank](https://evil.example)";
    await createNotifier({ webhook: { url: server.url } }).send({ ...notice, message, advice: message });
    const { text, message: whole } = JSON.parse(server.heard[0]?.body ?? "{}") as { readonly text: string; readonly message: string };
    expect([text.match(/[<>[\]]|(?<!\w)@\w|@Анна/gu), text.includes("anna.berg@example.com"), whole]).toEqual([null, true, message]);
    expect(text).toContain("@\u2060here @\u2060channel. @\u2060Анна (@\u2060everyone)");
  });

  it("that refuses is told without its address; the other channel goes on", async () => {
    const server = kept(await startListener());
    const mail = kept(await startSmtp());
    server.answer(500);
    const deliveries = await createNotifier({ ...mailTo(mail.port), webhook: { url: `${server.url}/secret-path` } }).send(notice);
    expect(deliveries).toEqual([{ channel: "mail" }, { channel: "webhook", failure: "the webhook answers 500" }]);
  });
});

describe("a dead-man switch", () => {
  it("is called at start and end; a call that fails is told and harms nobody", async () => {
    const server = kept(await startListener());
    expect(await ping(`${server.url}/p`, { phase: "start" })).toBeUndefined();
    expect(await ping(`${server.url}/p`, { phase: "end", code: 69 })).toBeUndefined();
    server.answer(404);
    expect(await ping(`${server.url}/p`, { phase: "end", code: 0 })).toBe("it answers 404");
    expect(server.heard.map(({ path }) => path)).toEqual(["/p/start", "/p/69", "/p/0"]);
    expect(await ping("http://127.0.0.1:1/p", { phase: "start" })).toContain("ECONNREFUSED");
  });
});
