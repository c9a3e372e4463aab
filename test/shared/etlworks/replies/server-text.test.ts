import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  boundedText,
  hideCredentials,
  withShortLines,
} from "../../../../shared/etlworks/replies/server-text.ts";
import { anyString } from "../../../any-string.ts";
import { computingMs } from "../../../computing-time.ts";

describe("boundedText", () => {
  it.each([
    ["", 3, ""],
    ["abc", 3, "abc"],
    ["abcd", 3, "abc…"],
    ["😀😀😀", 3, "😀😀😀"],
    ["😀😀😀😀", 3, "😀😀😀…"],
    ["a😀b", 2, "a😀…"],
    ["a\ud83d", 5, "a\ufffd"],
    ["\ude00abc", 2, "\ufffda…"],
  ])("%j to %d is %j", (text, most, bounded) => {
    expect(boundedText(text, most)).toBe(bounded);
  });

  it("never gives more, and never half a character", () => {
    const text = anyString({ maxLength: 50 });
    fc.assert(
      fc.property(text, fc.nat(40), (whole, most) => {
        const bounded = boundedText(whole, most);
        expect(Array.from(bounded).length).toBeLessThanOrEqual(most + 1);
        expect(bounded.isWellFormed()).toBe(true);
        expect(whole.toWellFormed().startsWith(bounded.replace(/…$/, ""))).toBe(true);
      }),
    );
  });
});

it("cuts the lines of a log one by one", () => {
  expect(withShortLines("abc\nabcd\n\n😀😀😀😀\n", 3)).toBe("abc\nabc…\n\n😀😀😀…\n");
});

describe("hideCredentials", () => {
  it.each([
    [
      "Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_",
      "Authorization: Bearer ***",
    ],
    ['{"Authorization":"Basic dXNlcjpwYXNz"}', '{"Authorization":"Basic ***"}'],
    ['{\\"authorization\\":\\"Token abc123\\"}', '{\\"authorization\\":\\"Token ***\\"}'],
    ["proxy-authorization=abcd1234, next", "proxy-authorization=***, next"],
    ["sent bearer abcdef-123 to x", "sent bearer *** to x"],
    ["Basic dXNlcjpwYXNzd29yZA== failed", "Basic *** failed"],
    ["a eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc b", "a *** b"],
    ["cut: eyJhbGciOiJIUzI1NiJ9", "cut: ***"],
    ["password=hunter2&user=bob", "password=***&user=bob"],
    ['{"client_secret": "hunter 2"}', '{"client_secret": "***"}'],
    ["jdbc:x://bob:hunter2@db:5432/a", "jdbc:x://bob:***@db:5432/a"],
    ["https://x/?a=1&sig=abc%2F&b", "https://x/?a=1&sig=***&b"],
    ["X-API-Key: 12345678", "X-API-Key: ***"],
    ["AKIAIOSFODNN7EXAMPLE", "***"],
    [`ghp_${"a1".repeat(18)}`, "***"],
    [
      "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
      "-----BEGIN RSA PRIVATE KEY-----***-----END RSA PRIVATE KEY-----",
    ],
    ["Cookie: JSESSIONID=ABCDEF12; theme=dark", "Cookie: ***"],
    ["Set-Cookie: sid=abc123; Path=/", "Set-Cookie: ***"],
    ["JSESSIONID=ABCDEF12", "JSESSIONID=***"],
    ["Authorization: NTLM TlRMTVNTUAAB", "Authorization: NTLM ***"],
    ["Signature=0123456789abcdef", "Signature=***"],
    ['{"token":"abc"}', '{"token":"***"}'],
    ["token=abc123def456", "token=***"],
    ["AccountKey=abcd1234==;Suffix=x", "AccountKey=***;Suffix=x"],
    ["encryption_key: abc", "encryption_key: ***"],
    ["<password>hunter2</password>", "<password>***</password>"],
    [
      '<wsse:Password Type="a">hunter2</wsse:Password>',
      '<wsse:Password Type="a">***</wsse:Password>',
    ],
    ["&lt;password&gt;hunter2&lt;/password&gt;", "&lt;password&gt;***&lt;/password&gt;"],
    ["--password hunter2", "--password ***"],
    ["psql --password=hunter2 -h db", "psql --password=*** -h db"],
    ["curl -u bob:hunter2 https://x", "curl -u bob:*** https://x"],
    ["IDENTIFIED BY 'hunter2'", "IDENTIFIED BY '***'"],
    ["login with password 'hunter2' failed", "login with password '***' failed"],
    ["https://0123456789abcdef@git.example.com/x", "https://***@git.example.com/x"],
    ["jdbc:oracle:thin:scott/tiger@//db:1521/x", "jdbc:oracle:thin:scott/***@//db:1521/x"],
    ["hooks.slack.com/services/T000/B000/XXXX", "hooks.slack.com/services/***"],
    [`hvs.${"a1".repeat(12)}`, "***"],
  ])("%s", (text, hidden) => {
    expect(hideCredentials(text)).toBe(hidden);
    expect(hideCredentials(hidden)).toBe(hidden);
  });

  it.each([
    "Access is denied",
    "Authorization failed for user bob",
    "Full authentication is required to access this resource",
    "Bearer token is missing",
    "Basic authentication failed",
    "authorization: denied",
    "The token expired at 2026-05-09T06:00:00Z",
    "passwordless login of monkeys",
    "https://etl.example.com:8443/rest/v1/flows?q=a@b",
    "column secret_santa not found",
    "Unexpected token: IDENTIFIER",
    "Unexpected token } in JSON at position 12",
    "the cookie is missing",
    "password is wrong",
    "postgres://reader@db/orders",
    "<passwordless>yes</passwordless>",
    "docker run -u 1000 image",
  ])("leaves %j as it is", text => {
    expect(hideCredentials(text)).toBe(text);
  });

  it.each(["a", ".", "eyJ", "://", "password=", "bearer ", "authorization: ", "\n"])(
    "takes a moment for a megabyte of %j",
    async part => {
      const text = part.repeat(1_000_000 / part.length);
      expect(await computingMs(() => hideCredentials(text))).toBeLessThan(2_000);
    },
  );
});
