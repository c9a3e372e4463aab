import { describe, expect, it } from "vitest";
import { foreignHeaders, parseRequestHeaders } from "../../shared/request-headers.ts";
import { UserError } from "../../shared/user-error.ts";

describe("request headers", () => {
  it("are lines of names and values", () => {
    const text = "CF-Access-Client-Id: a.access\r\n# a remark\n\nCookie:  a=b \n";
    expect(parseRequestHeaders(text, "request-headers")).toEqual({
      "cf-access-client-id": "a.access",
      cookie: "a=b",
    });
  });

  it.each([
    ["Authorization: s3cret", 'line 1 sets "Authorization", which is set for you'],
    ["X-A: 1\ncontent-LENGTH: 1", 'line 2 sets "content-LENGTH"'],
    ["Host: evil", 'line 1 sets "Host"'],
    ["X-A: 1\nx-a: 2", 'line 2 gives the header "x-a" a second time'],
    ["X A: s3cret", "line 1 has a header name with characters"],
    [": s3cret", "line 1 is not a header"],
    ["s3cret", "line 1 is not a header"],
    ["X-A:", 'line 1 gives "X-A" an empty value'],
    ["X-A: s3cret\u0100", 'line 1 gives "X-A" a value with characters'],
  ])("refuse %j", (text, sentence) => {
    const parse = () => parseRequestHeaders(text, "request-headers");
    expect(parse).toThrow(UserError);
    expect(parse).toThrow(`request-headers: ${sentence}`);
    expect(parse).not.toThrow(/s3cret/);
  });

  it("leave our own headers out, however they are written", () => {
    const given = { "X-A": "1", AUTHORIZATION: "2", "Transfer-Encoding": "3" };
    expect(foreignHeaders(given)).toEqual({ "X-A": "1" });
  });
});
