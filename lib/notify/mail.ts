// Notices by SMTP: plain text, one message to all recipients, no file or address of a message is ever followed.

import { readFileSync } from "node:fs";
import { createTransport } from "nodemailer";
import type { Notice } from "../core/notify/decide.ts";
import { noticeBody, noticeSubject } from "../core/notify/text.ts";

export interface MailSettings {
  readonly host: string;
  readonly port?: number;
  readonly security: "tls" | "startTls" | "none";
  readonly user?: string;
  readonly password?: string;
  readonly from: string;
  readonly caFile?: string;
}

const LIMIT_MS = 10_000;

export const sendMail = async (settings: MailSettings, to: readonly string[], notice: Notice): Promise<void> => {
  const { host, security, user, password, caFile } = settings;
  const transport = createTransport({
    host,
    port: settings.port ?? (security === "tls" ? 465 : 587),
    secure: security === "tls",
    requireTLS: security === "startTls",
    ignoreTLS: security === "none",
    ...(user === undefined ? {} : { auth: { user, pass: password ?? "" } }),
    ...(caFile === undefined ? {} : { tls: { ca: readFileSync(caFile) } }),
    connectionTimeout: LIMIT_MS,
    greetingTimeout: LIMIT_MS,
    socketTimeout: LIMIT_MS * 2,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    // RFC 3834 §5: nobody's holiday reply answers a machine.
    await transport.sendMail({ from: settings.from, to: [...to], subject: noticeSubject(notice), text: noticeBody(notice), headers: { "Auto-Submitted": "auto-generated" } });
  } finally {
    transport.close();
  }
};
