import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HttpReply } from "../../../../shared/etlworks/http/http.ts";
import { readReply } from "../../../../shared/etlworks/replies/read-reply.ts";
import { createSecrets } from "../../../../shared/secrets.ts";

/** Who said it, and that it was not Etlworks itself. */
const gateway = { fromApi: false, host: "etl.example.com" };
const api = { fromApi: true, host: "etl.example.com" };

const NOW = Date.UTC(2026, 4, 9, 6, 0, 0);

const dependencies = {
  where: "etl.example.com/rest/v1/flows",
  now: () => NOW,
  redact: (text: string) => text.replaceAll("s3cret", "***"),
  read: (body: unknown) => (Array.isArray(body) ? body.length : undefined),
};

const read = (
  status: number,
  body = "",
  headers: Readonly<Record<string, string>> = {},
  cut = false,
) => readReply({ kind: "answer", status, headers, body, cut }, dependencies);

describe("what is no answer", () => {
  it.each<[HttpReply, object]>([
    [
      { kind: "stopped", mayHaveArrived: true },
      { kind: "stopped", mayHaveArrived: true },
    ],
    [
      { kind: "unreachable", reason: "refused by s3cret", permanent: true },
      {
        kind: "unreachable",
        permanent: true,
        message: "cannot reach etl.example.com/rest/v1/flows: refused by ***",
      },
    ],
    [
      { kind: "broken", reason: "reset by s3cret" },
      {
        kind: "fault",
        website: false,
        message: "etl.example.com/rest/v1/flows: reset by ***",
      },
    ],
  ])("%j", (reply, expected) => {
    expect(readReply(reply, dependencies)).toStrictEqual(expected);
  });
});

describe("a short secret", () => {
  const torn = (body: string) =>
    readReply(
      { kind: "answer", status: 200, headers: {}, body, cut: false },
      {
        ...dependencies,
        redact: text => text.replaceAll("1234", "***").replaceAll("error", "***"),
        read: value => value,
      },
    );

  it("tears no number, no id and no status apart", () => {
    expect(torn('{"auditId":8712345,"flowId":"12345","status":"error"}')).toStrictEqual({
      kind: "value",
      value: { auditId: 8712345, flowId: "12345", status: "error" },
    });
  });

  it("is cut out of every other text", () => {
    expect(torn('{"message":"the pin is 1234","status":"error1234"}')).toStrictEqual({
      kind: "value",
      value: { message: "the pin is ***", status: "******" },
    });
  });
});

