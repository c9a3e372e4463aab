import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readInvocation } from "../../../lambda/events/invocation.ts";
import type { RouteResult } from "../../../lambda/routes/route.ts";
import { matchRoutes, parseRoutes } from "../../../lambda/routes/routes.ts";
import { createTimeBudget } from "../../../lambda/routes/time-budget.ts";
import { DEFAULT_TIMEOUT } from "../../../lambda/run-policy.ts";
import type { Trigger } from "../../../lambda/trigger.ts";

const EVENTS = join(import.meta.dirname, "..", "samples");

/** The example of the design. */
const ORDERS = {
  name: "orders",
  when: {
    source: ["aws.s3"],
    detail: { bucket: { name: ["landing"] }, object: { key: [{ wildcard: "in/*.csv" }] } },
  },
  flow: 12345,
  parameters: { file: "s3://{bucket}/{key}", size: "{detail.object.size}" },
  ifRunning: "wait",
  timeout: "2h",
  failOnWarning: false,
};
const ALL = { name: "all", when: { source: [{ exists: true }] }, flow: 1 };

function triggersIn(event: unknown): readonly Trigger[] {
  const invocation = readInvocation(event, "request-1");
  return invocation.kind === "records"
    ? invocation.records.flatMap(record => (record.kind === "triggers" ? record.triggers : []))
    : [];
}

function load(name: string): unknown {
  return JSON.parse(readFileSync(join(EVENTS, `${name}.json`), "utf8"));
}

function decide(routes: unknown, event: unknown): readonly RouteResult[] {
  const parsed = parseRoutes(routes);
  const budget = createTimeBudget(60_000, () => performance.now());
  return triggersIn(event).flatMap(trigger => matchRoutes(parsed, trigger, budget));
}

function upload(object: object): object {
  const detail = { bucket: { name: "landing" }, object };
  return { id: "1", source: "aws.s3", "detail-type": "Object Created", detail };
}

function refusal(routes: unknown): string {
  try {
    parseRoutes(routes);
    return "";
  } catch (error) {
    return String(error);
  }
}

/** Vitest types its matchers as any. */
function matching(expression: RegExp): unknown {
  return expect.stringMatching(expression);
}

function containing(text: string): unknown {
  return expect.stringContaining(text);
}

describe("a matching route", () => {
  it("gives a complete decision", () => {
    expect(decide([ORDERS], load("s3"))).toMatchObject([
      {
        kind: "run",
        route: "orders",
        flow: 12345,
        parameters: { file: "s3://landing/in/a b+c dé.csv", size: "1024" },
        policy: { ifRunning: "wait", timeout: 7_200_000, failOnWarning: false },
        origin: {
          source: "aws.s3",
          detailType: "Object Created",
          bucket: "landing",
          key: "in/a b+c dé.csv",
          version: "096fKKXTRTtl3on89fVO.nfljtsv6qko",
        },
        identity: matching(/^orders-[\w-]{43}$/),
        lane: "12345",
        afterFailure: "continue",
        file: {
          bucket: "landing",
          key: "in/a b+c dé.csv",
          versionId: "096fKKXTRTtl3on89fVO.nfljtsv6qko",
          size: 1024,
        },
        warnings: [],
      },
    ]);
  });

  it("needs no more than a name, a pattern and a flow", () => {
    expect(decide([ALL], load("eventbridge-own"))).toMatchObject([
      {
        kind: "run",
        parameters: {},
        policy: { ifRunning: "wait", timeout: DEFAULT_TIMEOUT, failOnWarning: false },
        origin: { source: "com.example.shop", id: "7bf73129-1428-4cd3-a780-95db273d1602" },
      },
    ]);
  });

  it("fires beside every other that matches, and none fires for what no one wants", () => {
    const routes = [ALL, ORDERS, { ...ALL, name: "third" }];
    expect(decide(routes, load("s3-sqs")).map(({ route }) => route)).toEqual([
      "all",
      "orders",
      "third",
    ]);
    expect(decide([ORDERS], load("eventbridge-own"))).toEqual([]);
  });

  it("whose parameter cannot be filled is a problem of that event", () => {
    const route = { ...ALL, parameters: { size: "{size}" } };
    expect(decide([route], upload({ key: "k" }))).toEqual([
      {
        kind: "rejected",
        route: "all",
        message: 'Parameter "size": {size} cannot be filled: the event has no detail.object.size',
      },
    ]);
  });

  it("warns of an empty value and of a key that could not be decoded", () => {
    const route = { ...ALL, parameters: { folder: "{dirname}" } };
    expect(decide([route], upload({ key: "top.csv" }))).toMatchObject([
      {
        kind: "run",
        warnings: [containing('Parameter "folder" is empty. Etlworks skips empty values')],
      },
    ]);
    const notification = {
      Records: [{ eventSource: "aws:s3", s3: { bucket: { name: "b" }, object: { key: "%" } } }],
    };
    expect(decide([ALL], notification)).toMatchObject([
      { kind: "run", warnings: [containing("percent-encoded")] },
    ]);
  });
});

