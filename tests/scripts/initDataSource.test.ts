import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyScript } from "../support/help.ts";
import { openSite, type Site } from "../support/site.ts";

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
    const { readFileSync } = await import("node:fs");
    const text = readFileSync(`${site.directory}/dataSources.yaml`, "utf8");
    expect([text.includes("other:"), text.includes("tandem_secret"), text.includes("jira:")]).toEqual([true, false, true]);
    expect((await site.run("initDataSource", ...words)).code).toBe(64);
    expect((await site.run("initDataSource", ...words, "--force")).code).toBe(0);
  });

  it("refuses a secret in clear text and a wrong login", async () => {
    const words = (secret: string) => ["third", "--system", "octane", "--url", site.octane.url, "--credential", "clientId=tandem_client", "--credential", `clientSecret=${secret}`, "--scope", "space=1001"];
    const wrong = await site.runWith("initDataSource", words("${env:WRONG}"), { env: { WRONG: "not-the-secret" } });
    expect([wrong.code, wrong.err.includes("not-the-secret")]).toEqual([77, false]);
    expect((await site.run("initDataSource", ...words("${env:NO_SUCH_NAME}"))).code).toBe(78);
  });
});