describe("a success", () => {
  it("gives the value, and the server's clock where there is one", () => {
    expect(read(200, "[1,2]")).toStrictEqual({ kind: "value", value: 2 });
    expect(read(201, " [1] \n")).toStrictEqual({ kind: "value", value: 1 });
    expect(read(200, "[]", { date: "Sat, 09 May 2026 06:01:00 GMT" })).toStrictEqual({
      kind: "value",
      value: 0,
      serverTime: NOW + 60_000,
    });
    expect(read(200, "[]", { date: "Sat, 09 May 2026 06:01:00 GMT", age: "30" })).toStrictEqual({
      kind: "value",
      value: 0,
      serverTime: NOW + 90_000,
      ageMs: 30_000,
    });
    for (const age of ["0", "", "-1", "x"]) {
      expect(read(200, "[]", { age })).toStrictEqual({ kind: "value", value: 0 });
    }
    const twice = "Sat, 09 May 2026 06:01:00 GMT, Sat, 09 May 2026 06:01:00 GMT";
    for (const date of [twice, "Saturday, 09-May-26 06:01:00 GMT", "Sat May  9 06:01:00 2026"]) {
      expect(read(200, "[]", { date })).toMatchObject({ serverTime: NOW + 60_000 });
    }
    for (const date of ["yesterday", "0", "12", "-1", "05/09/2026", "May 2026"]) {
      expect(read(200, "[]", { date })).toStrictEqual({ kind: "value", value: 0 });
    }
  });

  it.each([
    ["", "the answer is empty"],
    [" \r\n ", "the answer is empty"],
    ["null", "the answer is null"],
    ["{}", "the answer is {}"],
    [" {  \n } ", "the answer is {}"],
  ])("with %j is absent", (body, message) => {
    expect(read(200, body)).toStrictEqual({ kind: "absent", status: 200, message });
  });

  it("with [] is absent where one record was asked for", () => {
    const answer = { kind: "answer", status: 200, headers: {}, body: " [ ]", cut: false } as const;
    expect(readReply(answer, { ...dependencies, read: () => undefined })).toStrictEqual({
      kind: "absent",
      status: 200,
      message: "the answer is []",
    });
    expect(readReply(answer, dependencies)).toStrictEqual({ kind: "value", value: 0 });
  });

  it("without content is absent", () => {
    expect(read(204)).toMatchObject({ kind: "absent", status: 204 });
  });

  it.each([
    ["<!DOCTYPE html><html></html>", {}],
    ["<!doctype HTML>", {}],
    ["\n  <html lang='en'>", {}],
    ["<head><title>x</title>", {}],
    ["<BODY onload=x>", {}],
    ['<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0"><html/>', {}],
    ["<!-- a --><!-- b -->\n<html>", {}],
    ["<script>location='/login'</script>", {}],
    ["<meta http-equiv=refresh>", {}],
    ["<title>Sign in</title>", {}],
    ["please log in", { "content-type": "text/html; charset=utf-8" }],
    ["ok", { "content-type": "text/HTML" }],
    ["<p>", { "content-type": "application/xhtml+xml, text/html" }],
  ])("with %j is a web site", (body, headers) => {
    expect(read(200, body, headers)).toStrictEqual({
      kind: "fault",
      website: true,
      message: "etl.example.com/rest/v1/flows answered with an HTML page instead of JSON",
    });
  });

  it.each([
    ["text/html", "[1]"],
    ["text/html; charset=utf-8", " [1]"],
    ["text/plain", "[1]"],
    ["application/xml", "\ufeff[1]"],
    ["", "\ufeff\ufeff [1]"],
    ["text/plain", "\r\n\n\n[1]\n"],
    ["application/octet-stream", "[1]"],
    ["text/javascript", ")]}'\n[1]"],
    ["text/html", ")]}',\n[1]"],
    ["application/json", "while(1);[1]"],
    ["application/json", "for(;;);[1]"],
    ["application/json", "{}&& [1]"],
    ["application/json", '"[1]"'],
    ["text/html", '"\\n[1]"'],
  ])("labelled %j is JSON all the same when it is: %j", (label, body) => {
    expect(read(200, body, { "content-type": label })).toStrictEqual({ kind: "value", value: 1 });
  });

  it("is read through one text around it, and no secret in it slips through", () => {
    const told = (body: string) =>
      readReply(
        { kind: "answer", status: 200, headers: {}, body, cut: false },
        { ...dependencies, read: value => value },
      );
    const inner = JSON.stringify({ auditId: 1, exception: "s3cret" });
    expect(told(JSON.stringify(inner))).toMatchObject({ value: { auditId: 1, exception: "***" } });
    expect(told(JSON.stringify(JSON.stringify(inner)))).toMatchObject({ kind: "value" });
    expect(told(JSON.stringify("[1"))).toMatchObject({ kind: "value", value: "[1" });
  });

  it.each<[string, object]>([
    [
      '{"status":500,"error":"Internal Server Error","message":"boom","path":"/rest"}',
      { kind: "fault", website: false },
    ],
    ['{"status":"502","error":"Bad Gateway","path":"/rest"}', { kind: "fault", website: false }],
    ['{"status":404,"error":"Not Found","message":"x"}', { kind: "absent", status: 404 }],
    ['{"status":401,"error":"Unauthorized","message":"x"}', { kind: "unauthorized", ...api }],
    ['{"status":403,"error":"Forbidden","message":"x"}', { kind: "rejected", status: 403, ...api }],
    ['{"status":429,"error":"Too Many Requests","message":"x"}', { kind: "rate-limited" }],
  ])("that is Etlworks' own error under another status is that error: %s", (body, expected) => {
    expect(read(200, body)).toMatchObject(expected);
  });

  it.each([
    '{"status":500,"auditId":7}',
    '{"status":1,"error":"a","message":"b"}',
    '{"status":"error","error":"a","message":"b"}',
  ])("is no error by its number alone: %s", body => {
    expect(read(200, body)).toMatchObject({ kind: "fault", website: false });
    expect(read(200, body)).toHaveProperty(
      "message",
      "etl.example.com/rest/v1/flows answered with JSON of an unknown form",
    );
  });

  it("that is nested too deep is a fault like any other", () => {
    const deep = `${"[".repeat(5_000)}${"]".repeat(5_000)}`;
    expect(read(200, deep)).toStrictEqual({
      kind: "fault",
      website: false,
      message: "etl.example.com/rest/v1/flows answered with JSON nested deeper than 1000 levels",
    });
    expect(read(502, `{"a":${deep}}`)).toMatchObject({ kind: "fault" });
    expect(read(403, deep)).toMatchObject({ kind: "rejected", fromApi: false });
  });

  it("whose bytes cannot be read is a fault that says why, unless it is JSON all the same", () => {
    const unread = `its content coding "compress" cannot be read`;
    const coded = (status: number, body: string) =>
      readReply({ kind: "answer", status, headers: {}, body, cut: false, unread }, dependencies);
    expect(coded(200, "\u001f\ufffd")).toStrictEqual({
      kind: "fault",
      website: false,
      message: `etl.example.com/rest/v1/flows answered, but ${unread}`,
    });
    expect(coded(200, "[1]")).toStrictEqual({ kind: "value", value: 1 });
    expect(coded(403, "\u001f\ufffd")).toStrictEqual({
      kind: "rejected",
      status: 403,
      message: `a body that cannot be read: ${unread}`,
      ...gateway,
    });
  });

  it.each([
    ["<xml/>", {}],
    ["<htmlx>", {}],
    ["text <html>", {}],
    ["[1", {}],
    ["[1", { "content-type": "text/html" }],
    ['\n{"flowId":7,"auditId":11,"status":0', { "content-type": "text/html; charset=utf-8" }],
    ['{"auditId":11}<script src="/t.js"></script>', { "content-type": "text/html" }],
    [")]}',\n[1", { "content-type": "text/html" }],
    ["OK", { "content-type": "application/json" }],
    ["ok", { "content-type": "text/htmlx" }],
  ])("with %j is no JSON", (body, headers) => {
    expect(read(200, body, headers)).toStrictEqual({
      kind: "fault",
      website: false,
      message: "etl.example.com/rest/v1/flows answered with something that is not JSON",
    });
  });

  it.each(['{"a":1}', '"text"', "7", "false", '{"success":true}', '{"success":"no"}'])(
    "with %s is JSON of an unknown form",
    body => {
      expect(read(200, body)).toStrictEqual({
        kind: "fault",
        website: false,
        message: "etl.example.com/rest/v1/flows answered with JSON of an unknown form",
      });
    },
  );

  it.each([
    ['{"success":false,"error":"cap of s3cret exceeded"}', "cap of *** exceeded"],
    ['{"success":false}', "success is false"],
  ])("with %s inside is a refusal", (body, message) => {
    expect(read(200, body)).toStrictEqual({ kind: "rejected", status: 200, message, ...api });
  });

  it.each(["status", "auditId", "success"])("that says two things of %s says nothing", name => {
    expect(read(200, `[{"${name}":1,"a":2,"${name}":2}]`)).toStrictEqual({
      kind: "fault",
      website: false,
      message: `etl.example.com/rest/v1/flows answered with JSON that says two things of "${name}"`,
    });
    expect(read(200, JSON.stringify(`[{"${name}":1,"${name}":2}]`)).kind).toBe("fault");
    expect(read(200, `[{"${name}":1,"type":2,"type":3},{"${name}":2}]`).kind).toBe("value");
  });

  it("that is larger than 10 MB is a fault, whatever it begins with", () => {
    expect(read(200, "", {}, true)).toStrictEqual({
      kind: "fault",
      website: false,
      message: "etl.example.com/rest/v1/flows: the answer is larger than 10 MB",
    });
    expect(read(200, "[1]", {}, true).kind).toBe("fault");
  });
});

