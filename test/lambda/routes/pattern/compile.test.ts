import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CompiledPattern, compilePattern } from "../../../../lambda/routes/pattern/compile.ts";
import { collectFields, fieldPaths } from "../../../../lambda/routes/pattern/event-fields.ts";
import { keepRounded } from "../../../../shared/exact-number.ts";
import { UserError } from "../../../../shared/user-error.ts";
import { computingMs } from "../../../computing-time.ts";

/** Whether a pattern matches; throws what is wrong with it. */
function matches(pattern: unknown, event: unknown): boolean {
  const compiled = compilePattern(pattern);
  if (compiled.kind === "rejected") throw new Error(JSON.stringify(compiled.mistakes));
  return answer(compiled, event);
}

function answer(compiled: CompiledPattern & { kind: "pattern" }, event: unknown): boolean {
  return compiled.matches(collectFields(event, fieldPaths(compiled.values.keys())));
}

function mistakesIn(pattern: unknown): string {
  const compiled = compilePattern(pattern);
  if (compiled.kind === "pattern") return "none";
  return compiled.mistakes.map(({ path, message }) => `${path} ${message}`).join("; ");
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html */
describe("the examples in AWS's documentation", () => {
  it.each<[pattern: unknown, matching: readonly unknown[], others: readonly unknown[]]>([
    // Equals, and, or, null, empty
    [{ Name: ["Alice"] }, [{ Name: "Alice" }], [{ Name: "alice" }, { Name: "Alice " }, {}]],
    [
      { Location: ["New York"], Day: ["Monday"] },
      [{ Location: "New York", Day: "Monday" }],
      [{ Location: "New York" }, { Location: "New York", Day: "Tuesday" }],
    ],
    [{ PaymentType: ["Credit", "Debit"] }, [{ PaymentType: "Debit" }], [{ PaymentType: "Cash" }]],
    [
      { $or: [{ Location: ["New York"] }, { Day: ["Monday"] }] },
      [{ Location: "New York" }, { Day: "Monday" }, { Location: "Rome", Day: "Monday" }],
      [{ Location: "Rome", Day: "Tuesday" }, {}],
    ],
    [{ UserID: [null] }, [{ UserID: null }], [{ UserID: "" }, { UserID: "null" }, {}]],
    [{ LastName: [""] }, [{ LastName: "" }], [{ LastName: null }, { LastName: " " }, {}]],
    // Prefix and suffix
    [
      { time: [{ prefix: "2017-10-02" }] },
      [{ time: "2017-10-02T18:43:48Z" }, { time: "2017-10-02" }],
      [{ time: "2017-10-03T18:43:48Z" }, { time: 20171002 }],
    ],
    [
      { service: [{ prefix: { "equals-ignore-case": "EventB" } }] },
      [{ service: "EventBridge" }, { service: "eventBridge" }, { service: "EVENTBRIDGE" }],
      [{ service: "Event" }, { service: "AEventBridge" }],
    ],
    [
      { FileName: [{ suffix: ".png" }] },
      [{ FileName: "a.png" }, { FileName: ".png" }],
      [{ FileName: "a.PNG" }, { FileName: "a.png.gz" }],
    ],
    [
      { FileName: [{ suffix: { "equals-ignore-case": ".png" } }] },
      [{ FileName: "a.PNG" }, { FileName: "a.pNg" }],
      [{ FileName: "a.png2" }],
    ],
    [
      { "detail-type": [{ "equals-ignore-case": "ec2 instance state-change notification" }] },
      [{ "detail-type": "EC2 Instance State-change Notification" }],
      [{ "detail-type": "EC2 Instance State-change Notifications" }],
    ],
    // Anything but
    [
      { detail: { state: [{ "anything-but": "initializing" }] } },
      [{ detail: { state: "running" } }, { detail: { state: 5 } }, { detail: { state: null } }],
      [{ detail: { state: "initializing" } }, { detail: {} }],
    ],
    [
      { detail: { "x-limit": [{ "anything-but": [100, 200, 300] }] } },
      [{ detail: { "x-limit": 150 } }, { detail: { "x-limit": "100" } }],
      [{ detail: { "x-limit": 100 } }, { detail: { "x-limit": 2e2 } }],
    ],
    [
      { detail: { state: [{ "anything-but": ["stopped", "overloaded"] }] } },
      [{ detail: { state: "running" } }],
      [{ detail: { state: "stopped" } }, { detail: { state: "overloaded" } }],
    ],
    [
      {
        detail: {
          state: [{ "anything-but": { "equals-ignore-case": ["initializing", "stopped"] } }],
        },
      },
      [{ detail: { state: "running" } }],
      [{ detail: { state: "INITIALIZING" } }, { detail: { state: "Stopped" } }],
    ],
    [
      { Region: [{ "anything-but": { prefix: ["us-", "eu-"] } }] },
      [{ Region: "ap-south-1" }, { Region: "xus-" }],
      [{ Region: "us-east-1" }, { Region: "eu-central-1" }],
    ],
    [
      { FileName: [{ "anything-but": { suffix: [".txt", ".rtf"] } }] },
      [{ FileName: "a.png" }],
      [{ FileName: "a.txt" }, { FileName: "a.rtf" }],
    ],
    [
      { FilePath: [{ "anything-but": { wildcard: ["*/lib/*", "*/bin/*"] } }] },
      [{ FilePath: "/src/a" }],
      [{ FilePath: "/lib/a" }, { FilePath: "x/bin/a" }],
    ],
    // Numeric
    [{ Price: [{ numeric: ["=", 100] }] }, [{ Price: 100 }, { Price: 1e2 }], [{ Price: "100" }]],
    [
      { Price: [{ numeric: [">", 10, "<=", 20] }] },
      [{ Price: 10.01 }, { Price: 20 }],
      [{ Price: 10 }, { Price: 20.01 }, { Price: "15" }, { Price: null }],
    ],
    [
      {
        detail: {
          "c-count": [{ numeric: [">", 0, "<=", 5] }],
          "d-count": [{ numeric: ["<", 10] }],
          "x-limit": [{ numeric: ["=", 3.018e2] }],
        },
      },
      [{ detail: { "c-count": 5, "d-count": -3, "x-limit": 301.8 } }],
      [{ detail: { "c-count": 0, "d-count": -3, "x-limit": 301.8 } }],
    ],
    // IP addresses
    [
      { detail: { "source-ip": [{ cidr: "10.0.0.0/24" }] } },
      [{ detail: { "source-ip": "10.0.0.0" } }, { detail: { "source-ip": "10.0.0.255" } }],
      [{ detail: { "source-ip": "10.0.1.0" } }, { detail: { "source-ip": "10.0.0" } }],
    ],
    [
      { ip: [{ cidr: "2001:db8::/32" }] },
      [{ ip: "2001:db8::1" }, { ip: "2001:0DB8:ffff::" }],
      [{ ip: "2001:db9::1" }, { ip: "nowhere" }],
    ],
    // Exists
    [
      { detail: { state: [{ exists: true }] } },
      [{ detail: { state: "running" } }, { detail: { state: null } }, { detail: { state: [0] } }],
      [{ detail: {} }, { detail: { state: {} } }, { detail: { state: [] } }, {}],
    ],
    [
      { detail: { "c-count": [{ exists: false }] } },
      [{ detail: {} }, {}, { detail: { "c-count": { a: 1 } } }, { detail: { "c-count": [] } }],
      [{ detail: { "c-count": 0 } }, { detail: { "c-count": null } }],
    ],
    [{ a: [{ exists: false }, "x"] }, [{}, { a: "x" }], [{ a: "y" }]],
    // Wildcards
    [
      { FileName: [{ wildcard: "dir/*.png" }] },
      [{ FileName: "dir/a.png" }, { FileName: "dir/sub/a.png" }, { FileName: "dir/.png" }],
      [{ FileName: "dir/a.png2" }, { FileName: "adir/a.png" }],
    ],
    [{ p: [{ wildcard: "*/*/*" }] }, [{ p: "//" }, { p: "a/b/c/d" }], [{ p: "a/b" }]],
    [{ p: [{ wildcard: "a\\*b\\\\c" }] }, [{ p: "a*b\\c" }], [{ p: "aXb\\c" }]],
    [{ p: [{ wildcard: "a*a" }] }, [{ p: "aa" }, { p: "a\na" }], [{ p: "a" }]],
    [{ p: [{ wildcard: "*" }] }, [{ p: "" }, { p: "x" }], [{ p: 1 }, {}]],
    // Lists in events
    [
      { resources: ["b", "c"] },
      [{ resources: ["a", "b"] }, { resources: [["c"]] }],
      [{ resources: ["a"] }, { resources: [] }],
    ],
    // $or beside other fields, nested, and inside an object
    [
      { source: ["s"], detail: { $or: [{ a: [1] }, { b: [2], $or: [{ c: [3] }, { d: [4] }] }] } },
      [
        { source: "s", detail: { a: 1 } },
        { source: "s", detail: { b: 2, d: 4 } },
      ],
      [
        { source: "t", detail: { a: 1 } },
        { source: "s", detail: { b: 2 } },
        { source: "s", detail: { d: 4 } },
      ],
    ],
  ])("%j", (pattern, matching, others) => {
    for (const event of matching) expect(matches(pattern, event), JSON.stringify(event)).toBe(true);
    for (const event of others) expect(matches(pattern, event), JSON.stringify(event)).toBe(false);
  });
});

describe("values", () => {
  it("are compared by type: text, number, true and null are never each other", () => {
    const values = ["1", 1, "true", true, "null", null, "", 0, false];
    for (const wanted of values) {
      for (const value of values) {
        expect(matches({ a: [wanted] }, { a: value })).toBe(wanted === value);
      }
    }
  });

  it("that are numbers are equal however they are written", () => {
    expect(matches({ a: [300] }, JSON.parse('{"a": 3.0e2}'))).toBe(true);
    expect(matches({ a: [0] }, JSON.parse('{"a": -0.0}'))).toBe(true);
    expect(matches({ a: [{ numeric: [">", 0] }] }, JSON.parse('{"a": 1e400}'))).toBe(false);
    expect(matches({ a: [{ "anything-but": 1 }] }, JSON.parse('{"a": 1e400}'))).toBe(true);
  });

  it("that are numbers which JSON rounds are compared as the rounded ones", () => {
    const rounded = (written: string) => keepRounded(Number(written), written);
    const event = { a: rounded("0.1234567890123456789"), b: [rounded("1e-400")] };
    expect(matches({ a: [{ numeric: [">", 0.1, "<", 0.2] }] }, event)).toBe(true);
    expect(matches({ b: [0] }, event)).toBe(true);
    expect(matches({ a: [{ exists: true }] }, event)).toBe(true);
    expect(matches({ a: { source: [{ exists: false }] } }, event)).toBe(true);
  });

  it("that are IP addresses are equal however they are written", () => {
    expect(matches({ a: ["::1"] }, { a: "0:0:0:0:0:0:0:1" })).toBe(true);
    expect(matches({ a: ["10.0.0.1"] }, { a: "::ffff:a00:1" })).toBe(true);
    expect(matches({ a: ["10.0.0.1"] }, { a: "10.0.0.2" })).toBe(false);
    expect(matches({ a: ["12:30"] }, { a: "12:30" })).toBe(true);
  });

  it("ignore the case letter by letter, as the engine does", () => {
    const equals = (wanted: string, value: string) =>
      matches({ a: [{ "equals-ignore-case": wanted }] }, { a: value });
    expect(equals("straße", "STRASSE")).toBe(true);
    expect(equals("straße", "strasse")).toBe(false);
    expect(equals("k", "\u212a")).toBe(false);
    expect(equals("\u212a", "k")).toBe(true);
    expect(equals("a", "a ")).toBe(false);
  });

  it("include a quote where the engine's text of a string ends", () => {
    expect(matches({ a: [{ prefix: 'a"' }] }, { a: "a" })).toBe(true);
    expect(matches({ a: [{ prefix: 'a"' }] }, { a: "ab" })).toBe(false);
  });

  it("are found by dotted names too, as the engine joins names with dots", () => {
    expect(matches({ a: { b: [1] } }, { "a.b": 1 })).toBe(true);
    expect(matches({ "a.b": [1] }, { a: { b: 1 } })).toBe(true);
  });

  it("named like members of a prototype are only found when the event has them", () => {
    expect(matches({ constructor: [{ exists: true }] }, {})).toBe(false);
    expect(matches({ toString: { name: [{ exists: true }] } }, {})).toBe(false);
    expect(matches({ constructor: [1] }, { constructor: 1 })).toBe(true);
  });
});

describe("a list means one of these, also where AWS's engine errs", () => {
  it.each<[pattern: unknown, matching: readonly unknown[], others: readonly unknown[]]>([
    [
      { key: [{ wildcard: "*/orders/*" }, { suffix: { "equals-ignore-case": ".csv" } }] },
      [{ key: "a/orders/b" }, { key: "a.CSV" }, { key: "x/orders/y.csv" }],
      [{ key: "a.CSVx" }, { key: "orders/a" }],
    ],
    [{ a: [{ wildcard: "*i*" }, { "equals-ignore-case": "a" }] }, [{ a: "A" }], [{ a: "BbA" }]],
    [{ a: [{ wildcard: "*x" }, { suffix: "é" }] }, [{ a: "é" }, { a: "ax" }], [{ a: "É" }]],
    [{ a: [1, "10.0.0.1"] }, [{ a: 1 }, { a: "10.0.0.1" }], [{ a: "1" }, { a: "10.0.0.2" }]],
    [
      { a: [{ numeric: ["<", 5] }, { cidr: "10.0.0.0/8" }] },
      [{ a: 3 }, { a: "10.2.3.4" }],
      [{ a: 7 }, { a: "11.0.0.1" }],
    ],
    [{ $or: [{ b: ["x"] }, { b: ["y", "x"] }] }, [{ b: "x" }, { b: "y" }], [{ b: "z" }]],
    [
      { $or: [{ a: [1], b: [2] }, { b: [3] }, { b: [4, 2], a: [1, 5] }] },
      [{ a: 1, b: 2 }, { b: 3 }, { a: 5, b: 4 }],
      [{ a: 5, b: 5 }],
    ],
    [{ a: [{ suffix: "" }] }, [{ a: "" }, { a: "x" }], [{ a: 1 }, { a: null }, {}]],
    [{ a: [{ "equals-ignore-case": "😀𐐀" }] }, [{ a: "😀𐐨" }], [{ a: "😁𐐨" }]],
  ])("%j", (pattern, matching, others) => {
    for (const event of matching) expect(matches(pattern, event), JSON.stringify(event)).toBe(true);
    for (const event of others) expect(matches(pattern, event), JSON.stringify(event)).toBe(false);
  });

  it("matches what one of its values alone would match", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "B", "é", "1", ".", "*"), maxLength: 4 });
    const value = fc.oneof(
      text,
      fc.integer({ min: 0, max: 20 }),
      fc.constantFrom<unknown>("10.0.0.1", { cidr: "10.0.0.0/24" }, { exists: false }, null),
      fc.record({ wildcard: text.map(one => `*${one.replaceAll("*", "")}`) }),
      fc.record({ suffix: fc.oneof(text, fc.record({ "equals-ignore-case": text })) }),
      fc.record({ "equals-ignore-case": text }),
      fc.record({ numeric: fc.tuple(fc.constantFrom("<", ">"), fc.nat(20)) }),
    );
    const event = fc.oneof(
      text.map(a => ({ a })),
      fc.nat(20).map(a => ({ a })),
      fc.constantFrom({}, { a: null }, { a: "10.0.0.1" }),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 3 }), event, (values, one) => {
        const alone = values.some(wanted => matches({ a: [wanted] }, one));
        expect(matches({ a: values }, one)).toBe(alone);
        const branches = [...values.map(wanted => ({ a: [wanted] })), { b: [1] }];
        expect(matches({ $or: branches }, one)).toBe(alone);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("an event", () => {
  it("is only read where a pattern looks, however long its other names are", async () => {
    const long = "n".repeat(17_000);
    const children = Object.fromEntries(
      Array.from({ length: 4_000 }, (_, index) => [index, index]),
    );
    const event = { detail: { [long]: children, key: "k" }, [long]: children };
    const used = await computingMs(() => {
      expect(matches({ detail: { key: ["k"] } }, event)).toBe(true);
      expect(matches({ detail: { key: [{ exists: false }] } }, event)).toBe(false);
    });
    expect(used).toBeLessThan(1_000);
    const fields = collectFields(event, fieldPaths(["detail.key", "detail.none"]));
    expect([...fields.keys()]).toEqual(["detail.key"]);
  });

  it("with too many lists in each other is refused before it fills the memory", async () => {
    const objects = Array.from({ length: 20_000 }, () => '{"x":1}').join(",");
    const text = `{"a":${"[".repeat(900)}${objects}${"]".repeat(900)}}`;
    const used = await computingMs(() => {
      expect(() => matches({ a: { x: [1] } }, JSON.parse(text))).toThrow(UserError);
      expect(matches({ b: [{ exists: false }] }, JSON.parse(text))).toBe(true);
    });
    expect(used).toBeLessThan(5_000);
  });

  it("gives each pattern the same answer, however many others are asked", () => {
    const pattern = fc.dictionary(
      fc.constantFrom("a", "b", "a.b", "a.b.c"),
      fc.array(fc.constantFrom<unknown>(1, "x", { exists: false }), { minLength: 1 }),
      { minKeys: 1 },
    );
    fc.assert(
      fc.property(
        fc.array(pattern, { maxLength: 4 }),
        fc.jsonValue({ maxDepth: 3 }),
        (all, part) => {
          const event = { a: part, b: { b: part }, "a.b": { c: 1 } };
          const compiled = all.flatMap(one => {
            const result = compilePattern(one);
            return result.kind === "pattern" ? [result] : [];
          });
          const paths = fieldPaths(compiled.flatMap(one => [...one.values.keys()]));
          const together = collectFields(event, paths);
          for (const one of compiled) expect(one.matches(together)).toBe(answer(one, event));
        },
      ),
    );
  });
});

/** https://github.com/aws/event-ruler#and-and-or-relationship-among-fields and its array consistency */
describe("lists of objects", () => {
  const employees = {
    employees: [
      { firstName: "John", lastName: "Doe" },
      { firstName: "Anna", lastName: "Smith" },
    ],
  };

  it("match when one element has all that is asked for", () => {
    expect(matches({ employees: { firstName: ["Anna"] } }, employees)).toBe(true);
    expect(matches({ employees: { firstName: ["Anna"], lastName: ["Smith"] } }, employees)).toBe(
      true,
    );
    expect(matches({ employees: { firstName: ["Anna"], lastName: ["Doe"] } }, employees)).toBe(
      false,
    );
  });

  it("that lie in each other keep to their elements at each depth", () => {
    const event = {
      a: [
        { b: [{ x: 1, y: 1 }], z: 1 },
        {
          b: [
            { x: 2, y: 3 },
            { x: 4, y: 2 },
          ],
          z: 2,
        },
      ],
    };
    const pattern = (x: number, y: number, z: number) => ({ a: { b: { x: [x], y: [y] }, z: [z] } });
    expect(matches(pattern(4, 2, 2), event)).toBe(true);
    expect(matches(pattern(2, 2, 2), event)).toBe(false);
    expect(matches(pattern(1, 1, 2), event)).toBe(false);
  });

  it("that lie beside each other are free", () => {
    const event = { a: [{ x: 1 }, { x: 2 }], b: [{ y: 1 }, { y: 2 }] };
    expect(matches({ a: { x: [2] }, b: { y: [1] } }, event)).toBe(true);
  });

  it("lack a field when the chosen element lacks it, in the order of names", () => {
    const event = { a: [{ m: 1 }, { m: 2, z: 1 }, { b: 1 }] };
    expect(matches({ a: { m: [1], z: [{ exists: false }] } }, event)).toBe(true);
    expect(matches({ a: { m: [2], z: [{ exists: false }] } }, event)).toBe(false);
    // "b" comes before "m", when no element is chosen yet, so any b at all counts.
    expect(matches({ a: { m: [1], b: [{ exists: false }] } }, event)).toBe(false);
  });

  it("cost time in proportion to their length, whatever they hold", async () => {
    const element = { p: 1, q: 2, r: 3 };
    const event = { a: Array.from({ length: 30_000 }, () => element), b: [element] };
    const spread = { a: [{ p: [] as object[] }] };
    spread.a = Array.from({ length: 300 }, () => ({
      p: Array.from({ length: 100 }, () => ({ x: 1, y: 2 })),
    }));
    const used = await computingMs(() => {
      expect(matches({ a: { p: [1], q: [2], r: [4] }, b: { p: [1] } }, event)).toBe(false);
      expect(matches({ a: { p: { x: [1], y: [2], z: [3] } } }, spread)).toBe(false);
    });
    expect(used).toBeLessThan(5_000);
  });

  it("that nothing ties together are not tried in all combinations", async () => {
    const names = ["a", "b", "c", "d", "e"];
    const list = Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? { x: 1 } : { y: 1 }));
    const event = Object.fromEntries(names.map(name => [name, list]));
    const single = Object.fromEntries(names.map(name => [name, { x: [1] }]));
    const used = await computingMs(() => {
      expect(matches(single, event)).toBe(true);
      expect(matches({ ...single, e: { x: [1], y: [1] } }, event)).toBe(false);
    });
    expect(used).toBeLessThan(5_000);
  });

  it("hide a value of the same path outside of them, as in the engine", () => {
    const event = { a: [{ b: 1, c: 1 }, { b: 2 }], "a.c": 2 };
    expect(matches({ a: { b: [2], c: [2] } }, event)).toBe(false);
    expect(matches({ a: { c: [2] } }, event)).toBe(true);
  });

  it("may be nested deeper than any stack", () => {
    const deep: unknown = JSON.parse(`{"a":${"[".repeat(50_000)}1${"]".repeat(50_000)}}`);
    expect(matches({ a: [1] }, deep)).toBe(false);
    expect(matches({ a: [1] }, JSON.parse(`{"a":${"[".repeat(500)}1${"]".repeat(500)}}`))).toBe(
      true,
    );
  });
});

