import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRoutes } from "../../lambda/routes/routes.ts";
import { isObject } from "../../shared/json.ts";
import { IF_RUNNING } from "../../shared/run/if-running.ts";
import { fieldsInSchema, fitsSchema } from "./routes-schema.ts";

/**
 * The schema for editors and the dispatcher agree: whatever the dispatcher takes, the schema takes,
 * so that no editor underlines what is right. What the schema takes and the dispatcher refuses is of
 * the few kinds that no schema can say (BEYOND_A_SCHEMA).
 */
const GOOD = {
  name: "orders",
  when: { source: ["aws.s3"], detail: { object: { key: [{ wildcard: "orders/*.csv" }] } } },
  flow: 12345,
  parameters: { file: "s3://{bucket}/{key}", note: "{{literal}} {detail.object.version-id}" },
  accept: { file: "[\\w ./-]+" },
  ifRunning: "wait",
  timeout: "2h30m",
  failOnWarning: false,
  includeFolders: false,
  includeEmpty: true,
  once: "{bucket}/{key}",
  lane: "{dirname}",
  afterFailure: "hold",
};
const BATCH = {
  name: "exports",
  when: { source: ["aws.s3"] },
  flow: 1,
  parameters: { list: "{batch.manifest}", folder: "{dirname}", n: "{batch.count} {batch.by}" },
  batch: { quiet: "30s", longest: "1h", most: 500, by: "{bucket}/{dirname}", every: "15m" },
};
const batch = (fields: object, parameters: object = {}) => [
  { ...BATCH, parameters, batch: fields },
];
const when = (...values: unknown[]) => [{ ...GOOD, when: { source: values } }];
const withField = (name: string, value: unknown) => [{ ...GOOD, [name]: value }];
const without = (name: string) => [
  Object.fromEntries(Object.entries(GOOD).filter(([field]) => field !== name)),
];

describe("routes that both take", () => {
  it.each<[string, unknown]>([
    ["none", []],
    ["one", [GOOD]],
    ["an object with $schema", { $schema: "./routes.schema.json", routes: [GOOD] }],
    ["the least", [{ name: "a", when: { source: ["x"] }, flow: 1 }]],
    ["accept for all", withField("accept", "\\d+")],
    ["no timeout, as a number", withField("timeout", 0)],
    ["no timeout", withField("timeout", "0")],
    ["all kinds of values", when("text", 5, -1.5, true, null)],
    ["prefixes", when({ prefix: "a" }, { prefix: { "equals-ignore-case": "a" } })],
    ["suffixes", when({ suffix: "" }, { suffix: "a" }, { suffix: { "equals-ignore-case": "a" } })],
    ["exactly", when({ exactly: "10.0.0.1" }, { exists: true }, { exists: false })],
    ["wildcards", when({ wildcard: "a*b\\*c\\\\*" }, { wildcard: "*" })],
    ["anything-but", when({ "anything-but": "a" }, { "anything-but": ["a", "b"] })],
    ["anything-but numbers", when({ "anything-but": 1 }, { "anything-but": [1, 2] })],
    ["anything-but prefixes", when({ "anything-but": { prefix: ["a", "b"] } })],
    ["anything-but the rest", when({ "anything-but": { wildcard: "a*" } })],
    ["numeric", when({ numeric: ["=", 5] }, { numeric: [">=", 0, "<", 10] })],
    ["cidr", when({ cidr: "10.0.0.0/24" }, { cidr: "2001:db8::/32" })],
    ["a batch", [BATCH]],
    ["a batch of all that waits", batch({})],
    ["a set", batch({ all: ["a.csv", "b_*.csv"], longest: "2h", most: 2 })],
    ["the last", batch({ keep: "last", quiet: "0" }, { file: "{key}" })],
    ["$or", withField("when", { $or: [{ source: ["a"] }, { "detail-type": ["b"] }] })],
  ])("%s", (_name, routes) => {
    expect(problem(routes)).toBe("");
    expect(fitsSchema(routes)).toBe(true);
  });
});

