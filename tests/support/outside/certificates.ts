// A certificate authority of our own for one test, made by openssl: a server certificate and a client certificate with it.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Certificates {
  readonly caFile: string;
  readonly server: { readonly cert: Buffer; readonly key: Buffer };
  readonly client: { readonly certFile: string; readonly keyFile: string; readonly pfxFile: string; readonly passphrase: string };
  remove(): void;
}

export const makeCertificates = (): Certificates => {
  const folder = mkdtempSync(join(tmpdir(), "certificates-"));
  const at = (name: string): string => join(folder, name);
  const openssl = (...args: readonly string[]): void => {
    execFileSync("openssl", args, { stdio: "pipe" });
  };
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl("req", "-x509", ...key, "-keyout", at("ca.key"), "-out", at("ca.pem"), "-days", "2", "-subj", "/CN=Test authority");
  writeFileSync(at("server.ext"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
  writeFileSync(at("client.ext"), "extendedKeyUsage=clientAuth\n");
  for (const name of ["server", "client"]) {
    openssl("req", ...key, "-keyout", at(`${name}.key`), "-out", at(`${name}.csr`), "-subj", `/CN=${name}`);
    openssl("x509", "-req", "-in", at(`${name}.csr`), "-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-CAcreateserial", "-days", "2", "-extfile", at(`${name}.ext`), "-out", at(`${name}.pem`));
  }
  openssl("pkcs12", "-export", "-in", at("client.pem"), "-inkey", at("client.key"), "-out", at("client.pfx"), "-passout", "pass:secret");
  return {
    caFile: at("ca.pem"),
    server: { cert: readFileSync(at("server.pem")), key: readFileSync(at("server.key")) },
    client: { certFile: at("client.pem"), keyFile: at("client.key"), pfxFile: at("client.pfx"), passphrase: "secret" },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};
