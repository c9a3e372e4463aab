import { describe, expect, it } from "vitest";
import { triggerOf } from "../../../lambda/events/trigger-of-event.ts";
import type { RouteResult } from "../../../lambda/routes/route.ts";
import { needsOf, refuseUnmetNeeds } from "../../../lambda/routes/route-needs.ts";
import { matchRoutes, parseRoutes } from "../../../lambda/routes/routes.ts";
import { createTimeBudget } from "../../../lambda/routes/time-budget.ts";
import type { JsonObject } from "../../../shared/json.ts";
import { UserError } from "../../../shared/user-error.ts";

const MINUTE = 60_000;
const ROUTE = { name: "exports", when: { source: ["aws.s3"] }, flow: 7 };

function upload(key: string, object: object = {}) {
  return {
    id: "id-1",
    source: "aws.s3",
    "detail-type": "Object Created",
    time: "2026-05-09T06:00:00Z",
    detail: { bucket: { name: "landing" }, object: { key, size: 5, sequencer: "0A", ...object } },
  };
}

function decide(route: object, event: JsonObject): RouteResult | undefined {
  const budget = createTimeBudget(60_000, () => performance.now());
  const routes = parseRoutes([{ ...ROUTE, ...route }]);
  return matchRoutes(routes, triggerOf(event), budget)[0];
}

function identityOf(route: object, event: JsonObject): string {
  const decision = decide(route, event);
  return decision?.kind === "run" ? decision.identity : "";
}

function refusal(route: object): string {
  try {
    parseRoutes([{ ...ROUTE, ...route }]);
    return "";
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.message;
  }
}