describe("routes that neither takes", () => {
  it.each<[string, unknown]>([
    ["no list", GOOD],
    ["a text", "[]]"],
    ["an unknown field", withField("flows", 1)],
    ["an unknown field of the file", { routes: [], version: 1 }],
    ["no name", without("name")],
    ["an empty name", withField("name", "")],
    ["no flow", without("flow")],
    ["a flow as a text", withField("flow", "12345")],
    ["flow 0", withField("flow", 0)],
    ["half a flow", withField("flow", 1.5)],
    ["no pattern", without("when")],
    ["an empty pattern", withField("when", {})],
    ["a field without a list", withField("when", { source: "aws.s3" })],
    ["an empty list", when()],
    ["a list in a list", when(["a"])],
    ["an empty object in a pattern", withField("when", { detail: {} })],
    ["an unknown operator", when({ startsWith: "a" })],
    ["two operators", when({ prefix: "a", suffix: "b" })],
    ["an empty operator", when({})],
    ["two stars in a row", when({ wildcard: "a**" })],
    ["a stray backslash", when({ wildcard: "a\\b" })],
    ["numbers and texts", when({ "anything-but": ["a", 1] })],
    ["no comparison", when({ numeric: [">", "5"] })],
    ["half a range", when({ numeric: [">", 5, "<"] })],
    ["a range the wrong way round", when({ numeric: ["<", 5, ">", 1] })],
    ["an address without a block", when({ cidr: "10.0.0.1" })],
    ["$or with one choice", withField("when", { $or: [{ source: ["a"] }] })],
    ["an empty step", withField("when", { "detail..key": ["a"] })],
    ["an unknown place", withField("parameters", { file: "{buckett}" })],
    ["a single brace", withField("parameters", { file: "{key" })],
    ["an empty step in a place", withField("parameters", { file: "{detail.}" })],
    ["a number as a parameter", withField("parameters", { size: 5 })],
    ["a parameter without a name", withField("parameters", { "": "a" })],
    ["an unknown policy", withField("ifRunning", "whatever")],
    ["an unknown duration", withField("timeout", "2 hours")],
    ["a timeout without a unit", withField("timeout", "90")],
    ["a number for a timeout", withField("timeout", 90)],
    ["an empty duration", withField("timeout", "")],
    ["units the wrong way round", withField("timeout", "30m1h")],
    ["a negative timeout", withField("timeout", -1)],
    ["an unknown field of a batch", batch({ quite: "30s" })],
    ["a batch that is no object", withField("batch", true)],
    ["a duration without a unit", batch({ quiet: "30" })],
    ["a number for a duration", batch({ every: 30 })],
    ["most below 1", batch({ most: 0 })],
    ["most above 1000", batch({ most: 1001 })],
    ["half an event", batch({ most: 1.5 })],
    ["an empty set", batch({ all: [] })],
    ["a set with the same file twice", batch({ all: ["a", "a"] })],
    ["a set with a folder", batch({ all: ["in/a"] })],
    ["an unknown keep", batch({ keep: "first" })],
    ["a by without a place", batch({ by: "all" })],
    ["a by of the batch", batch({ by: "{batch.count}" })],
    ["an unknown place of a batch", batch({}, { n: "{batch.size}" })],
    ["an unknown afterFailure", withField("afterFailure", "stop")],
    ["a once that is always the same", withField("once", "daily")],
    ["a lane of the batch", withField("lane", "{batch.by}")],
    ["an empty lane", withField("lane", "")],
    ["a parameter with a blank in its name", withField("parameters", { "a b": "x" })],
    ["a text for a switch", withField("includeEmpty", "yes")],
  ])("%s", (_name, routes) => {
    expect(problem(routes)).not.toBe("");
    expect(fitsSchema(routes)).toBe(false);
  });
});

/** Refusals that need more than the form of the file. */
const BEYOND_A_SCHEMA = [
  /is already the name of another route/,
  /is not a parameter of this route/,
  /cannot check parameter/,
  /cannot be checked/,
  /needs a batch/,
  /needs batch\.by/,
  /can differ between the events of a batch/,
  /is shorter than batch\.quiet/,
  /is too short for a longest/,
  /cannot be used with batch\.all/,
  /no set could be complete/,
  /must have a separator/,
  /Invalid regular expression/,
  /15 digits/,
  /names a field a second time/,
  /a word that AWS reserves/,
  /lower bound first/,
  /must be a block/,
  /combinations AWS allows/,
  /half a character/,
  /beyond 1\.79e308/,
  /1 to 64 characters/,
  /is not a duration/,
];