describe("noise", () => {
  const folders = { ...ALL, includeFolders: true };
  const empties = { ...ALL, includeEmpty: true };
  it.each([
    [ALL, { key: "a/", size: 0 }, "skipped"],
    [ALL, { key: "a/" }, "skipped"],
    [ALL, { key: "a", size: 0 }, "skipped"],
    [ALL, { key: "a" }, "run"],
    [ALL, { key: "a/", size: 5 }, "run"],
    [folders, { key: "a/", size: 0 }, "run"],
    [folders, { key: "a", size: 0 }, "skipped"],
    [empties, { key: "a", size: 0 }, "run"],
    [empties, { key: "a/", size: 0 }, "skipped"],
  ])("for %j: %j is %s", (route, object, kind) => {
    expect(decide([route], upload(object))).toMatchObject([{ kind }]);
  });

  it.each([
    [[0], "run"],
    [[-0], "run"],
    [[{ numeric: ["=", 0] }], "run"],
    [[{ numeric: ["<=", 0] }], "run"],
    [[{ numeric: ["<", 1] }], "run"],
    [[{ numeric: [">=", 0, "<", 1] }], "run"],
    [[{ numeric: ["<", 2] }], "skipped"],
    [[{ numeric: [">=", 0] }], "skipped"],
    [[{ "anything-but": [5] }], "skipped"],
    [[{ exists: true }], "skipped"],
  ])("is not what a route asks for by a size of %j: %s", (size, kind) => {
    const route = { ...ALL, when: { source: ["aws.s3"], detail: { object: { size } } } };
    expect(decide([route], upload({ key: "a.csv", size: 0 }))).toMatchObject([{ kind }]);
  });

  it("is only what was created: a deleted object has no size", () => {
    const event = {
      ...upload({ key: "a/", size: 0 }),
      "detail-type": "Object Deleted",
    };
    expect(decide([ALL], event)).toMatchObject([{ kind: "run" }]);
  });
});

describe("accept", () => {
  const route = { ...ALL, parameters: { key: "{key}", name: "{basename}" } };
  it.each([
    [{ name: "[\\w.]+" }, "in dir/a.csv", "run"],
    [{ name: "[\\w.]+" }, "in dir/a'; DROP TABLE x;--.csv", "rejected"],
    [{ name: "a|b" }, "ab", "rejected"],
    ["[\\w./]+", "in/a.csv", "run"],
    ["[\\w./]+", "in dir/a.csv", "rejected"],
  ])("%j with the key %j is a %s", (accept, key, kind) => {
    expect(decide([{ ...route, accept }], upload({ key, size: 1 }))).toMatchObject([{ kind }]);
  });

  it("that takes too long for a hostile key refuses it", () => {
    const accept = { name: "(a+)+" };
    const key = `${"a".repeat(50)}!`;
    expect(decide([{ ...route, accept }], upload({ key, size: 1 }))).toMatchObject([
      { kind: "rejected", message: containing("takes too long") },
    ]);
  });
});

describe("the time for accept", () => {
  /** Each look at the clock takes a second, so that each value takes one. */
  function slowBudget(limitMs: number) {
    let now = 0;
    return createTimeBudget(limitMs, () => (now += 1_000));
  }

  it("has an end for each event and for all of an invocation, and then the event is a problem", () => {
    const parameters = Object.fromEntries(Array.from({ length: 5 }, (_, name) => [name, "x"]));
    const routes = parseRoutes([
      { ...ALL, accept: ".*", parameters },
      { ...ALL, name: "free" },
    ]);
    const event = { source: "s", "detail-type": "t", detail: {} };
    const [trigger] = triggersIn(event);
    if (trigger === undefined) throw new Error("no trigger");
    const budget = slowBudget(10_000);
    const kinds = Array.from({ length: 12 }, () =>
      matchRoutes(routes, trigger, budget).map(({ kind }) => kind),
    );
    // The first value takes what one event may have; the route without accept always runs.
    expect(kinds).toEqual(kinds.map(() => ["rejected", "run"]));
    expect(budget.leftMs()).toBe(0);
    expect(matchRoutes(routes, trigger, budget)).toMatchObject([
      { kind: "rejected", message: containing("there is no time left to check the value") },
      { kind: "run" },
    ]);
  });

  it("leaves enough for the neighbours of a hostile event", () => {
    const routes = parseRoutes(
      Array.from({ length: 6 }, (_, index) => ({
        ...ALL,
        name: `r${index}`,
        parameters: { key: "{key}" },
        accept: "(a+)+",
      })),
    );
    let now = 0;
    const budget = createTimeBudget(10_000, () => (now += 200));
    const decided = ["!", ""].map(end => {
      const [trigger] = triggersIn(upload({ key: `${"a".repeat(50)}${end}`, size: 1 }));
      return trigger === undefined ? [] : matchRoutes(routes, trigger, budget);
    });
    // Each value takes 200 ms by this clock, so that an event may have five of them.
    const rejected = Array.from({ length: 6 }, () => "rejected");
    expect(decided.map(all => all.map(({ kind }) => kind))).toEqual([
      rejected,
      ["run", "run", "run", "run", "run", "rejected"],
    ]);
  });
});