describe("a batch", () => {
  it("has the defaults of the contract, so that {} means all that waits", () => {
    expect(decide({ batch: {} }, upload("in/a.csv"))).toMatchObject({
      kind: "run",
      lane: "7",
      afterFailure: "continue",
      batch: { quietMs: 0, longestMs: 15 * MINUTE, most: 1_000, everyMs: 0, keep: "all", by: "" },
    });
  });

  it("is read with all its fields", () => {
    const batch = {
      quiet: "30s",
      longest: "2h",
      most: 10,
      by: "{bucket}/{dirname}",
      keep: "last",
      every: "1h30m",
    };
    expect(decide({ batch, afterFailure: "hold" }, upload("in/a.csv"))).toMatchObject({
      afterFailure: "hold",
      batch: {
        quietMs: 30_000,
        longestMs: 120 * MINUTE,
        most: 10,
        by: "landing/in",
        keep: "last",
        everyMs: 90 * MINUTE,
      },
    });
    expect(
      decide({ batch: { all: ["a.csv", "b_*.csv"], longest: "1d" } }, upload("in/a.csv")),
    ).toMatchObject({ batch: { all: ["a.csv", "b_*.csv"], longestMs: 1_440 * MINUTE } });
  });

  it("leaves open what only the batch knows, and fills the rest", () => {
    const parameters = {
      list: "{batch.manifest}",
      text: "{{{dirname}}} {batch.count} of {batch.by}: {batch.firstTime}{batch.lastTime}",
      by: "{batch.by}",
      fixed: "x",
    };
    const decision = decide({ batch: { by: "{dirname}" }, parameters }, upload("in/eu/a.csv"));
    expect(decision).toMatchObject({
      kind: "run",
      parameters: {
        list: [{ batch: "manifest" }],
        text: [
          "{in/eu} ",
          { batch: "count" },
          " of in/eu: ",
          { batch: "firstTime" },
          { batch: "lastTime" },
        ],
        by: "in/eu",
        fixed: "x",
      },
    });
  });

  it("carries the facts of the file for its manifest", () => {
    expect(
      decide({ batch: {} }, upload("in/a.csv", { etag: "e", "version-id": "v" })),
    ).toMatchObject({
      file: {
        bucket: "landing",
        key: "in/a.csv",
        size: 5,
        etag: "e",
        versionId: "v",
        eventTime: "2026-05-09T06:00:00Z",
      },
    });
  });

  it("of a set takes only events that name a file", () => {
    const route = { when: { source: [{ exists: true }] }, batch: { all: ["a"] } };
    expect(decide(route, { source: "s", "detail-type": "t", detail: {} })).toMatchObject({
      kind: "rejected",
      message: "batch.all: the event names no file; match only S3 events with this route",
    });
  });

  it("may use whatever all its events have in common", () => {
    const parameters = (text: string) => ({ p: text });
    const by = (text: string) => ({ by: text });
    for (const [group, place] of [
      ["{dirname}", "{dirname}"],
      ["{bucket}", "{detail.bucket.name}"],
      ["{detail.object.key}", "{basename}{dirname}{extension}{key}"],
      ["{basename}", "{extension}"],
      ["{region}/{detail.a.b}", "{detail.a.b} {region}"],
    ] as const) {
      expect(refusal({ batch: by(group), parameters: parameters(place) }), place).toBe("");
    }
    for (const [group, place] of [
      ["{dirname}", "{basename}"],
      ["{dirname}", "{key}"],
      ["{basename}", "{dirname}"],
      ["{extension}", "{basename}"],
      ["{bucket}", "{size}"],
    ] as const) {
      expect(refusal({ batch: by(group), parameters: parameters(place) }), place).toContain(
        "can differ between the events of a batch",
      );
    }
    expect(refusal({ batch: { keep: "last" }, parameters: parameters("{key} {size}") })).toBe("");
  });

  it("never has two values for a place of by", () => {
    const texts = ["", "a", "-", "a-", "-a", "/", "a/", "%", "%2D", "é"];
    const routes = parseRoutes([{ ...ROUTE, batch: { by: "{detail.a}-{detail.b}/{detail.c}" } }]);
    const found = new Set<string>();
    for (const a of texts) {
      for (const b of texts) {
        for (const c of texts) {
          const event = { source: "aws.s3", "detail-type": "x", detail: { a, b, c } };
          const budget = createTimeBudget(60_000, () => 0);
          const [decision] = matchRoutes(routes, triggerOf(event), budget);
          if (decision?.kind === "run") found.add(decision.batch?.by ?? "");
        }
      }
    }
    expect(found.size).toBe(texts.length ** 3);
    expect(found).toContain("a-a/a/");
  });

  it.each<[object, string]>([
    [{ batch: [] }, "routes[0].batch: must be an object"],
    [{ batch: true }, "routes[0].batch: must be an object"],
    [{ batch: { quite: "3s" } }, 'routes[0].batch.quite: is not known; did you mean "quiet"?'],
    [{ batch: { quiet: 30 } }, 'routes[0].batch.quiet: "30" has no unit. Did you mean 30s or 30m?'],
    [{ batch: { quiet: "30" } }, 'routes[0].batch.quiet: "30" has no unit'],
    [{ batch: { every: "soon" } }, 'routes[0].batch.every: "soon" is not a duration'],
    [{ batch: { longest: null } }, "routes[0].batch.longest: null is not a duration"],
    [{ batch: { quiet: "10m", longest: "5m" } }, "routes[0].batch.longest: (5m 00s) is shorter"],
    [{ batch: { quiet: "20m" } }, "routes[0].batch.longest: (15m 00s, the default) is shorter"],
    [{ batch: { quiet: "1s", longest: "2d" } }, "routes[0].batch.quiet: (1s) is too short"],
    [{ batch: { most: 0 } }, "routes[0].batch.most: 0 is not a whole number from 1 to 1000"],
    [{ batch: { most: 1001 } }, "routes[0].batch.most: 1001 is not a whole number"],
    [{ batch: { most: "5" } }, 'routes[0].batch.most: "5" is not a whole number'],
    [{ batch: { keep: "lsat" } }, '"lsat" is not one of all, last; did you mean "last"?'],
    [{ batch: { all: [] } }, "routes[0].batch.all: must be a list of file names"],
    [{ batch: { all: "a" } }, "routes[0].batch.all: must be a list of file names"],
    [{ batch: { all: ["a", "a"] } }, 'routes[0].batch.all[1]: names "a" a second time'],
    [
      { batch: { all: ["in/a"] } },
      "routes[0].batch.all[0]: must be a file name without its folder",
    ],
    [{ batch: { all: [""] } }, "routes[0].batch.all[0]: must be a file name"],
    [{ batch: { all: ["a"], keep: "last" } }, 'routes[0].batch.keep: "last" cannot be used'],
    [
      { batch: { all: ["a"], quiet: "5s" } },
      "routes[0].batch.quiet: cannot be used with batch.all",
    ],
    [{ batch: { all: ["a", "b"], most: 1 } }, "routes[0].batch.most: (1) is less than the 2 files"],
    [{ batch: { all: ["a"], longest: "0s" } }, "no set could be complete"],
    [{ batch: { by: 5 } }, "routes[0].batch.by: must be a template"],
    [{ batch: { by: "x" } }, "routes[0].batch.by: must have a place"],
    [{ batch: { by: "{batch.by}" } }, "routes[0].batch.by: must not have {batch.…} places"],
    [{ batch: { by: "{bucket}{dirname}" } }, "must have a separator such as / after {bucket}"],
    [{ batch: { by: "{dirnam}" } }, 'did you mean "dirname"?'],
    [{ parameters: { n: "{batch.count}" } }, '{batch.count} needs a batch; add "batch": {}'],
    [{ batch: {}, parameters: { n: "{batch.cuont}" } }, 'did you mean "batch.count"?'],
    [{ batch: {}, parameters: { n: "{batch.by}" } }, "{batch.by} needs batch.by"],
    [{ batch: {}, parameters: { n: "{key}" } }, "put {key} into batch.by"],
    [{ once: "always" }, "routes[0].once: must have a place such as {key}"],
    [{ once: "{batch.by}" }, "routes[0].once: must not have {batch.…} places"],
    [{ lane: "{batch.by}" }, "routes[0].lane: must not have {batch.…} places"],
    [{ lane: 5 }, "routes[0].lane: must be a template"],
    [{ afterFailure: "halt" }, '"halt" is not one of continue, hold'],
    [{ afterFailure: "hodl" }, 'did you mean "hold"?'],
    [
      { batch: {}, accept: "\\w+", parameters: { k: "{batch.keys}" } },
      'routes[0].accept: cannot check parameter "k"',
    ],
    [
      { batch: {}, accept: { n: "\\d+" }, parameters: { n: "{batch.count}" } },
      "routes[0].accept.n: cannot be checked",
    ],
  ])("with a mistake is refused with its path: %j", (route, message) => {
    expect(refusal(route)).toContain(message);
  });

  it("is told all its mistakes at once", () => {
    const route = { batch: { quiet: 3, most: 0, all: [] }, once: "x", parameters: { a: "{k}" } };
    expect(refusal(route).split("\n")).toHaveLength(6);
  });

  it("checks what is known of it when the event comes", () => {
    const route = {
      batch: { by: "{dirname}" },
      accept: "[a-z/]+",
      parameters: { folder: "{batch.by}", list: "{batch.manifest}" },
    };
    expect(decide(route, upload("in/eu/a.csv"))).toMatchObject({ kind: "run" });
    expect(decide(route, upload("in/'; drop/a.csv"))).toMatchObject({
      kind: "rejected",
      message: 'Parameter "folder": the value does not match the route\'s accept pattern.',
    });
  });
});