describe("generated routes", () => {
  const runs = { numRuns: 1_000 };

  it("fit the schema when the dispatcher takes them, and are refused by both otherwise", () => {
    fc.assert(fc.property(fc.array(route(), { maxLength: 3 }), agree), runs);
  });

  it("stay agreed upon when something in them is replaced, removed or renamed", () => {
    fc.assert(
      fc.property(route(), fc.nat(), fc.nat(2), junk(), (good, place, how, value) => {
        agree([changed(good, place, how, value)]);
      }),
      runs,
    );
  });

  it("are often taken, so that the properties above say something", () => {
    const taken = fc
      .sample(route(), { numRuns: 300, seed: 1 })
      .filter(one => problem([one]) === "");
    expect(taken.length).toBeGreaterThan(100);
  });

  it("have every field that the schema knows, so that none goes untried", () => {
    const drawn = fc.sample(route(), { numRuns: 300, seed: 1 });
    const { ofRoute, ofBatch } = fieldsInSchema();
    expect(ofRoute.filter(name => !drawn.some(one => name in one))).toEqual([]);
    const batches = drawn.map(one => one["batch"]).filter(one => isObject(one));
    expect(ofBatch.filter(name => !batches.some(one => name in one))).toEqual([]);
  });
});

function agree(routes: unknown): void {
  const refusal = problem(routes);
  if (refusal === "") expect(fitsSchema(routes)).toBe(true);
  else if (fitsSchema(routes)) {
    const lines = refusal.split("\n").slice(1);
    expect(lines.filter(line => !BEYOND_A_SCHEMA.some(kind => kind.test(line)))).toEqual([]);
  }
}

