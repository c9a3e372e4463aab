import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  foreignHeaders,
  parseRequestHeaders,
  secretsInHeaders,
} from "../../shared/request-headers.ts";
import { UserError } from "../../shared/user-error.ts";

describe("request headers", () => {
  it("are lines of names and values", () => {
    const text = "CF-Access-Client-Id: a.access\r\n# a remark\n\nCookie:  a=b \n";
    expect(parseRequestHeaders(text, "request-headers")).toEqual({
      "cf-access-client-id": "a.access",
      cookie: "a=b",
    });
  });

  it("may be indented, and so may remarks and empty lines", () => {
    const text = "  X-A: 1\r  # a remark\n \t \n\tX-B:2\t";
    expect(parseRequestHeaders(text, "request-headers")).toEqual({ "x-a": "1", "x-b": "2" });
  });

  it("are refused for all lines that are wrong at once, by their numbers", () => {
    const parse = () => parseRequestHeaders("# a remark\nX A: 1\n\nX-B:", "request-headers");
    expect(parse).toThrow(/^request-headers: line 2 has .*\nrequest-headers: line 4 gives "X-B" /);
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

  it.each([
    ["X-A: s3cret", ["s3cret"]],
    ["  X-A:  s3cret \r\n\tX-B: a b: c", ["s3cret", "a b: c"]],
    ["X-A: Basic  czNjcmV0", ["Basic  czNjcmV0", "czNjcmV0"]],
    ["X-A: one two three", ["one two three"]],
    ["X-A: k3y two", ["k3y two"]],
    ["s3cret", ["s3cret"]],
    [": s3cret", ["s3cret"]],
    ["X-A:", []],
    ["X-A: \n\n  # X-B: remark\n \nX-C: 1#", ["1#"]],
    ["", []],
  ])("of %j, the secrets are %j", (text, secrets) => {
    expect(secretsInHeaders(text)).toEqual(secrets);
  });

  it("have no value that is not taken for a secret, whether they are right or wrong", () => {
    const line = fc.string({ unit: fc.constantFrom(...Array.from("Xa: #\t\r\nü")), maxLength: 30 });
    fc.assert(
      fc.property(line, text => {
        const secrets = secretsInHeaders(text);
        let values: readonly string[];
        try {
          values = Object.values(parseRequestHeaders(text, "request-headers"));
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
          return;
        }
        expect(secrets).toEqual(expect.arrayContaining([...values]));
      }),
      { numRuns: 1_000 },
    );
  });

  it("leave our own headers out, however they are written", () => {
    const given = { "X-A": "1", AUTHORIZATION: "2", "Transfer-Encoding": "3" };
    expect(foreignHeaders(given)).toEqual({ "X-A": "1" });
  });
});