describe("a status", () => {
  const body = JSON.stringify({ status: 0, error: "Oh no", message: "It was s3cret.", path: "/" });

  it.each([
    [401, { kind: "unauthorized", message: "It was ***.", ...api }],
    [404, { kind: "absent", status: 404, message: "It was ***.", ...api }],
    [400, { kind: "rejected", status: 400, message: "It was ***.", ...api }],
    [403, { kind: "rejected", status: 403, message: "It was ***.", ...api }],
    [405, { kind: "rejected", status: 405, message: "It was ***.", ...api }],
    [409, { kind: "rejected", status: 409, message: "It was ***.", ...api }],
    [498, { kind: "rejected", status: 498, message: "It was ***.", ...api }],
    [429, { kind: "rate-limited" }],
  ])("%d", (status, expected) => {
    expect(read(status, body)).toStrictEqual(expected);
  });

  it.each([500, 502, 503, 504, 520, 599, 408, 425, 444, 460, 499])(
    "%d leaves the fate open",
    status => {
      expect(read(status, body)).toStrictEqual({
        kind: "fault",
        website: false,
        message: `etl.example.com/rest/v1/flows answered ${status}: It was ***.`,
      });
    },
  );

  it("shows no secret that a header repeats, in no other letters either", () => {
    const redact = (text: string) => text.replaceAll("S3cret-Key", "***");
    const shown = (
      status: number,
      more: { readonly headers?: { location: string }; readonly unread?: string },
    ) =>
      JSON.stringify(
        readReply(
          { kind: "answer", status, headers: {}, body: "\u001f", cut: false, ...more },
          { ...dependencies, redact },
        ),
      );
    const unread = 'its content coding "S3cret-Key" cannot be read';
    for (const said of [
      shown(302, { headers: { location: "https://S3cret-Key.example.com/S3cret-Key" } }),
      shown(302, { headers: { location: "/S3cret-Key" } }),
      shown(200, { unread }),
      shown(403, { unread }),
    ]) {
      expect(said).toContain("***");
      expect(said.toLowerCase()).not.toContain("s3cret");
    }
  });

  it("503 may say when the service is back; other codes mean something else by it", () => {
    expect(read(503, "", { "retry-after": "30" })).toMatchObject({ retryAfterMs: 30_000 });
    expect(read(503, "", { "retry-after": "9".repeat(40) })).toMatchObject({
      retryAfterMs: 3_600_000,
    });
    expect(read(503, "", { "retry-after": "soon" })).not.toHaveProperty("retryAfterMs");
    expect(read(500, "", { "retry-after": "30" })).not.toHaveProperty("retryAfterMs");
  });

  it.each([
    [502, '"message":"HOST/rest/v1/flows PROXY answered 502: no text"'],
    [304, '"message":"HOST/rest/v1/flows PROXY answered 304 (not modified)'],
    [403, '"host":"HOST PROXY"'],
    [302, '"message":"the server redirects to HOST/x,'],
    [302, '"host":"HOST PROXY"'],
  ])("%d that a proxy may have said names the proxy", (status, said) => {
    const headers = { location: "/x" };
    const answer = { kind: "answer", status, headers, body: "", cut: false } as const;
    const shown = JSON.stringify(readReply({ ...answer, via: "proxy:8080" }, dependencies))
      .replaceAll("etl.example.com", "HOST")
      .replaceAll("through the proxy proxy:8080", "PROXY");
    expect(shown).toContain(said);
  });

  it("304 is no answer to a request that has no condition", () => {
    expect(read(304)).toMatchObject({ kind: "fault", website: false });
  });

  it.each([300, 301, 302, 307, 308, 399])("%d is a refusal that names the target", status => {
    const at = (location?: string) => read(status, "", location === undefined ? {} : { location });
    const rest = ", and a redirect is not followed with credentials";
    expect(at("https://sso.example.com:8443/login?key=s3cret")).toStrictEqual({
      kind: "rejected",
      status,
      message: `the server redirects to https://sso.example.com:8443${rest}`,
      ...gateway,
    });
    for (const [location, to] of [
      [undefined, ""],
      ["", ""],
      ["http://", ""],
      [`https://${"a.".repeat(20_000)}example/`, ` to https://${"a.".repeat(127)}a…`],
      ["mailto:a@b", ""],
      ["/login", " to etl.example.com/login"],
      ["../../login;jsessionid=1?x=s3cret#y", " to etl.example.com/login"],
      ["//sso.example.com/login", " to sso.example.com"],
      ["https://etl.example.com/login?next=1", " to https://etl.example.com/login"],
      ["http://etl.example.com:8080/login", " to http://etl.example.com:8080"],
    ] as const) {
      expect(at(location)).toStrictEqual({
        kind: "rejected",
        status,
        message: `the server redirects${to}${rest}`,
        ...gateway,
      });
    }
  });

  it("303 says that it was done, so it leaves the fate open", () => {
    expect(read(303, "", { location: "https://a.example/b" })).toStrictEqual({
      kind: "fault",
      website: false,
      message: "the server redirects to https://a.example",
    });
  });

  it.each([
    ["", "no text"],
    [" \n", "no text"],
    ["<html><h1>Bad Gateway</h1>", "an HTML page"],
    ["<html><title>400 Bad Request</title>", "an HTML page"],
    ["<html><title> 400  No SSL\n s3cret sent</title>", 'an HTML page ("No SSL *** sent")'],
    ["upstream s3cret died", "upstream *** died"],
    ["Bad Request\r\nThis port requires TLS.\r\n", "Bad Request This port requires TLS."],
    ['{"a":"s3cret"}', '{"a":"***"}'],
    ['["x"]', '["x"]'],
    ["x".repeat(1_000), "x".repeat(1_000)],
    ["x".repeat(1_001), `${"x".repeat(1_000)}…`],
    [JSON.stringify({ message: "y".repeat(1_001) }), `${"y".repeat(1_000)}…`],
    [JSON.stringify({ message: "😀".repeat(1_001) }), `${"😀".repeat(1_000)}…`],
    ['{"error":{"code":7,"message":"wrapped"}}', "wrapped"],
    ["Authorization: Bearer abc.def-1", "Authorization: Bearer ***"],
  ])("with body %j says %j", (text, message) => {
    expect(read(400, text)).toStrictEqual({ kind: "rejected", status: 400, message, ...gateway });
  });

  it("hides a secret behind any escapes of JSON", () => {
    const { add, redact } = createSecrets(() => undefined);
    const secret = `pä"ss\\w/rd='1'`;
    add(secret);
    const escaped = (text: string) =>
      text.replace(/[^\w"\\{}:,[\]. ]/g, letter => `\\u${hex(letter)}`).replaceAll("/", "\\/");
    const once = JSON.stringify({ message: `No: ${secret}.` });
    const twice = JSON.stringify({ message: JSON.stringify({ password: secret }) });
    for (const text of [once, twice, escaped(once), escaped(twice)]) {
      const reply = { kind: "answer", status: 500, headers: {}, body: text, cut: false } as const;
      const { message } = { message: "", ...readReply(reply, { ...dependencies, redact }) };
      expect(message).toContain("***");
      expect(message).not.toContain("w/rd");
    }
  });
});

describe("a refusal comes from Etlworks", () => {
  it.each([
    ['{"status":403,"error":"Forbidden","message":"Access is denied","path":"/rest/v1"}', true],
    ['{"status":"403","message":"no"}', true],
    ['{"message":"no","path":"/rest/v1/flows"}', true],
    ['{"error":"Forbidden","message":"no"}', true],
    ['{"success":false}', true],
    ['{"message":"Forbidden"}', false],
    ['{"error":"forbidden"}', false],
    ['{"error":{"code":403,"message":"no"}}', false],
    ['{"status":403}', false],
    ['[{"status":403,"message":"no"}]', false],
    ['"no"', false],
    ["null", false],
    ["no", false],
    ["", false],
    ["<html><title>403 Forbidden</title></html>", false],
  ])("when it says so: %s is %j", (text, fromApi) => {
    expect(read(403, text)).toMatchObject({ kind: "rejected", fromApi });
    expect(read(400, text.replaceAll("403", "400"))).toMatchObject({ kind: "rejected", fromApi });
    const html = { "content-type": "text/html" };
    expect(read(401, text.replaceAll("403", "401"), html)).toMatchObject({
      kind: "unauthorized",
      fromApi,
    });
  });
});

describe("Retry-After", () => {
  const asked = (header: string | undefined, date?: string) =>
    read(429, "", {
      ...(header === undefined ? {} : { "retry-after": header }),
      ...(date === undefined ? {} : { date }),
    });

  it.each([
    ["7", 7_000],
    [" 7 ", 7_000],
    ["0", 0],
    ["3600", 3_600_000],
    ["3601", 3_600_000],
    ["999999999", 3_600_000],
    ["Sat, 09 May 2026 06:00:30 GMT", 30_000],
    ["Sat, 09 May 2026 05:00:00 GMT", 0],
    ["Fri, 31 Dec 9999 23:59:59 GMT", 3_600_000],
    [undefined, undefined],
    ["", undefined],
    ["soon", undefined],
    ["9999999999999999", 3_600_000],
    ["9".repeat(30), 3_600_000],
    ["9".repeat(399), 3_600_000],
    ["0000000000007", 7_000],
    ["1.5", 1_500],
    ["0.25", 250],
    ["120.", 120_000],
    [String(NOW / 1_000 + 20), 20_000],
    [String(NOW + 20_000), 20_000],
    [String(NOW / 1_000 - 20), 0],
    ["Saturday, 09-May-26 06:00:30 GMT", 30_000],
    ["Sat May  9 06:00:30 2026", 30_000],
    ["09 May 2026 06:00:30 GMT", 30_000],
    ["Sat, 09 May 2026 08:00:30 +0200", 30_000],
    ["2026-05-09T06:00:30Z", 30_000],
    ["-5", undefined],
    ["-0.5", undefined],
    ["1,5", undefined],
    ["1e3", undefined],
    ["60s", undefined],
    ["60, 60", undefined],
    ["May 2027", undefined],
    ["05/09/2027", undefined],
    ["NaN", undefined],
    ["Infinity", undefined],
  ])("%j asks for %j ms", (header, milliseconds) => {
    expect(asked(header)).toStrictEqual(
      milliseconds === undefined
        ? { kind: "rate-limited" }
        : { kind: "rate-limited", retryAfterMs: milliseconds },
    );
  });

  it("as a date is read by the server's clock, where it shows it", () => {
    expect(asked("Sat, 09 May 2026 09:00:30 GMT", "Sat, 09 May 2026 09:00:00 GMT")).toStrictEqual({
      kind: "rate-limited",
      retryAfterMs: 30_000,
    });
  });

  it("never asks for less than nothing or more than an hour", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.integer().map(String), fc.date().map(String)),
        header => {
          const reply = asked(header);
          const { retryAfterMs = 0 } = reply.kind === "rate-limited" ? reply : {};
          expect(retryAfterMs).toBeGreaterThanOrEqual(0);
          expect(retryAfterMs).toBeLessThanOrEqual(3_600_000);
        },
      ),
    );
  });
});

function hex(letter: string): string {
  return letter.charCodeAt(0).toString(16).padStart(4, "0");
}