describe("a lane", () => {
  it("is the flow, or what its template says", () => {
    expect(decide({}, upload("in/a"))).toMatchObject({ lane: "7" });
    expect(decide({ lane: "{bucket}/{dirname}" }, upload("in/a"))).toMatchObject({
      lane: "landing/in",
    });
    expect(decide({ lane: "warehouse" }, upload("in/a"))).toMatchObject({ lane: "warehouse" });
  });

  it("has a name also for a folder without one, and never one that is too long for the table", () => {
    expect(decide({ lane: "{dirname}" }, upload("a"))).toMatchObject({ lane: "." });
    const [one, other] = ["é", "è"].map(last => {
      const decision = decide({ lane: "{key}{key}" }, upload(`${"x".repeat(1_000)}${last}`));
      return decision?.kind === "run" ? decision.lane : "";
    });
    expect(Buffer.byteLength(one ?? "")).toBeLessThan(1_024);
    expect(one).not.toBe(other);
  });

  it("that cannot be named is a problem of the event", () => {
    expect(decide({ lane: "{detail.none}" }, upload("a"))).toMatchObject({
      kind: "rejected",
      message: "lane: {detail.none} cannot be filled: the event has no detail.none",
    });
  });
});

describe("a file of a set that is empty", () => {
  const all = ["orders.csv", "_SUCCESS", "part-*", "*.done", "*"];
  it.each([
    ["in/orders.csv", "run"],
    ["in/_SUCCESS", "run"],
    ["_SUCCESS", "run"],
    ["in/part-7", "skipped"],
    ["in/a.done", "skipped"],
    ["in/_success", "skipped"],
    ["in/_SUCCESS/x.csv", "skipped"],
    ["in/other", "skipped"],
  ])("is meant when the set names it: %s is a %s", (key, kind) => {
    expect(decide({ batch: { all } }, upload(key, { size: 0 }))).toMatchObject({ kind });
  });
});

