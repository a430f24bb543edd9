import { describe, expect, it } from "vitest";
import { attributesOf } from "../../lib/connectors/attributes.ts";

describe("the attributes of a person", () => {
  it("are everything the record says as text, but for what is known and what is empty", () => {
    const record = { id: 7, employee_number: " 0042 ", vip: true, floor: 3, title: "", manager: { link: "https://x", value: "6816", display_value: "Ann Auer" }, department: { id: 4, name: "Shop" }, u_badges: [{ value: "A1" }, "B2"], gone: null };
    expect(attributesOf(record, ["id"])).toEqual({ employee_number: "0042", vip: "true", floor: "3", manager: "Ann Auer", department: "Shop", u_badges: "A1, B2" });
  });

  it("hold no secret, no picture and no address of the record", () => {
    const record = { user_password: "x", api_key: "x", apiKey: "x", passwordChanged: "x", token: "x", twofa_scheme: "totp", avatarUrls: { small: "x" }, avatar_url: "x", photo: "x", imageUrl: "x", self: "https://x", _links: { self: "x" }, expand: "groups", url: "https://x", city: "Graz" };
    expect(attributesOf(record, [])).toEqual({ city: "Graz" });
  });

  it("are none of what is no record", () => {
    for (const record of [undefined, null, "a", ["a"], 7]) expect(attributesOf(record, [])).toEqual({});
  });
});