describe("our own word that a run has finished", () => {
  const event = { source: "etlworks.run-flow", "detail-type": "Etlworks Run Finished", detail: {} };
  it.each<[when: object, routes: number]>([
    [{ source: [{ exists: true }] }, 0],
    [{ detail: [{ exists: false }] }, 0],
    [{ source: [{ prefix: "etlworks" }] }, 0],
    [{ "detail-type": ["Etlworks Run Finished"] }, 0],
    [{ source: ["aws.s3", "etlworks.run-flow"] }, 1],
    [{ source: [{ "equals-ignore-case": "Etlworks.Run-Flow" }] }, 1],
  ])("matches %j %i times", (when, count) => {
    expect(decide([{ ...ALL, when }], event)).toHaveLength(count);
  });
});

describe("routes", () => {
  it.each([
    ["1e309", "when.a[0]"],
    ["100000000000000000001", "when.a[0]"],
    ["0.1000000000000000055511151231257827", "when.a[0]"],
    ["1e-400", "when.a[0]"],
    ['{"numeric": ["<", 1e309]}', "when.a[0].numeric[1]"],
    ['{"numeric": [">", 0, "<", 9007199254740993]}', "when.a[0].numeric[3]"],
    ['{"anything-but": [1, 1e309]}', "when.a[0].anything-but[1]"],
  ])("in which JSON would round %s are refused with its place", (value, path) => {
    const text = `[{"name": "a", "flow": 1, "when": {"a": [${value}]}}]`;
    const lines = refusal(text).split("\n").slice(1);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`routes[0].${path}:`);
    expect(lines[0]).toContain("cannot be kept exactly");
  });

  it("may write a number in any way that is exact", () => {
    const numbers = ["1e2", "100.0", "0.1", "-0", "1.50e+1", "5e-1", "123456789012345"];
    const text = `[{"name": "a", "flow": 1, "when": {"a": [${numbers.join(", ")}]}}]`;
    expect(refusal(text)).toBe("");
  });

  it("of any kind are taken, or refused by one UserError", () => {
    const part = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom<unknown>("{batch.count}", "{dirname}", {}, { by: "{key}" }, "30s", Infinity),
    );
    const fields = ["name", "when", "flow", "parameters", "accept", "once", "lane", "batch"];
    const route = fc.dictionary(fc.oneof(fc.constantFrom(...fields), fc.string()), part);
    const event = upload({ key: "a/b.csv", size: 1 });
    fc.assert(
      fc.property(fc.oneof(part, fc.array(route), route), source => {
        for (const given of [source, JSON.stringify(source)]) {
          if (refusal(given) === "") decide(given, event);
        }
      }),
      { numRuns: 400 },
    );
    fc.assert(
      fc.property(fc.string(), text => {
        refusal(text);
      }),
    );
  });

  it("may be text, a list, or an object with a schema for editors", () => {
    const file = { $schema: "routes.schema.json", routes: [ORDERS] };
    for (const source of [
      [ORDERS],
      file,
      JSON.stringify([ORDERS]),
      `\uFEFF${JSON.stringify(file)}`,
    ]) {
      expect(parseRoutes(source).list.map(({ name }) => name)).toEqual(["orders"]);
    }
    expect(parseRoutes([]).list).toEqual([]);
  });

  it.each<[unknown, string]>([
    ["[{", "the file is not JSON: Expected property name"],
    ['\uFEFF {"a": x}', "the file is not JSON: Unexpected token 'x'"],
    ["pa55-w0rd", "the file is not JSON: it begins with neither [ nor {"],
    ["", "the file is not JSON: it begins with neither [ nor {"],
    ["5", "the file must be a list of routes"],
    ["{}", "the file must be a list of routes"],
    [{ routes: [], version: 1 }, "the file.version: is not known"],
    ['[{"name": "a", "name": "b"}]', '[0].name: one object has "name" twice'],
    [
      '[{"when": {"detail": {"__proto__": ["a"], "reason": ["b"]}}}]',
      'routes[0].when.detail.__proto__: no member can be called "__proto__"',
    ],
    [
      '[{"parameters": {"a": "b", "\\u005f_proto__": "{key}"}}]',
      'routes[0].parameters.__proto__: no member can be called "__proto__"',
    ],
    ['{"routes": [], "__proto__": {}}', '__proto__: no member can be called "__proto__"'],
    [[5], "routes[0]: must be an object"],
    [[{ ...ORDERS, flw: 1 }], 'routes[0].flw: is not known; did you mean "flow"?'],
    [[{ ...ORDERS, fail_on_warning: true }], 'did you mean "failOnWarning"?'],
    [[{ ...ORDERS, name: "" }], "routes[0].name: must be a string"],
    [[{ ...ORDERS, name: "x".repeat(65) }], "routes[0].name: must be a string"],
    [[ORDERS, ORDERS], 'routes[1].name: "orders" is already the name of another route'],
    [
      [{ ...ORDERS, flow: "12345" }],
      'routes[0].flow: "12345" is not a positive whole number; write it without quotes',
    ],
    [
      [{ ...ORDERS, flow: "Load orders" }],
      'routes[0].flow: "Load orders" is not a positive whole number; write the id of the flow, not its name',
    ],
    [[{ ...ORDERS, flow: undefined }], "routes[0].flow: undefined is not"],
    [[{ ...ORDERS, when: undefined }], "routes[0].when: must be an object"],
    [
      [ORDERS, { ...ORDERS, name: "b", when: { detail: { object: { key: [{ wildcrd: "x" }] } } } }],
      'routes[1].when.detail.object.key[0].wildcrd: is not an operator; did you mean "wildcard"?',
    ],
    [[{ ...ORDERS, parameters: ["a"] }], "routes[0].parameters: must be an object"],
    [[{ ...ORDERS, parameters: { a: 1 } }], "routes[0].parameters.a: must be a string"],
    [
      [{ ...ORDERS, parameters: { a: "{kye}" } }],
      'routes[0].parameters.a: {kye} is not a known place; did you mean "key"',
    ],
    [[{ ...ORDERS, ifRunning: "whatever" }], 'routes[0].ifRunning: "whatever" is not one of'],
    [[{ ...ORDERS, timeout: 30 }], 'routes[0].timeout: "30" has no unit. Did you mean 30s or 30m?'],
    [[{ ...ORDERS, timeout: "2 hours" }], 'routes[0].timeout: "2 hours" is not a duration'],
    [[{ ...ORDERS, failOnWarning: "no" }], "routes[0].failOnWarning:"],
    [[{ ...ORDERS, accept: 5 }], "routes[0].accept: must be a regular expression"],
    [[{ ...ORDERS, accept: { file: "(" } }], "routes[0].accept.file: Invalid regular expression"],
    [[{ ...ORDERS, accept: { file: 1 } }], "routes[0].accept.file: must be a regular expression"],
    [
      [{ ...ORDERS, accept: { flie: "a" } }],
      'routes[0].accept.flie: is not a parameter of this route; did you mean "file"?',
    ],
    [[{ ...ORDERS, includeFolders: 1 }], "routes[0].includeFolders: must be true or false"],
    [[{ ...ORDERS, includeEmpty: "yes" }], "routes[0].includeEmpty: must be true or false"],
  ])("%j are refused with the path", (routes, message) => {
    expect(refusal(routes)).toContain(message);
  });

  it("are told one mistake for a number that JSON rounds, not what became of it", () => {
    const file = `[{"name": "a", "when": {"source": ["x"]}, "flow": 9007199254740993}]`;
    expect(refusal(file).split("\n").slice(1)).toEqual([
      "- routes[0].flow: the number 9007199254740993 cannot be kept exactly; write one of at most 15 digits below 1.79e308",
    ]);
  });

  it("are told all their mistakes at once", () => {
    const lines = refusal([
      { ...ORDERS, flow: 0, timeout: "x" },
      { ...ALL, when: {} },
    ]).split("\n");
    expect(lines).toHaveLength(4);
  });
});