describe("a wrong pattern", () => {
  it.each([
    [null, "when must be an object"],
    [[], "when must be an object"],
    [{}, "when must not be empty"],
    [{ a: {} }, "when.a must not be empty"],
    [{ a: [] }, "when.a must have at least one value"],
    [{ a: "x" }, 'when.a must be a list of values or an object, such as ["x"]'],
    [{ a: [["x"]] }, "when.a[0] must be a string, a number, true, false, null or an operator"],
    [{ "a b": { c: [{}] } }, 'when["a b"].c[0] must have exactly one operator'],
    [{ a: ["x", { prefix: "a", suffix: "b" }] }, "when.a[1] must have exactly one operator"],
    [{ a: [{ prefx: "a" }] }, 'when.a[0].prefx is not an operator; did you mean "prefix"?'],
    [{ a: [{ prefix: 1 }] }, "when.a[0].prefix must be a string"],
    [{ a: [{ prefix: { suffix: "a" } }] }, 'must be a string or {"equals-ignore-case": string}'],
    [{ a: [{ wildcard: "a**b" }] }, "must not have two * in a row"],
    [{ a: [{ wildcard: "\\***" }] }, "must not have two * in a row"],
    [{ a: [{ wildcard: "a\\b" }] }, "may have a backslash only before"],
    [{ a: [{ wildcard: "a\\" }] }, "may have a backslash only before"],
    [{ a: [{ "anything-but": [] }] }, "must be a string, a number, or a list"],
    [{ a: [{ "anything-but": ["a", 1] }] }, "must be a string, a number, or a list"],
    [{ a: [{ "anything-but": null }] }, "must be a string, a number, or a list"],
    [{ a: [{ "anything-but": { numeric: ["=", 1] } }] }, "must have exactly one of prefix"],
    [{ a: [{ "anything-but": { prefix: "" } }] }, "must not be empty"],
    [{ a: [{ "anything-but": { prefix: [] } }] }, "must have at least one string"],
    [{ a: [{ "anything-but": { wildcard: ["**"] } }] }, "must not have two * in a row"],
    [{ a: [{ numeric: [] }] }, "must be a comparison such as"],
    [{ a: [{ numeric: ["=", "1"] }] }, "must be a comparison such as"],
    [{ a: [{ numeric: ["<", 1, ">", 2] }] }, "must be a comparison such as"],
    [{ a: [{ numeric: [">", 2, "<", 1] }] }, "must have its lower bound first"],
    [{ a: [{ numeric: [">", 1, "<", 1] }] }, "must have its lower bound first"],
    [{ a: [{ exists: "yes" }] }, "must be true or false"],
    [{ a: [{ cidr: "10.0.0.0/32" }] }, "must be a block"],
    [{ a: [{ cidr: "10.0.0.0" }] }, "must be a block"],
    [{ a: [{ cidr: "10.0.0.256/8" }] }, "must be a block"],
    [{ $or: [{ a: [1] }] }, "when.$or must be a list of at least two objects"],
    [{ $or: { a: [1] } }, "when.$or must be a list of at least two objects"],
    [{ $or: [{ prefix: [1] }, { b: [1] }] }, "when.$or[0].prefix is a word that AWS reserves"],
    [{ a: [1], $or: [{ a: [2] }, { b: [1] }] }, "when.$or[0].a names a field a second time"],
    [{ a: { b: [1] }, "a.b": [2] }, 'when["a.b"] names a field a second time'],
    [{ "a.": [1] }, "has an empty name"],
    [{ "": [1] }, "has an empty name"],
    [{ a: [Number.MAX_SAFE_INTEGER] }, "has more than the 15 digits"],
    [{ a: [0.1234567890123456] }, "has more than the 15 digits"],
    [{ a: [{ numeric: [">", 5e-324] }] }, "has more than the 15 digits"],
    [{ a: [JSON.parse("1e309")] }, "is a number beyond 1.79e308"],
    [{ a: [{ numeric: ["<", Infinity] }] }, "is a number beyond 1.79e308"],
    [{ a: [{ numeric: [">", 0, "<", Infinity] }] }, "is a number beyond 1.79e308"],
    [{ a: [{ "anything-but": -Infinity }] }, "is a number beyond 1.79e308"],
    [{ a: [{ "anything-but": [1, Infinity] }] }, "is a number beyond 1.79e308"],
    [{ $or: [{ a: [1] }, { b: [Infinity] }] }, "when.$or[1].b[0] is a number beyond"],
    [{ a: [{ "anything-but": { suffix: "" } }] }, "must not be empty"],
    [{ a: ["\ud800"] }, "has half a character"],
  ])("is refused with its path: %j", (pattern, mistake) => {
    expect(mistakesIn(pattern)).toContain(mistake);
  });

  it("is told all its mistakes at once", () => {
    expect(mistakesIn({ a: [{ prefx: 1 }], b: "x" })).toMatch(/when\.a\[0\].*; when\.b /);
  });

  it("that spreads too far is refused before it fills the memory", () => {
    let pattern: Record<string, unknown> = { a: [1] };
    for (let level = 0; level < 7; level++) {
      const choices = Array.from({ length: 10 }, (_, index) => ({ [`f${level}x${index}`]: [1] }));
      pattern = { $or: choices, [`n${level}`]: pattern };
    }
    expect(mistakesIn(pattern)).toContain("has more than the 1000 combinations");
  });
});

