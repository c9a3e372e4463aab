import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyParameters, parseParameters as readText } from "../../../action/inputs/parameters.ts";
import { UserError } from "../../../shared/user-error.ts";
import { anyString } from "../../any-string.ts";

const parseParameters = (text: string) => readText(text).parameters;

/** Names as people give them, and as nobody would. */
const name = fc.oneof(
  fc.stringMatching(/^[A-Za-z_][\w.-]{0,20}$/),
  fc.constantFrom("__proto__", "constructor", "toString", "a:b", 'say"hi"', "täg", "日付", "-x"),
);
const value = fc.oneof(
  fc.string({ unit: "grapheme" }),
  anyString(),
  fc.constantFrom("", " padded ", "a=b", "#no remark", "line\nline", '"name": 1', "{token}", "\\"),
);

function mistakeOf(text: string): string {
  try {
    parseParameters(text);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return "";
}

describe("parameters as JSON", () => {
  it("come back as they were written", () => {
    fc.assert(
      fc.property(fc.dictionary(name, value), fc.constantFrom(0, 2), (map, indent) => {
        expect(entries(parseParameters(JSON.stringify(map, null, indent)))).toEqual(entries(map));
      }),
    );
  });

  it("keep every number as its author wrote it", () => {
    const digits = fc.stringMatching(/^(0|[1-9]\d{0,24})$/);
    const fraction = fc.stringMatching(/^(\.\d{1,10})?$/);
    const exponent = fc.stringMatching(/^([eE][+-]?\d{1,2})?$/);
    fc.assert(
      fc.property(fc.boolean(), digits, fraction, exponent, (negative, whole, part, power) => {
        const written = `${negative ? "-" : ""}${whole}${part}${power}`;
        expect(parseParameters(`{"n": ${written}}`)).toEqual({ n: written });
      }),
    );
  });

  it("turn booleans into texts", () => {
    expect(parseParameters('{"yes": true, "no": false}')).toEqual({ yes: "true", no: "false" });
  });

  it("refuse a name that is given twice, however it is written, and never quote a value", () => {
    fc.assert(
      fc.property(fc.dictionary(name, value, { minKeys: 1 }), fc.nat(), (map, choice) => {
        const names = Object.keys(map);
        const twice = names[choice % names.length] ?? "";
        const pair = (key: string) => `${JSON.stringify(key)} : "secret-value"`;
        const again = `${escapedFully(twice)}: "secret-value"`;
        const mistake = mistakeOf(`{${[...names.map(pair), again].join(",")}}`);
        expect(mistake).toBe(`parameters: "${twice}" is given twice.`);
      }),
    );
  });

  it("are not confused by names and colons inside values", () => {
    const text = '{"a": "\\"b\\": 1, \\"b\\": 2", "b": "a\\\\", "c": "\\"a\\":"}';
    expect(parseParameters(text)).toEqual({ a: '"b": 1, "b": 2', b: "a\\", c: '"a":' });
  });

  it.for([
    ['{"a": nul}', "starts like JSON but is not valid at line 1, column 10."],
    [
      '{"a": 1,}',
      "starts like JSON but is not valid at line 1, column 9. Remove the comma before it.",
    ],
    [
      '{\n "a": 1\n "b": 2\n}',
      "starts like JSON but is not valid at line 3, column 2. A comma is missing before it.",
    ],
    [
      '{\n "a": "x\n"}',
      "starts like JSON but is not valid at line 2, column 9. Write a line break inside a string as \\n.",
    ],
    [
      '{"a": secret-value}',
      "starts like JSON but is not valid at line 1, column 7. In JSON names and strings stand in double quotes.",
    ],
    ['{"a": "b"} secret-value', "starts like JSON but is not valid at line 1, column 12."],
    ["{", "starts like JSON but is not valid at line 1, column 2."],
    ['{"a":', "starts like JSON but is not complete."],
    [
      "{'a': 1}",
      "starts like JSON but is not valid at line 1, column 2. JSON needs double quotes.",
    ],
    [
      '{"a": 1} // remark',
      "starts like JSON but is not valid at line 1, column 10. JSON has no remarks.",
    ],
    ['{"": 1}', "a name is empty."],
    ['{"a": {}}', '"a" is an object; only strings, numbers and booleans can be passed.'],
  ] as const)("say where %s is wrong", ([text, why]) => {
    expect(mistakeOf(text)).toBe(`parameters: ${why}`);
  });

  it("never quote what stands around a fault", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom("}", ",", "]", ":", '"', "x", "{", "\n"),
        (text, bad) => {
          const mistake = mistakeOf(`{"a": "secret-value${text}" ${bad} "b": "secret-value"`);
          expect(mistake).toMatch(/^parameters: /);
          expect(mistake).not.toContain("secret-value");
        },
      ),
    );
  });
});

