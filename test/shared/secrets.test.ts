import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSecrets, secretForms } from "../../shared/secrets.ts";

describe("secretForms", () => {
  it("knows a plain secret in its encodings", () => {
    expect(secretForms("hunter2/+ü")).toMatchInlineSnapshot(`
      [
        "hunter2/+ü",
        "hunter2%2F%2B%C3%BC",
        "aHVudGVyMi8rw7w=",
        "aHVudGVyMi8rw7w",
        "aHVudGVyMi8r",
        "bnRlcjIvK8O8",
        "dW50ZXIyLyvD",
      ]
    `);
  });

  it("leaves out what is too short to be one", () => {
    expect(secretForms("abc")).toEqual(["YWJj"]);
    expect(secretForms("ab")).toEqual(["YWI="]);
    expect(secretForms("")).toEqual([]);
    expect(secretForms("abcd")).toEqual(["abcd", "YWJjZA==", "YWJjZA"]);
  });

  it("knows a secret with blanks around it also without them", () => {
    expect(secretForms(" s3cret\n")).toEqual(
      expect.arrayContaining([" s3cret\n", "s3cret", "%20s3cret%0A", "+s3cret%0A", " s3cret\\n"]),
    );
  });

  it("survives half a surrogate pair", () => {
    expect(secretForms("abc\ud800def")).toContain("abc%EF%BF%BDdef");
  });
});

/** Letters that encodings treat in different ways. */
const letters = fc.constantFrom(
  ...Array.from(`aZ09 -_.~!*'()+/=&%?#@:;,<>"\\\n\tüß€😀\u00a0\u0000`),
);
const anySecret = fc
  .string({ unit: letters, minLength: 4, maxLength: 40 })
  .filter(text => text.trim().length >= 4);

describe("redact", () => {
  const encodings: Readonly<Record<string, (text: string) => string>> = {
    "as it is": text => text,
    "percent-encoded": encodeURIComponent,
    "as a form field": text => new URLSearchParams([["k", text]]).toString(),
    "inside JSON": text => JSON.stringify({ message: text }),
    "in base64": text => Buffer.from(text).toString("base64"),
    "in base64url": text => Buffer.from(text).toString("base64url"),
  };

  it.each(Object.entries(encodings))("hides a secret %s", (_name, encode) => {
    fc.assert(
      fc.property(anySecret, secret => {
        const { add, redact } = createSecrets(() => undefined);
        add(secret);
        expect(redact(`<${encode(secret)}>`)).toContain("***");
        expect(redact(`<${encode(secret)}>`)).not.toContain(encode(secret));
      }),
    );
  });

  it("hides a secret in base64, whatever stands before and after it", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 12, maxLength: 40, unit: "grapheme-ascii" }),
        fc.string({ maxLength: 6, unit: "grapheme-ascii" }),
        fc.string({ maxLength: 6, unit: "grapheme-ascii" }),
        (secret, before, after) => {
          const { add, redact } = createSecrets(() => undefined);
          add(secret);
          const text = Buffer.from(before + secret + after).toString("base64");
          const left = redact(text);
          expect(left).toContain("***");
          // What remains tells five letters at most: those that share a group with a neighbour.
          const known = Buffer.from(left.replace("***", ""), "base64").toString();
          expect(known).not.toContain(secret.slice(0, 6));
        },
      ),
    );
  });

  it("hides even eight letters in base64", () => {
    const { add, redact } = createSecrets(() => undefined);
    add("s3cr3t-8");
    for (const before of ["", "a", "ab"]) {
      expect(redact(Buffer.from(`${before}s3cr3t-8`).toString("base64"))).toContain("***");
    }
  });

  it("hides the longer of two secrets that hold one another", () => {
    const { add, redact } = createSecrets(() => undefined);
    add("hunter");
    add("hunter2hunter2");
    expect(redact("a hunter2hunter2, a hunter, a hunter2")).toBe("a ***, a ***, a ***2");
  });

  it("hides every occurrence, and leaves everything else alone", () => {
    const { add, redact } = createSecrets(() => undefined);
    expect(redact("nothing known yet")).toBe("nothing known yet");
    add("$&.*-key");
    expect(redact("$&.*-key, again $&.*-key; a key")).toBe("***, again ***; a key");
  });

  it("tells each form once, before anything can show it", () => {
    const told: string[] = [];
    const { add } = createSecrets(form => told.push(form));
    add("hunter2-hunter2");
    const once = [...told];
    add("hunter2-hunter2");
    expect(told).toEqual(once);
    expect(new Set(told).size).toBe(told.length);
    expect(told).toEqual(secretForms("hunter2-hunter2"));
  });
});
