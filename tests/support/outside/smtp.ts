// A small mail server for tests, by the book (RFC 5321, STARTTLS by RFC 3207, AUTH PLAIN by RFC 4616): keeps what it is given.

import { createServer, type AddressInfo, type Socket } from "node:net";
import { createSecureContext, TLSSocket } from "node:tls";

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  /** Header lines unfolded; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly raw: string;
  readonly secure: boolean;
  readonly login?: string;
}

export interface SmtpServer {
  readonly port: number;
  readonly mails: Mail[];
  /** Answers every recipient with this instead of taking it. */
  refuse(answer: string | undefined): void;
  close(): Promise<void>;
}

const decodeWords = (text: string): string =>
  text.replace(/\?=\s+=\?/g, "?==?").replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, body: string) => (kind.toLowerCase() === "b" ? Buffer.from(body, "base64") : Buffer.from(body.replaceAll("_", " ").replace(/=([0-9A-F]{2})/gi, (__, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))), "latin1")).toString("utf8"));

const decodeBody = (body: string, encoding: string | undefined): string => {
  if (encoding === "base64") return Buffer.from(body, "base64").toString("utf8");
  if (encoding !== "quoted-printable") return body;
  return Buffer.from(body.replace(/=\r\n/g, "").replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))), "latin1").toString("utf8");
};

const parse = (raw: string): Pick<Mail, "headers" | "text" | "raw"> => {
  const at = raw.indexOf("\r\n\r\n");
  const lines = raw.slice(0, at).replace(/\r\n[ \t]+/g, " ").split("\r\n");
  const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), decodeWords(line.slice(line.indexOf(":") + 1).trim())]));
  return { headers, text: decodeBody(raw.slice(at + 4), headers["content-transfer-encoding"]).replaceAll("\r\n", "\n"), raw };
};

/** With a certificate it offers STARTTLS, and takes nothing before it. */
export const startSmtp = async (tls?: { readonly cert: Buffer; readonly key: Buffer }): Promise<SmtpServer> => {
  const mails: Mail[] = [];
  let refusal: string | undefined;
  const open = new Set<Socket>();
  const talk = (socket: Socket, secure: boolean, greet: boolean): void => {
    let [buffer, data]: [string, string | undefined] = ["", undefined];
    let [from, to, login]: [string, string[], string | undefined] = ["", [], undefined];
    const say = (line: string): void => void socket.write(`${line}\r\n`);
    const upgrade = (): void => {
      say("220 go on");
      socket.removeAllListeners("data");
      talk(new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(tls) }), true, false);
    };
    const hear = (line: string): void => {
      const word = line.slice(0, 4).toUpperCase();
      if (word === "EHLO") say(["250-here", ...(tls !== undefined && !secure ? ["250-STARTTLS"] : ["250-AUTH PLAIN"]), "250 SIZE 1000000"].join("\r\n"));
      else if (/^STARTTLS/i.test(line)) upgrade();
      else if (tls !== undefined && !secure && word !== "QUIT") say("530 Must issue a STARTTLS command first");
      else if (word === "AUTH") [login] = [Buffer.from(line.split(" ")[2] ?? "", "base64").toString().replaceAll("\0", "|"), say("235 welcome")];
      else if (word === "MAIL") [from, to] = [/<(.*?)>/.exec(line)?.[1] ?? "", []], say("250 fine");
      else if (word === "RCPT") {
        if (refusal === undefined) to.push(/<(.*?)>/.exec(line)?.[1] ?? "");
        say(refusal ?? "250 fine");
      } else if (word === "DATA") [data] = ["", say("354 go on")];
      else if (word === "QUIT") say("221 bye"), socket.end();
      else say("250 fine");
    };
    const take = (part: Buffer): void => {
      buffer += part.toString("latin1");
      for (let end = buffer.indexOf("\r\n"); end >= 0; end = buffer.indexOf("\r\n")) {
        const line = buffer.slice(0, end);
        buffer = buffer.slice(end + 2);
        if (data === undefined) hear(line);
        else if (line !== ".") data += `${line.startsWith("..") ? line.slice(1) : line}\r\n`;
        else {
          mails.push({ from, to, ...parse(Buffer.from(data, "latin1").toString("utf8")), secure, ...(login === undefined ? {} : { login }) });
          data = undefined;
          say("250 taken");
        }
      }
    };
    socket.on("data", take).on("error", () => socket.destroy());
    if (greet) say("220 here ESMTP");
  };
  const server = createServer((socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    talk(socket, false, true);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    port: (server.address() as AddressInfo).port,
    mails,
    refuse: (answer) => {
      refusal = answer;
    },
    close: () => {
      for (const socket of open) socket.destroy();
      return new Promise((done) => server.close(() => done()));
    },
  };
};
