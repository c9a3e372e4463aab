import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseBaseUrl } from "../../../shared/etlworks/base-url.ts";
import { UserError } from "../../../shared/user-error.ts";

const address = fc
  .record({
    scheme: fc.constantFrom("https://", "http://", "HTTPS://"),
    host: fc.domain(),
    port: fc.constantFrom("", ":8443", ":443"),
    path: fc.array(fc.constantFrom("", "rest", "etl", "a b", "ü"), { maxLength: 4 }),
  })
  .map(({ scheme, host, port, path }) => [scheme + host + port, ...path].join("/"));

const parse = (text: string, allowHttp = false) =>
  parseBaseUrl(text, { name: "base-url", allowHttp });

describe("parseBaseUrl", () => {
  it.each([
    ["https://app.etlworks.com/rest", "https://app.etlworks.com/rest"],
    ["https://app.etlworks.com/rest/", "https://app.etlworks.com/rest"],
    ["https://app.etlworks.com/rest//", "https://app.etlworks.com/rest"],
    ["https://app.etlworks.com", "https://app.etlworks.com/rest"],
    ["https://app.etlworks.com/", "https://app.etlworks.com/rest"],
    ["  https://app.etlworks.com \n", "https://app.etlworks.com/rest"],
    ["\u00a0https://app.etlworks.com\u00a0", "https://app.etlworks.com/rest"],
    ["https://etl.local:8443", "https://etl.local:8443/rest"],
    ["https://etl.local:8443/etl/rest", "https://etl.local:8443/etl/rest"],
    ["https://etl.local/etl", "https://etl.local/etl/rest"],
    ["https://etl.local/unrest", "https://etl.local/unrest/rest"],
    ["HTTPS://APP.ETLWORKS.COM/rest", "https://app.etlworks.com/rest"],
    ["http://localhost:8080", "http://localhost:8080/rest"],
    ["http://127.0.0.1:8080/rest", "http://127.0.0.1:8080/rest"],
    ["http://127.10.20.30", "http://127.10.20.30/rest"],
    ["http://[::1]:80/", "http://[::1]/rest"],
  ])("%j becomes %s", (text, url) => {
    expect(parse(text).href).toBe(url);
  });

  it.each([
    ["", '"" is not a web address'],
    ["https://app.etlworks.com/rest\nhttps://b.example.com", "there is a space or a line break"],
    ["https://app.\tetlworks.com", "there is a space or a line break"],
    ["https://app.etlworks.com/my etl/rest", "there is a space or a line break"],
    ["https://app.etlworks.com/\u0000rest", "there is a space or a line break"],
    ["app.etlworks.com", '"app.etlworks.com" is not a web address'],
    ["localhost:8080", '"localhost:8080" is not an https address'],
    ["ftp://app.etlworks.com", "is not an https address"],
    ["https://user@app.etlworks.com", "it holds a user name or password"],
    ["https://:secret@app.etlworks.com", "it holds a user name or password"],
    ["https://app.etlworks.com/rest?x=1", 'remove "?" or "#" and everything after it'],
    ["https://app.etlworks.com/rest#top", 'remove "?" or "#" and everything after it'],
    ["https://app.etlworks.com/rest/v1/flows", "remove everything after /rest in"],
    ["http://app.etlworks.com/rest", "http would send the key unencrypted"],
    ["http://127.0.0.1.example.com/", "http would send the key unencrypted"],
    ["http://localhost.example.com/", "http would send the key unencrypted"],
    ["https:///rest", 'there is no host behind https:// in "https:///rest"'],
    ["https:/app.etlworks.com/rest", "two slashes belong behind https:"],
    ["HTTPS:app.etlworks.com", "two slashes belong behind https:"],
    ["https:\\\\app.etlworks.com", "two slashes belong behind https:"],
    ["https://https://app.etlworks.com/rest", "https:// stands twice"],
    ["https://http://etl.local", "https:// stands twice"],
    ["http://HTTPS//etl.local", "https:// stands twice"],
    ["https://.etlworks.com/rest", "a part of the host is missing"],
    ["https://app..com/rest", "a part of the host is missing"],
    ["https://app.etlworks.com:0/rest", "0 is no port"],
    ["https://app\n.example.com/rest", "there is a space or a line break"],
    ["https://app.etlworks.com\r\nhttps://etl.local", "there is a space or a line break"],
    ["http://x.127.0.0.1.nip.io/", "http would send the key unencrypted"],
  ])("%j is refused: %s", (text, why) => {
    expect(() => parse(text)).toThrow(UserError);
    expect(() => parse(text)).toThrow(why);
    expect(() => parse(text)).toThrow(/^base-url: .*Set it to the address of your instance, for/);
  });

  it("takes http anywhere when told so", () => {
    expect(parse("http://etl.local:8080", true).href).toBe("http://etl.local:8080/rest");
    expect(() => parse("ftp://etl.local", true)).toThrow("is not an https address");
  });

  it("never shows what does not belong here", () => {
    expect(() => parse("https://robot:hunter2@app.etlworks.com")).toThrow(/^(?!.*hunter2)/);
    expect(() => parse("https://robot:hunter2@app etlworks.com")).toThrow(
      'base-url: "https://…@app etlworks.com" is not a web address',
    );
    const key = "aB3".repeat(85);
    expect(() => parse(key)).toThrow(`base-url: "a string of 255 characters" is not a web address`);
    expect(() => parse("\n one\n  two ")).toThrow('"one two" is not a web address');
    expect(() => parse("x".repeat(20))).toThrow(`"${"x".repeat(20)}" is not a web address`);
    expect(() => parse("x".repeat(21))).toThrow(`"a string of 21 characters"`);
    expect(() => parse("d0n7-5h0w-7h15")).toThrow(`"a string of 14 characters"`);
    const long = (length: number) => `https://a b/${"x".repeat(length - 12)}`;
    expect(() => parse(long(80))).toThrow(`"${long(80)}"`);
    expect(() => parse(long(81))).toThrow(`"a string of 81 characters"`);
  });

  it("gives an address that reads as itself", () => {
    fc.assert(
      fc.property(address, text => {
        let once: URL;
        try {
          once = parse(text, true);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
          return;
        }
        expect(once.pathname.endsWith("/rest")).toBe(true);
        expect(parse(once.href, true).href).toBe(once.href);
      }),
    );
  });
});