function problem(routes: unknown): string {
  try {
    parseRoutes(routes);
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function route(): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const optional = {
    parameters: fc.dictionary(word(), template(), { maxKeys: 2 }),
    accept: mostly<unknown>(
      fc.constantFrom("\\d+", "[a-z]*"),
      fc.dictionary(word(), word(), { maxKeys: 1 }),
    ),
    ifRunning: fc.constantFrom(...IF_RUNNING),
    timeout: mostly<unknown>(
      fc.constantFrom<unknown>("0", "90", "1h30m", "2d", 0, 3_600),
      fc.nat(),
    ),
    failOnWarning: fc.boolean(),
    includeFolders: fc.boolean(),
    includeEmpty: fc.boolean(),
    once: mostly(fc.constantFrom("{key}", "{detail.a}-{id}"), template()),
    lane: mostly(fc.constantFrom("{dirname}", "one lane"), template()),
    afterFailure: fc.constantFrom("continue", "hold"),
  };
  const required = { name: word(), when: pattern(), flow: fc.integer({ min: 1 }) };
  const single = fc.record(
    { ...required, ...optional },
    { requiredKeys: ["name", "when", "flow"] },
  );
  const inBatches = fc.record(
    { ...required, ...optional, parameters: batchParameters(), batch: batchFields() },
    { requiredKeys: ["name", "when", "flow", "batch"] },
  );
  return fc.oneof({ weight: 2, arbitrary: single }, { weight: 1, arbitrary: inBatches });
}

function batchParameters(): fc.Arbitrary<unknown> {
  const right = fc.constantFrom("{batch.count}", "{batch.manifest}", "{batch.firstTime} x", "all");
  return fc.dictionary(word(), mostly(right, template()), { maxKeys: 2 });
}

function batchFields(): fc.Arbitrary<unknown> {
  const duration = mostly<unknown>(
    fc.constantFrom("0s", "30s", "5m", "15m", "1h"),
    fc.constantFrom<unknown>("0", "30", 30, 0, "", "1 h", "366d", "367d"),
  );
  const name = mostly<unknown>(fc.constantFrom("a.csv", "b_*", "c"), fc.constantFrom("", "a/b", 1));
  const fields = fc.record(
    {
      quiet: duration,
      longest: duration,
      every: duration,
      most: mostly<unknown>(fc.integer({ min: 1, max: 1000 }), fc.constantFrom(0, 1.5, 2000, "1")),
      by: mostly(fc.constantFrom("{dirname}", "{bucket}/{dirname}", "{detail.a.b}"), template()),
      all: fc.array(name, { maxLength: 3 }),
      keep: mostly(fc.constantFrom("all", "last"), fc.constant("first")),
    },
    { requiredKeys: [] },
  );
  return mostly<unknown>(fields, junk());
}

/** Right in 19 cases of 20, so that what is made of many of them is right now and then. */
function mostly<Value>(
  right: fc.Arbitrary<Value>,
  wrong: fc.Arbitrary<Value>,
): fc.Arbitrary<Value> {
  return fc.oneof({ weight: 19, arbitrary: right }, { weight: 1, arbitrary: wrong });
}

function word(): fc.Arbitrary<string> {
  return mostly(
    fc.constantFrom("source", "detail-type", "detail", "key", "file", "a.b", "name", "größe"),
    fc.string({ maxLength: 5, unit: "grapheme" }),
  );
}

function template(): fc.Arbitrary<string> {
  const right = fc.constantFrom(
    "{key}",
    "{bucket}",
    "{detail.a.b}",
    "{resources.0}",
    "{{",
    "}}",
    "x ",
  );
  const wrong = fc.oneof(
    fc.constantFrom("{", "{no}", "{}", "{detail.}", "{batch}", "{batch.no}", "{batch.by}"),
    fc.string({ maxLength: 3 }),
  );
  return fc.array(mostly(right, wrong), { maxLength: 5 }).map(parts => parts.join(""));
}

function pattern(): fc.Arbitrary<unknown> {
  const values = fc.array(patternValue(), { minLength: 1, maxLength: 2 });
  const { tree } = fc.letrec(tie => ({
    tree: fc.dictionary(
      word(),
      fc.oneof(
        { maxDepth: 2 },
        { weight: 3, arbitrary: values },
        { weight: 2, arbitrary: tie("tree") },
      ),
      { minKeys: 1, maxKeys: 2 },
    ),
  }));
  const choices = mostly(
    fc.array(tree, { minLength: 2, maxLength: 3 }),
    fc.array(tree, { maxLength: 1 }),
  );
  const withOr = choices.map(list => ({ $or: list }));
  return fc.oneof({ weight: 4, arbitrary: tree }, { weight: 1, arbitrary: withOr });
}

function patternValue(): fc.Arbitrary<unknown> {
  const text = mostly(
    fc.constantFrom("a", "b/", ".csv", "a*", "\\*", "é"),
    fc.oneof(fc.constantFrom("", "**", "\\", "10.0.0.1"), fc.string()),
  );
  const number = mostly<number>(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
  const texts = mostly<unknown>(
    fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 2 })),
    fc.constant([]),
  );
  const numbers = fc.oneof(number, fc.array(number, { minLength: 1, maxLength: 2 }));
  const ignoringCase = fc.record({ "equals-ignore-case": text });
  const right = fc.oneof(
    text,
    number,
    fc.constantFrom(true, false, null),
    fc.record({ prefix: fc.oneof(text, ignoringCase) }),
    fc.record({ suffix: fc.oneof(text, ignoringCase) }),
    ignoringCase,
    fc.record({ wildcard: text }),
    fc.record({ exactly: text }),
    fc.record({ exists: fc.boolean() }),
    fc.record({ cidr: fc.constantFrom("10.0.0.0/24", "2001:db8::/32", "::/8") }),
    fc.record({ numeric: fc.tuple(fc.constantFrom("=", "<", "<=", ">", ">="), number) }),
    fc.record({ numeric: fc.constantFrom([">", 0, "<", 5], [">=", -1, "<=", 1e9]) }),
    fc.record({ "anything-but": fc.oneof(texts, numbers) }),
    ...["prefix", "suffix", "wildcard", "equals-ignore-case"].map(name =>
      texts.map(value => ({ "anything-but": { [name]: value } })),
    ),
  );
  const comparison = fc.constantFrom("=", "<", "<=", ">", ">=", "!=", 1);
  const wrong = fc.oneof(
    fc.record({ numeric: fc.tuple(comparison, number, comparison, number) }),
    fc.record({ cidr: fc.constantFrom("10.0.0.0/33", "x/1", "10.0.0.0", "/24", "::/128") }),
    fc.record({ "anything-but": fc.constantFrom<unknown>(["a", 1], null, {}, { numeric: 1 }) }),
    fc.constantFrom<unknown>({}, [], { like: "a" }, { prefix: 1 }, { exists: "yes" }),
  );
  return mostly(right, wrong);
}

function junk(): fc.Arbitrary<unknown> {
  return fc.jsonValue({ maxDepth: 1 });
}

/** A copy with one thing in it replaced by a value, removed, or renamed. */
function changed(value: unknown, place: number, how: number, by: unknown): unknown {
  const places = countOf(value);
  let left = places === 0 ? 0 : place % places;
  const visit = (current: unknown): unknown => {
    if (Array.isArray(current)) {
      return current.flatMap((item: unknown) =>
        left-- === 0 ? (how === 1 ? [] : [by]) : [visit(item)],
      );
    }
    if (!isObject(current)) return current;
    return Object.fromEntries(
      Object.entries(current).flatMap(([name, member]): [string, unknown][] => {
        if (left-- !== 0) return [[name, visit(member)]];
        if (how === 0) return [[name, by]];
        return how === 1 ? [] : [[`${name}x`, member]];
      }),
    );
  };
  return visit(value);
}

function countOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + 1 + countOf(item), 0);
  if (!isObject(value)) return 0;
  return Object.values(value).reduce((sum: number, item) => sum + 1 + countOf(item), 0);
}