describe("parameters as lines", () => {
  const plainName = name.filter(text => /^[^=#\s{[]([^=\n]*[^=\s])?$/.test(text));
  const plainValue = fc
    .string({ unit: "grapheme" })
    .map(text => text.replaceAll(/[\r\n\u2028\u2029]/g, " ").trim());

  it("come back as they were written, whatever stands between them", () => {
    fc.assert(
      fc.property(
        fc.dictionary(plainName, plainValue),
        fc.constantFrom("\n", "\r\n", "\n\n", "\n  # remark = x\n", "\r"),
        fc.constantFrom("=", " = ", "= "),
        (map, end, equals) => {
          const text = Object.entries(map)
            .map(([key, entry]) => `${key}${equals}${entry}`)
            .join(end);
          expect(entries(parseParameters(text))).toEqual(entries(map));
        },
      ),
    );
  });

  it("refuse a name that is given twice", () => {
    expect(mistakeOf("a=secret-value\nb=1\n a =secret-value")).toBe(
      'parameters: "a" is given twice.',
    );
  });

  it("say which line has no equals sign, and do not quote it", () => {
    fc.assert(
      fc.property(fc.nat({ max: 20 }), lines => {
        const text = `${"a=1\n".repeat(Math.min(lines, 1))}${"# remark\n".repeat(lines)}secret-value`;
        const number = text.split("\n").length;
        expect(mistakeOf(text)).toBe(
          `parameters: line ${number} has no "=". Write name=value on each line, or a JSON object.`,
        );
      }),
    );
  });
});

describe("lines that can be no parameters", () => {
  it.for([
    ["- a=1", 'line 1 starts with "- "'],
    ["-\ta=1", 'line 1 starts with "- "'],
    ["* a=1", "the name on line 1 contains a space"],
    ["export A=1", "the name on line 1 contains a space"],
    ["set A=1", "the name on line 1 contains a space"],
    ["--param a=1", "the name on line 1 contains a space"],
    ["a: b=1", "the name on line 1 contains a space"],
    ["a: 1", 'line 1 has no "="'],
    ["---\na=1", 'line 1 has no "="'],
    ["a=|\n  x", 'line 2 has no "="'],
    ["sql=SELECT *\nFROM t WHERE a=1", "the name on line 2 contains a space"],
    ["a=1\nb\u200b=1", "the name on line 2 contains an invisible character"],
    [`\${A}=1`, "the name on line 1 contains a brace"],
    ['"a"=1', "the name on line 1 begins with a quotation mark"],
    ["a=1\n'b'=2", "the name on line 2 begins with a quotation mark"],
    ["`a`=1", "the name on line 1 begins with a quotation mark"],
    ["\u201ca\u201d=1", "the name on line 1 begins with a quotation mark"],
    ["=1", "the name on line 1 is empty"],
    ['"{\\"a\\":1}"', 'line 1 has no "="'],
    ["[a]\nb=1", "must be one JSON object or lines name=value, not a list"],
  ] as const)("%j", ([text, why]) => {
    expect(mistakeOf(text)).toContain(`parameters: ${why}`);
  });
});

describe("lines that may be a mistake", () => {
  const warningsOf = (text: string) => readText(text).warnings;
  it.for([
    ['A="x y"', "begins and ends with a quotation mark"],
    ["A='x'", "begins and ends with a quotation mark"],
    ["A=1 # remark", 'contains " # "'],
    ["a=1 b=2", "looks like the next name=value"],
    ["a=1, b=2", "looks like the next name=value"],
    ["a=1;b=2", "looks like the next name=value"],
    ["a=1&b=2", "looks like the next name=value"],
    ["a=1 größe=2", "looks like the next name=value"],
    ["a==1", 'begins with "="'],
    ["--a=1", "has signs that names seldom have"],
    ["?a=1", "has signs that names seldom have"],
    ["$A=1", "has signs that names seldom have"],
    ["%A%=1", "has signs that names seldom have"],
    ["a:=1", "has signs that names seldom have"],
    ["a+=1", "has signs that names seldom have"],
    ["a=1,\nb=2,", 'every line ends with ","'],
    ["a=1;\nb=2;", 'every line ends with ";"'],
    ["a=1 \\\nb=2", "ends with a backslash"],
    ["a=1\u0085b=2", "an invisible character"],
    ["a=1\u200b", "an invisible character"],
    ["a=1\u202e2", "an invisible character"],
    ["a=1\n  b=2", "is indented as if it continued"],
    [`sha=\${{ github.sha }}`, "GitHub replaces in workflow files only"],
    [`{"sha": "\${{ github.sha }}"}`, "GitHub replaces in workflow files only"],
  ] as const)("%j", ([text, why]) => {
    expect(warningsOf(text)).toEqual([expect.stringContaining(why)]);
    expect(warningsOf(text)[0]).toMatch(/^parameters: /);
  });

  it.for([
    "a=1",
    "a.b-c_d=1\n  \n# remark\nA[0]=2",
    "täg=1\n日付=2026-11-27",
    "url=https://example.com/x?a=1&b=2;c=3",
    "connection=Server=db;Database=orders;Port=5432",
    "filter=a>=1",
    "folder=C:\\data\\\nnext=1",
    "color=#fff",
    "list=a,b,c",
    "quote=5' 3\"",
    "emoji=👨‍👩‍👧",
    'json={"a": 1, "b": "c=d"}',
    "list=1,2,\nother=3",
    "token={token}",
    '{"a": "1 b=2", "c": "\\"x\\"", "d": "1 # 2"}',
  ])("none in %j", text => {
    expect(warningsOf(text)).toEqual([]);
  });
});

describe("emptyParameters", () => {
  it("names what Etlworks would leave as a token", () => {
    expect(emptyParameters({ a: "", b: " ", c: "x", d: "" })).toEqual(["a", "d"]);
  });
});

/** With `__proto__` as a name like any other. */
function entries(map: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(map).toSorted(([one], [other]) => (one < other ? -1 : 1));
}

/** Every letter as `\uXXXX`: the same name to JSON, and another text. */
function escapedFully(text: string): string {
  const units = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
  return `"${units.map(unit => `\\u${unit.toString(16).padStart(4, "0")}`).join("")}"`;
}
