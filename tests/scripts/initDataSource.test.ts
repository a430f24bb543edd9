import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyScript } from "../support/scripts/help.ts";
import { openSite, type Site } from "../support/scripts/site.ts";

everyScript("initDataSource");

describe("initDataSource", () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site.close());

  it("signs in, writes the entry with placeholders, never a secret, and refuses a name that is taken", async () => {
    const words = ["other", "--system", "octane", "--url", site.octane.url, "--credential", "clientId=tandem_client", "--credential", "clientSecret=${env:OCTANE_SECRET}", "--scope", "space=1001", "--sample-project", "1002"];
    const dry = await site.run("initDataSource", ...words, "--dry-run");
    expect([dry.code, dry.out.includes("nothing written")]).toEqual([0, true]);
    const { code, out } = await site.run("initDataSource", ...words);
    expect([code, out]).toEqual([0, expect.stringMatching(/^other: signed in as .+; 2 projects, \d+ types; written to /)]);
    const text = readFileSync(`${site.directory}/dataSources.yaml`, "utf8");
    expect([text.includes("other:"), text.includes("tandem_secret"), text.includes("jira:")]).toEqual([true, false, true]);
    const calls = site.octane.callCount();
    expect(await site.run("initDataSource", ...words)).toMatchObject({ code: 73, out: "", err: expect.stringContaining('has a data source "other" already\n→ ') });
    expect(site.octane.callCount()).toBe(calls);
    expect((await site.run("initDataSource", ...words, "--force")).code).toBe(0);
  });

  it("takes options as they are written in the file: numbers, yes and no, lists, and texts that look like one", async () => {
    const words = (...options: readonly string[]) => ["options", "--system", "octane", "--url", site.octane.url, "--credential", "clientId=tandem_client", "--credential", "clientSecret=${env:OCTANE_SECRET}", "--scope", "space=1001", ...options.flatMap((option) => ["--option", option]), "--dry-run"];
    const { code, out } = await site.run("initDataSource", ...words("pageSize=50", "intentField=tandem_id_udf", 'someText="7"', "someFlag=false", "someName=007"));
    expect([code, out]).toEqual([0, expect.stringContaining('    options:\n      pageSize: 50\n      intentField: "tandem_id_udf"\n      someText: "7"\n      someFlag: false\n      someName: "007"\n')]);
    expect((await site.run("initDataSource", ...words('someText="7'))).code).toBe(64);
  });

  it("refuses a secret in clear text and a wrong login", async () => {
    const words = (secret: string) => ["third", "--system", "octane", "--url", site.octane.url, "--credential", "clientId=tandem_client", "--credential", `clientSecret=${secret}`, "--scope", "space=1001"];
    const wrong = await site.runWith("initDataSource", words("${env:WRONG}"), { env: { WRONG: "not-the-secret" } });
    expect([wrong.code, wrong.err.includes("not-the-secret")]).toEqual([77, false]);
    expect(wrong.err).toContain(`\n  its address is ${site.octane.url}\n`);
    expect((await site.run("initDataSource", ...words("${env:NO_SUCH_NAME}"))).code).toBe(78);
    expect(await site.run("initDataSource", ...words("tandem_secret"))).toMatchObject({ code: 78, err: expect.stringMatching(/^credentials\.clientSecret: the secret "clientSecret" stands in the file itself → /) });
  });

  it("refuses a login inside an address, and warns of one that others can listen to", async () => {
    const words = (url: string) => ["readable", "--system", "octane", "--url", url, "--credential", "clientId=tandem_client", "--credential", "clientSecret=${env:OCTANE_SECRET}", "--scope", "space=1001", "--dry-run"];
    const inside = await site.run("initDataSource", ...words(site.octane.url.replace("://", "://anna:geheim@")));
    expect([inside.code, inside.err]).toEqual([78, "url: a login stands in the address itself → write the address without it, and who signs in under credentials\n"]);
    // Not a name of this machine for whoever reads it, though it leads here.
    const open = await site.run("initDataSource", ...words(site.octane.url.replace("127.0.0.1", "0.0.0.0")));
    expect([open.code, open.err]).toEqual([0, expect.stringMatching(/^readable: http:\/\/0\.0\.0\.0:\d+ is no https: who can listen on the way reads the login and the items\n/)]);
    expect((await site.run("initDataSource", ...words(site.octane.url))).err).not.toContain("https");
  });

  it("tells a page's address, credentials the system does not know, and what to choose where no sample project is named", async () => {
    const words = (name: string, url: string, key: string) => [name, "--system", "jira", "--url", url, "--credential", "email=sync@example.com", "--credential", `${key}=\${env:JIRA_TOKEN}`, "--dry-run"];
    expect((await site.run("initDataSource", ...words("fourth", `${site.jira.url}/browse/DEMO-1`, "tokn"))).err).toBe(
      `url: ${site.jira.url}/browse/DEMO-1 is the address of a page, not of the server → write ${site.jira.url}\ncredentials.tokn: jira has no credential "tokn" → it has "token", "user", "email", "password"\n`,
    );
    expect((await site.run("initDataSource", ...words("fourth", site.jira.url, "token"))).out).toContain('no sample project yet: --force --sample-project names one of "SEC", "DEMO"; nothing written\n');
  });

  it("says of an address where nothing like it answers which one it is, and where it comes from", async () => {
    const file = join(site.directory, "dataSources.yaml");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace(site.jira.url, site.octane.url));
    const { code, err } = await site.run("checkConnection");
    expect([code, err]).toEqual([69, expect.stringMatching(new RegExp(`→ .+\\n {2}its address is ${site.octane.url}, from \\S+/dataSources\\.yaml:\\d+\\n$`))]);
    writeFileSync(file, text.replace(site.jira.url, site.jira.url.replace("http:", "https:")));
    expect((await site.run("checkConnection")).err).toMatch(/^checkConnection: jira: GET \S+: wrong version number\n→ the server does not speak TLS on this port/);
    writeFileSync(file, text);
  });

  it("reads an .env as an editor of Windows saves it, and tells a retention nobody understands at once", async () => {
    writeFileSync(join(site.directory, ".env"), Buffer.from("\uFEFFOWN_TOKEN=jira-token\r\n", "utf16le"), { mode: 0o600 });
    expect((await site.run("initDataSource", "fifth", "--system", "jira", "--url", site.jira.url, "--credential", "email=sync@example.com", "--credential", "token=${env:OWN_TOKEN}", "--sample-project", "DEMO", "--dry-run")).code).toBe(0);
    rmSync(join(site.directory, ".env"));
    writeFileSync(join(site.directory, "settings.yaml"), "retention:\n  outcomes: 90 dayz\n  run: 400 days\n");
    expect((await site.run("connectionStatus")).err).toMatch(/settings\.yaml:2:13 retention\.outcomes: .+\n.*settings\.yaml:3:8 retention\.run: "run" is nothing that can be purged → retention knows outcomes and runs\n/);
    rmSync(join(site.directory, "settings.yaml"));
  });
});
