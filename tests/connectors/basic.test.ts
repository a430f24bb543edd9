import { expect, it } from "vitest";
import { basic } from "../../lib/connectors/basic.ts";

it("user and password travel as RFC 7617 shows it", () => {
  expect(basic("Aladdin", "open sesame")).toBe("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  expect(basic("test", "123£")).toBe("Basic dGVzdDoxMjPCow==");
});
