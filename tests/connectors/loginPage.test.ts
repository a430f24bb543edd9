import { describe, expect, it } from "vitest";
import { LoginError } from "../../lib/core/errors.ts";
import { refuseLoginPage } from "../../lib/connectors/loginPage.ts";

const PAGE = '<!DOCTYPE html>\n<html><body><form action="/login"><input name="u"><INPUT name="p" type = "password"></form></body></html>';
const place = "jira: GET /rest/api/2/field";

describe("a login page in the place of an answer", () => {
  it.each([
    ["with a good status, to a reading", { status: 200, headers: {}, text: PAGE }, true],
    ["with a refusal, to a write", { status: 403, headers: {}, text: PAGE }, false],
    ["that is led to", { status: 302, headers: { location: "https://id.example.com/adfs/ls/?wa=wsignin1.0" }, text: "" }, false],
    ["of the same server", { status: 302, headers: { location: "/jira/login.jsp?os_destination=%2Frest" }, text: "" }, true],
    ["of an identity provider", { status: 307, headers: { location: "https://x.okta.example/app/a/b/sso/saml" }, text: "" }, true],
  ])("is a refused login: %s", (_, response, reading) => {
    expect(() => refuseLoginPage(place, response, reading)).toThrow(LoginError);
  });

  it.each([
    ["a page that hides what became of a write", { status: 200, headers: {}, text: PAGE }, false],
    ["a page of something else", { status: 503, headers: {}, text: "<html>Under maintenance</html>" }, true],
    ["JSON that speaks of one", { status: 200, headers: {}, text: JSON.stringify({ text: PAGE }) }, true],
    ["another way", { status: 301, headers: { location: "https://jira.example.com/rest/api/2/blogin" }, text: "" }, true],
  ])("is not %s", (_, response, reading) => {
    expect(() => refuseLoginPage(place, response, reading)).not.toThrow();
  });
});