describe("once", () => {
  const daily = { once: "{dirname} {detail.object.etag}" };
  it("makes events one that have the same text, whatever else they are", () => {
    const one = identityOf(daily, upload("in/a", { etag: "1" }));
    expect(one).not.toBe("");
    expect(identityOf(daily, upload("in/b", { etag: "1", sequencer: "0B" }))).toBe(one);
    expect(identityOf(daily, upload("in/a", { etag: "2" }))).not.toBe(one);
    expect(identityOf({ ...daily, name: "other" }, upload("in/a", { etag: "1" }))).not.toBe(one);
  });

  it("tells events apart whose texts only look the same", () => {
    const shop = (detail: object) => ({ source: "shop", "detail-type": "Order", id: "1", detail });
    const route = { once: "{detail.shop}-{detail.order}" };
    const all = { when: { source: ["shop"] }, parameters: {} };
    const one = identityOf({ ...all, ...route }, shop({ shop: "a-b", order: "c" }));
    expect(identityOf({ ...all, ...route }, shop({ shop: "a", order: "b-c" }))).not.toBe(one);
    expect(identityOf({ ...all, ...route }, shop({ shop: "a-b", order: "c", more: 1 }))).toBe(one);
    for (const order of ["", "<$.order>", "{{order}}", "<aws.pipes.event.ingestion-time>"]) {
      const named = { ...all, once: "order {detail.order}" };
      expect(decide(named, shop({ order })), order).toMatchObject({ kind: "rejected" });
    }
  });

  it("takes a key as it is, whatever the file is called", () => {
    expect(decide({ once: "{key}" }, upload("in/{{day}}.csv"))).toMatchObject({ kind: "run" });
  });

  it("without a value is a problem of the event", () => {
    expect(decide({ once: "{extension}" }, upload("in/a"))).toMatchObject({ kind: "rejected" });
    expect(decide({ once: "{versionId}" }, upload("in/a"))).toMatchObject({ kind: "rejected" });
  });
});

describe("what the routes need", () => {
  const routes = parseRoutes([
    ROUTE,
    { ...ROUTE, name: "a", batch: {}, parameters: { list: "{batch.manifest}" } },
    { ...ROUTE, name: "b", afterFailure: "hold", lane: "{dirname}" },
  ]);

  it("is told with its place", () => {
    expect(needsOf(routes)).toEqual([
      { setting: "ETLWORKS_LEDGER", path: "routes[1].batch" },
      { setting: "ETLWORKS_MANIFESTS", path: "routes[1].parameters.list" },
      { setting: "ETLWORKS_LEDGER", path: "routes[2].lane" },
      { setting: "ETLWORKS_LEDGER", path: "routes[2].afterFailure" },
    ]);
  });

  it("is refused when it is missing, all in one error", () => {
    expect(() => refuseUnmetNeeds(routes, () => true)).not.toThrow();
    expect(() => refuseUnmetNeeds(routes, setting => setting === "ETLWORKS_LEDGER")).toThrow(
      "routes[1].parameters.list: needs a place in S3 for manifests; set ETLWORKS_MANIFESTS",
    );
    expect(() => refuseUnmetNeeds(routes, () => false)).toThrow(
      /batch: .*manifest.*lane: .*afterFailure: /s,
    );
  });
});
