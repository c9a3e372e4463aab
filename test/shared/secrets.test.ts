import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { secretForms } from "../../shared/secret-forms.ts";
import { createSecrets } from "../../shared/secrets.ts";
import { computingMs } from "../computing-time.ts";

describe("secretForms", () => {
  it("knows a plain secret in its encodings", () => {
    expect(secretForms("hunter2/+ü")).toEqual([
      "hunter2/+ü",
      "hunter2/+u\u0308",
      "hunter2%2F%2B%C3%BC",
      "hunter2%2f%2b%c3%bc",
      "hunter2%252F%252B%25C3%25BC",
      "hunter2\\/+ü",
      "hunter2/+\\u00fc",
      "hunter2\\/+\\u00fc",
      "hunter2&#x2F;+ü",
      "hunter2&#47;&#43;&#252;",
      "aHVudGVyMi8rw7w=",
      "aHVudGVyMi8rw7w",
      "aHVudGVyMi8r",
      "bnRlcjIvK8O8",
      "dW50ZXIyLyvD",
      "68756e746572322f2bc3bc",
      "68756E746572322F2BC3BC",
    ]);
  });

  it("knows the signs of HTML as each of the common escapers writes them", () => {
    expect(secretForms("a&<>\"'`=/é")).toEqual(
      expect.arrayContaining([
        "a&amp;&lt;&gt;\"'`=/é",
        "a&amp;&lt;&gt;&quot;&#39;`=/é",
        "a&amp;&lt;&gt;&quot;&#x27;`=/é",
        "a&amp;&lt;&gt;&quot;&#039;`=/é",
        "a&amp;&lt;&gt;&quot;&apos;`=/é",
        "a&amp;&lt;&gt;&quot;'`=/é",
        "a&amp;&lt;&gt;&#34;&#39;`=/é",
        "a&amp;&lt;&gt;&quot;&#x27;&#x60;&#x3D;&#x2F;é",
        "a&#38;&#60;&#62;&#34;&#39;&#96;&#61;&#47;&#233;",
        "a&amp;amp;&amp;lt;&amp;gt;&amp;quot;&amp;#39;`=/é",
      ]),
    );
  });

  it("adds nothing for a key of letters and digits but base64", () => {
    const forms = secretForms("abcdefghijkl0123");
    expect(forms.filter(form => form.includes("abcdef"))).toEqual(["abcdefghijkl0123"]);
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

  it("knows each line of a secret of several, as they are printed", () => {
    const forms = secretForms("first-half\r\n  second-half\nend");
    expect(forms).toEqual(expect.arrayContaining(["first-half", "second-half"]));
    expect(forms).not.toContain("end");
  });

  it("knows a secret in composed and in decomposed letters", () => {
    for (const form of ["NFC", "NFD"]) {
      expect(secretForms("pässwörd".normalize(form))).toEqual(
        expect.arrayContaining(["pässwörd".normalize("NFC"), "pässwörd".normalize("NFD")]),
      );
    }
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
    "percent-encoded in small letters": text =>
      encodeURIComponent(text).replace(/%../g, code => code.toLowerCase()),
    "percent-encoded in full": text =>
      encodeURIComponent(text).replace(/[!'()*]/g, sign => `%${hex(sign).slice(2).toUpperCase()}`),
    "percent-encoded twice": text => encodeURIComponent(encodeURIComponent(text)),
    "as a form field with %20": text =>
      new URLSearchParams([["k", text]]).toString().replaceAll("+", "%20"),
    "inside JSON of ASCII": text =>
      JSON.stringify(text).replace(/[^ -~]/g, letter => `\\u${hex(letter)}`),
    "inside JSON with escaped slashes": text => JSON.stringify(text).replaceAll("/", "\\/"),
    "inside JSON that is safe in HTML": text =>
      JSON.stringify(text).replace(/[<>&=']/g, letter => `\\u${hex(letter)}`),
    "inside HTML, quotes left": text => html(text),
    "inside HTML with &quot; and &#39;": text => html(text, "&quot;", "&#39;"),
    "inside HTML with &#34; and &#39;": text => html(text, "&#34;", "&#39;"),
    "inside HTML with &quot; and &#x27;": text => html(text, "&quot;", "&#x27;"),
    "inside HTML with &quot; and &apos;": text => html(text, "&quot;", "&apos;"),
    "inside HTML, escaped twice": text => html(text, "&quot;", "&#39;").replaceAll("&", "&amp;"),
    "in base64": text => Buffer.from(text).toString("base64"),
    "in base64url": text => Buffer.from(text).toString("base64url"),
    "inside JSON inside JSON": text => JSON.stringify(JSON.stringify(text)).slice(3, -3),
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

  it("hides a secret in hex, unless it is so short that a number could be one", () => {
    const { add, redact } = createSecrets(() => undefined);
    for (const secret of ["1234", "hunter2-é"]) add(secret);
    const hexOf = (text: string) => Buffer.from(text).toString("hex");
    const text = `x${hexOf("hunter2-é")}y ${hexOf("hunter2-é").toUpperCase()} ${hexOf("1234")}`;
    expect(redact(text)).toBe("x***y *** 31323334");
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

  /** Everything that somebody may strip later. */
  const marks = fc.constantFrom(
    "\0",
    "\u0001",
    "\u007f",
    "\u0085",
    "\u00ad",
    "\u034f",
    "\u061c",
    "\u200b",
    "\u200d",
    "\u200e",
    "\u202e",
    "\u2060",
    "\u2066",
    "\u3164",
    "\ufe0f",
    "\ufeff",
    "\u{e0061}",
    "\u001b[31m",
    "\u001b[0;1m",
    "\u009b31m",
    "\u001b]0;title\u0007",
    "\u001b",
  );
  const terminalCodes = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[ -/]*[@-~]`, "g");
  const strippers: readonly ((text: string) => string)[] = [
    text => text.replace(/[^\P{Cc}\t\n\r]/gu, ""),
    text => text.replace(/[^\P{Cc}\t\n\r]|\p{Bidi_Control}/gu, ""),
    text => text.replace(/[^\P{Cc}\t\n\r]|\p{Cf}|\p{Default_Ignorable_Code_Point}/gu, ""),
    text => text.replace(terminalCodes, "").replace(/[^\P{Cc}\t]/gu, ""),
  ];

  it("hides a secret that is torn apart by what somebody strips later", () => {
    const key = fc.string({ unit: "grapheme-ascii", minLength: 6, maxLength: 30 });
    fc.assert(
      fc.property(
        key.filter(text => text.trim().length >= 6 && !text.includes("*")),
        fc.array(fc.tuple(fc.nat(), marks), { minLength: 1, maxLength: 8 }),
        (secret, tears) => {
          const { add, redact } = createSecrets(() => undefined);
          add(secret);
          const torn = tears.reduce((text, [at, mark]) => {
            const place = at % (text.length + 1);
            return text.slice(0, place) + mark + text.slice(place);
          }, secret);
          const left = redact(`<${torn}>`);
          for (const strip of strippers) expect(strip(left)).not.toContain(secret);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("hides each of several torn secrets, whatever tears the others", () => {
    const { add, redact } = createSecrets(() => undefined);
    for (const secret of ["Key-1234567", "gatesecret99", "other-secret"]) add(secret);
    const text =
      "a K\0ey-12\u200b34567 b gate\u001b[31msecret99 c other\u001b]0;t\u0007-secret d \u001bKey-1234567";
    expect(redact(text)).toBe("a *** b *** c *** d \u001b***");
    expect(redact(`x\u001b[0mKey-12\u001b[1m34567\u001b[0m y`)).toBe("x\u001b[0m***\u001b[0m y");
    expect(redact("abc Key-123\0Key-1234567\0 d")).toBe("abc Key-123\0***\0 d");
  });

  it("hides a secret that holds such characters itself", () => {
    const { add, redact } = createSecrets(() => undefined);
    add("pass\u200bword-1");
    expect(redact("a pass\u200bword-1, a password-1, a pa\0ssword-1")).toBe("a ***, a ***, a ***");
  });

  const signs = (write: (letter: string) => string) => (text: string) =>
    Array.from(text, (letter, index) => (index % 3 === 1 ? write(letter) : letter)).join("");
  const byte = (letter: string) => letter.charCodeAt(0).toString(16).padStart(2, "0");
  const mixtures: Readonly<Record<string, (text: string) => string>> = {
    "percent-encoded": signs(letter => `%${byte(letter)}`),
    "as entities": signs(letter => `&#${letter.charCodeAt(0)};`),
    "as entities with zeros": signs(letter => `&#00${letter.charCodeAt(0)};`),
    "as entities in hex": signs(letter => `&#x${byte(letter).toUpperCase()};`),
    "as escapes of JSON": signs(letter => `\\u00${byte(letter)}`),
    "as escapes of a string": signs(letter => `\\x${byte(letter)}`),
    "percent-encoded twice": signs(letter => `%25${byte(letter)}`),
    "as entities of entities": signs(letter => `&amp;#${letter.charCodeAt(0)};`),
    "in several ways": text => `%${byte(text[0] ?? "")}&#${text.charCodeAt(1)};${text.slice(2)}`,
  };
  it.each(Object.entries(mixtures))("hides a secret with single letters %s", (_name, write) => {
    const plain = fc
      .stringMatching(/^[A-Za-z0-9!/+=&<>"' -]{8,30}$/)
      .filter(text => text.trim() === text);
    fc.assert(
      fc.property(plain, secret => {
        const { add, redact } = createSecrets(() => undefined);
        add(secret);
        const written = write(secret);
        const shown = redact(`first\nbefore ${written} after\nlast`);
        expect(shown).not.toContain(written);
        expect(shown).toMatch(/^first\n.*\*\*\*.*\nlast$/);
      }),
    );
  });

  it.each([
    ["hides all of the first letter", "%68unter2-hunter2", "***"],
    ["hides all of the last letter", "a hunter2-hunter%32 b", "a *** b"],
    ["hides all of a letter in between", "a h&#117;nter2-h&#x75;nter2 b", "a *** b"],
    ["hides both of two neighbours", "hunter2-hunter%32%68unter2-hunter2.", "******."],
    ["hides the shorter one before the longer", "h%6fst-1 hunter2-%68unter2", "*** ***"],
    ["hides the longer one before the shorter", "hunter2-%68unter2 h%6fst-1", "*** ***"],
    ["leaves the lines around", "%20a\nb &#104;ost-1\n%20c", "%20a\nb ***\n%20c"],
    ["hides letters beyond ASCII", "sch%6cüssel-1, schl&#252;sse%6c-1", "***, ***"],
    ["hides the whole line of what is written twice", "%20a\nb %2568ost-1 c\nd", "%20a\n***\nd"],
    ["leaves other lines that are written twice", "%2568 host\n&amp;#104;ost-1", "%2568 host\n***"],
  ])("%s", (_what, text, shown) => {
    const { add, redact } = createSecrets(() => undefined);
    for (const secret of ["hunter2-hunter2", "host-1", "schlüssel-1"]) add(secret);
    expect(redact(text)).toBe(shown);
  });

  it.each([
    ["UTF-8 in an address", "%53ch%6C%C3%BCssel-%e2%82%ac-1"],
    ["Latin letters in an address", "%53chl%fcssel-€-1"],
    ["names of HTML", "Schl&uuml;ssel&#45;&#x20ac;-1"],
    ["names of HTML for signs", "Schl&uuml;ssel-&euro;-1"],
    ["numbers of HTML", "Schl&#xFC;ssel-&#8364;-1"],
    ["escapes of JSON beside plain letters", "Sch\\u006cüssel-\\u20AC-1"],
    ["escapes of a string", "Schl\\xfcssel-€-1"],
  ])("hides letters of any alphabet: %s", (_what, written) => {
    const { add, redact } = createSecrets(() => undefined);
    add("Schlüssel-€-1");
    expect(redact(`%C3%84 &auml; ${written} \\u20ac &euro;`)).toBe(
      "%C3%84 &auml; *** \\u20ac &euro;",
    );
  });

  it("hides a secret that a writer of lines has broken, with what stands between its parts", () => {
    const secret = "a-key-of-some-length-with-numbers-12345";
    const forms = [secret, Buffer.from(`user:${secret}`).toString("base64")];
    fc.assert(
      fc.property(
        fc.constantFrom(...forms),
        fc.integer({ min: 1, max: 30 }),
        fc.constantFrom("\n", "\r\n", "\r", "\n\n", "\n\t", "\n    "),
        (form, width, lineEnd) => {
          const { add, redact } = createSecrets(() => undefined);
          add(secret);
          const lines = form.match(new RegExp(`.{1,${width}}`, "g")) ?? [];
          const shown = redact(`first\n${lines.join(lineEnd)}\nlast`);
          // Of base64 the letters stay that depend on what stands before.
          expect(shown).toMatch(/^first\n[\w=\s]{0,120}\*\*\*[\w=\s]{0,120}\nlast$/);
        },
      ),
    );
  });

  it("leaves the lines that hold parts of a short secret", () => {
    const { add, redact } = createSecrets(() => undefined);
    add("errors");
    expect(redact("no err\nors")).toBe("no err\nors");
  });

  it("hides what holds secrets written in several ways, and nothing around it", () => {
    const secrets = ["hunter2-hunter2", "host-1", "other key"];
    const { add, redact } = createSecrets(() => undefined);
    for (const secret of secrets) add(secret);
    const ways = [
      (letter: string) => letter,
      (letter: string) => `%${byte(letter)}`,
      (letter: string) => `&#${letter.charCodeAt(0)};`,
      (letter: string) => `\\x${byte(letter)}`,
    ];
    const written = fc
      .tuple(
        fc.constantFrom(...secrets),
        fc.array(fc.constantFrom(...ways), { minLength: 15, maxLength: 15 }),
      )
      .map(([secret, chosen]) =>
        Array.from(secret, (letter, index) => chosen[index]?.(letter)).join(""),
      );
    const plain = fc.string({ unit: fc.constantFrom(...Array.from("xyz ., \n")), maxLength: 6 });
    fc.assert(
      fc.property(fc.array(fc.tuple(plain, written), { maxLength: 6 }), plain, (pieces, end) => {
        const text = pieces.map(([before, secret]) => before + secret).join("") + end;
        const shown = pieces.map(([before]) => `${before}***`).join("") + end;
        expect(redact(text)).toBe(shown);
      }),
      { numRuns: 300 },
    );
  });

  it("leaves what is written so, and holds no secret", () => {
    const { add, redact } = createSecrets(() => undefined);
    add("hunter2-hunter2");
    const text = "a%20b &amp; c &#115; \\u0041 &amp;amp; %2520 100% &#99999;";
    expect(redact(text)).toBe(text);
  });

  it("takes no long time for a text that is written so", async () => {
    const { add, redact } = createSecrets(() => undefined);
    add("hunter2-hunter2");
    const used = await computingMs(() => redact("%20&amp;#115;".repeat(100_000)));
    expect(used).toBeLessThan(5_000);
  });

  it("leaves such characters where they are when no secret is behind them", () => {
    const { add, redact } = createSecrets(() => undefined);
    add("hunter2-hunter2");
    const family = "👨‍👩‍👧 \u001b[31mred\u001b[0m";
    expect(redact(family)).toBe(family);
    expect(redact(`hunter2-hunter2 ${family}`)).toBe(`*** ${family}`);
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

function hex(letter: string): string {
  return letter.charCodeAt(0).toString(16).padStart(4, "0");
}

function html(text: string, double = '"', single = "'"): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', double)
    .replaceAll("'", single);
}
