import { describe, expect, it } from "vitest";
import { checkRequestHeaders, foreignHeaders } from "../../../shared/etlworks/request-headers.ts";
import { UserError } from "../../../shared/user-error.ts";

describe("checkRequestHeaders", () => {
  it("takes what a gateway may want", () => {
    const headers = { "CF-Access-Client-Secret": "s3cret", Cookie: "a=b", "x-empty": "" };
    expect(checkRequestHeaders(headers, "request-headers")).toBe(headers);
  });

  it.each([
    [{ Authorization: "s3cret" }, "request-headers: Authorization is set by this step itself."],
    [{ "content-LENGTH": "1" }, "request-headers: content-LENGTH is set by"],
    [{ Host: "evil" }, "request-headers: Host is set by"],
    [{ "X-A": "1", "x-a": "2" }, "request-headers: x-a is given twice."],
    [{ "X A": "s3cret" }, "request-headers: a header cannot be sent"],
    [{ "": "s3cret" }, "request-headers: a header cannot be sent"],
    [{ "X-A": "s3cret\r\nX-B: 1" }, "request-headers: X-A cannot be sent"],
    [{ "X-A": "s3cret\u0100" }, "request-headers: X-A cannot be sent"],
  ])("refuses %j", (headers, sentence) => {
    const check = () => checkRequestHeaders(headers, "request-headers");
    expect(check).toThrow(UserError);
    expect(check).toThrow(sentence);
    expect(check).not.toThrow(/s3cret/);
  });
});

it("leaves our own headers out, however they are written", () => {
  expect(foreignHeaders({ "X-A": "1", AUTHORIZATION: "2", "Transfer-Encoding": "3" })).toEqual({
    "X-A": "1",
  });
});