describe("any pattern", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "*", "\\", '"'), maxLength: 6 });
  const escaped = (text: string) => text.replaceAll(/[*\\]/g, "\\$&");

  it("of an escaped wildcard matches its own text only", () => {
    fc.assert(
      fc.property(word, word, (text, other) => {
        const pattern = { a: [{ wildcard: escaped(text) }] };
        expect(matches(pattern, { a: text })).toBe(true);
        expect(matches(pattern, { a: other })).toBe(text === other);
      }),
    );
  });

  it("with one star matches what begins and ends right", () => {
    fc.assert(
      fc.property(word, word, word, (before, after, value) => {
        const pattern = { a: [{ wildcard: `${escaped(before)}*${escaped(after)}` }] };
        const fits =
          value.length >= before.length + after.length &&
          value.startsWith(before) &&
          value.endsWith(after);
        expect(matches(pattern, { a: value })).toBe(fits);
        expect(matches(pattern, { a: `${before}${value}${after}` })).toBe(true);
      }),
    );
  });

  it("and its anything-but part the texts between them", () => {
    const operator = fc.oneof(
      fc.record({ prefix: fc.string({ minLength: 1 }) }),
      fc.record({ suffix: fc.string({ minLength: 1 }) }),
      fc.record({ "equals-ignore-case": fc.string() }),
      fc.record({ wildcard: word.map(escaped) }),
    );
    fc.assert(
      fc.property(operator, fc.string(), (positive, value) => {
        const event = { a: value };
        expect(matches({ a: [{ "anything-but": positive }] }, event)).toBe(
          !matches({ a: [positive] }, event),
        );
      }),
    );
  });

  it("never throws, whether it is one or not", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (pattern, event) => {
        const compiled = compilePattern(pattern);
        if (compiled.kind === "pattern") answer(compiled, event);
      }),
      { numRuns: 2000 },
    );
  });
});
