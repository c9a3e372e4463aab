import { describe, expect, it } from "vitest";
import {
  closeRecord,
  type DispatcherDependencies,
  failedRecord,
  launchRequest,
  NOT_DELIVERED,
  openRecord,
} from "../../lambda/dispatch-record.ts";
import { readInvocation } from "../../lambda/events/invocation.ts";
import { asOne, type TriggerRecord } from "../../lambda/events/reading.ts";
import type { RouteResult } from "../../lambda/routes/route.ts";
import { decisionOf } from "./lanes/decisions.ts";
import { createRecorded } from "./stand-ins/recorded-log.ts";

const EVENT = { id: "1", source: "s", "detail-type": "t", detail: {} };

/** The records of an invocation with this event. */
function recordOf(event: unknown): TriggerRecord {
  const invocation = readInvocation(event, "request-1");
  const [record] = invocation.kind === "records" ? invocation.records : [];
  if (record === undefined) throw new Error("It has no record.");
  return record;
}

const queued = (body: unknown): TriggerRecord =>
  recordOf({ Records: [{ eventSource: "aws:sqs", messageId: "m", body: JSON.stringify(body) }] });

function partsOf(changes: Partial<DispatcherDependencies> = {}) {
  const recorded = createRecorded();
  const dependencies: DispatcherDependencies = {
    route: () => [],
    launch: () => Promise.reject(new Error("Nothing is launched.")),
    ownFunctions: [],
    routedFlows: new Set([7]),
    startsOnce: true,
    check: async () => ({ ok: true }),
    remainingMs: () => 60_000,
    logParameters: false,
    log: recorded.log,
    metrics: recorded.metrics,
    ...changes,
  };
  return { dependencies, ...recorded };
}

const decision = decisionOf({ identity: "a" });
const run: RouteResult = { kind: "run", ...decision, warnings: ["It is odd."] };
const skipped: RouteResult = { kind: "skipped", route: "others", reason: "It is a folder." };
const rejected: RouteResult = { kind: "rejected", route: "broken", message: "It has no key." };

describe("a record", () => {
  it("that is rejected is a failure", async () => {
    const { dependencies, lines, values } = partsOf();
    const record: TriggerRecord = { kind: "rejected", message: "no", itemIdentifier: "m" };
    expect(await openRecord(record, dependencies)).toEqual({
      record,
      requests: [],
      failures: ["no"],
      unknownAgain: new Set(),
      remarks: [],
    });
    expect(lines).toEqual([{ level: "ERROR", message: "no", record: "m" }]);
    expect(values).toEqual([["Failures", 1, {}]]);
  });

  it("that is ignored is done", async () => {
    const { dependencies, lines, values } = partsOf();
    const record: TriggerRecord = { kind: "ignored", reason: "empty" };
    expect(await openRecord(record, dependencies)).toEqual({
      record,
      requests: [],
      failures: [],
      unknownAgain: new Set(),
      remarks: ["empty"],
    });
    expect(lines).toEqual([{ level: "INFO", message: "ignored: empty" }]);
    expect(values).toEqual([]);
  });

  it("asks for the runs of its routes, and tells of what it does not run", async () => {
    const { dependencies, lines, values } = partsOf({ route: () => [run, skipped, rejected] });
    const open = await openRecord(recordOf(EVENT), dependencies);
    expect(open.requests.map(request => request.decision)).toStrictEqual([decision]);
    expect(open.failures).toEqual(["broken: It has no key."]);
    expect(open.remarks).toEqual(["orders: It is odd.", "others: It is a folder."]);
    const { route, flow, lane } = decision;
    expect(lines).toEqual([
      { level: "WARN", message: "It is odd.", route, flow, lane },
      { level: "INFO", message: "skipped: It is a folder.", route: "others" },
      { level: "ERROR", message: "It has no key.", route: "broken" },
    ]);
    expect(values).toEqual([
      ["Skipped", 1, { Route: "others" }],
      ["Failures", 1, { Route: "broken" }],
    ]);
  });

  it("starts nothing beside a problem where it would be started twice", async () => {
    const twice = { startsOnce: false };
    const bad = partsOf({ ...twice, route: () => [run, skipped, rejected] });
    expect(await openRecord(recordOf(EVENT), bad.dependencies)).toMatchObject({
      requests: [],
      failures: ["broken: It has no key."],
    });
    expect(bad.values).toEqual([["Failures", 1, { Route: "broken" }]]);
    const good = partsOf({ ...twice, route: () => [run, skipped] });
    const open = await openRecord(recordOf(EVENT), good.dependencies);
    expect(open.requests).toHaveLength(1);
    expect(open.failures).toEqual([]);
  });

  it("starts nothing beside an event that no route wants, where it would be started twice", async () => {
    const records = [recordOf(EVENT), queued({ order: 1 })];
    const { dependencies } = partsOf({
      startsOnce: false,
      route: ({ own }) => (own ? [] : [run]),
    });
    const open = await openRecord(asOne({ kind: "records", reply: "none", records }), dependencies);
    expect(open.requests).toEqual([]);
    expect(open.failures).toHaveLength(1);
  });

  it("of an event that no route wants is done", async () => {
    const { dependencies, lines, values } = partsOf();
    const open = await openRecord(recordOf(EVENT), dependencies);
    const remarks = ["No route matches this t of s."];
    expect(open).toMatchObject({ requests: [], failures: [], remarks });
    expect(lines).toEqual([
      {
        level: "INFO",
        message: "no route matches the event",
        id: "1",
        source: "s",
        detailType: "t",
      },
    ]);
    expect(values).toEqual([["Unmatched", 1, {}]]);
  });

  it("that was meant for a flow fails when no route wants it", async () => {
    const message =
      "No route matches this Queue Message. It is not an event of S3 or EventBridge, so it was meant for a flow. Add a route for it (source etlworks.dispatcher), or stop sending it.";
    for (const startsOnce of [true, false]) {
      const { dependencies, lines, values } = partsOf({ startsOnce });
      const open = await openRecord(queued({ order: 1 }), dependencies);
      expect(open).toMatchObject({ requests: [], failures: [message] });
      expect(lines).toEqual([{ level: "ERROR", message, record: "m" }]);
      expect(values).toEqual([
        ["Unmatched", 1, {}],
        ["Failures", 1, {}],
      ]);
    }
  });

  it("may ask for a flow that a route starts, and for no other", async () => {
    const { dependencies } = partsOf();
    const asked = await openRecord(queued({ flow: 7 }), dependencies);
    expect(asked.requests.map(request => request.decision)).toMatchObject([
      { route: "direct", flow: 7 },
    ]);
    expect(asked.remarks).toEqual([]);
    expect(await openRecord(queued({ flow: 8 }), dependencies)).toMatchObject({
      requests: [],
      failures: [
        "direct: No route starts flow 8, so a message cannot start it. Invoke the dispatcher with it instead.",
      ],
    });
  });

  it("that asks for a check has its report in the log", async () => {
    const { dependencies, lines } = partsOf();
    const open = await openRecord(queued({ check: true }), dependencies);
    expect(open).toMatchObject({ requests: [], failures: [], remarks: [] });
    expect(lines).toEqual([
      { level: "INFO", message: "checked", report: '{"ok":true}', record: "m" },
    ]);
  });

  it("on which the routes break is a failure of its own", async () => {
    const { dependencies, lines, values } = partsOf({
      route() {
        throw new Error("It took too long.");
      },
    });
    const record = recordOf(EVENT);
    expect(await openRecord(record, dependencies)).toEqual({
      record,
      requests: [],
      failures: ["It took too long."],
      unknownAgain: new Set(),
      remarks: [],
    });
    expect(lines).toEqual([{ level: "ERROR", message: "It took too long." }]);
    expect(values).toEqual([["Failures", 1, {}]]);
  });
});

describe("a run that nobody would know again at the next attempt", () => {
  /** What a pipe hands over, with the origin that its route's decision has. */
  const unknownOf = async (item: unknown, id: string, byOnce?: true) => {
    const origin = { id, source: "s", detailType: "t" };
    const asked: RouteResult = {
      kind: "run",
      ...decisionOf({ identity: "a", origin }),
      ...(byOnce && { byOnce }),
      warnings: [],
    };
    const { dependencies } = partsOf({ route: () => [asked] });
    const { requests, unknownAgain } = await openRecord(recordOf([item]), dependencies);
    expect([...unknownAgain].every(request => requests.includes(request))).toBe(true);
    return unknownAgain.size;
  };

  it("is one whose only id is the attempt's", async () => {
    expect(await unknownOf({ order: 1 }, "request-1/0")).toBe(1);
    expect(await unknownOf({ order: 1 }, "my/request-1/0")).toBe(0);
  });

  it("is none where its event has an id, or its route says what makes two events one", async () => {
    expect(await unknownOf(EVENT, "1")).toBe(0);
    expect(await unknownOf({ order: 1 }, "request-1/0", true)).toBe(0);
  });

  it("is none of a queue, which delivers each message by its name", async () => {
    const { dependencies } = partsOf({ route: () => [run] });
    expect((await openRecord(queued({ order: 1 }), dependencies)).unknownAgain.size).toBe(0);
  });
});

describe("the log of a decision", () => {
  it.each([
    [false, {}],
    [true, { parameters: decision.parameters, identity: "a" }],
  ])("shows values only where it may: %s", (logParameters, shown) => {
    const { dependencies, lines } = partsOf({ logParameters });
    launchRequest(decision, dependencies).log.info("hello");
    const { route, flow, lane } = decision;
    expect(lines).toEqual([{ level: "INFO", message: "hello", route, flow, lane, ...shown }]);
  });
});

describe("a record that was launched", () => {
  it("tells what became of each decision, and of one that nobody speaks of", () => {
    const { dependencies, lines, values } = partsOf();
    const requests = ["a", "b", "c", "d"].map(identity =>
      launchRequest(decisionOf({ identity, route: identity }), dependencies),
    );
    const record = recordOf(EVENT);
    expect(
      closeRecord(
        { record, requests, unknownAgain: new Set(), failures: ["before"], remarks: [] },
        [
          { kind: "launched", result: {} },
          { kind: "duplicate", result: {} },
          { kind: "failed", message: "It is busy." },
        ],
        dependencies,
      ),
    ).toStrictEqual({
      record,
      delivered: ["a"],
      duplicates: ["b"],
      failures: ["before", "c: It is busy.", "d: it was not delivered"],
    });
    expect(lines).toMatchObject([
      { level: "INFO", message: "delivered", route: "a" },
      { level: "INFO", message: "delivered before, by another copy of the event", route: "b" },
      { level: "ERROR", message: "It is busy.", route: "c" },
      { level: "ERROR", message: "it was not delivered", route: "d" },
    ]);
    expect(values).toEqual([
      ["Delivered", 1, { Route: "a" }],
      ["Deduplicated", 1, { Route: "b" }],
      ["Failures", 1, { Route: "c" }],
      ["Failures", 1, { Route: "d" }],
    ]);
  });

  it("or was not is a failure by its sentence", () => {
    const record = recordOf(EVENT);
    expect(failedRecord(record, "no")).toEqual({
      record,
      delivered: [],
      duplicates: [],
      failures: ["no"],
    });
    expect(NOT_DELIVERED).toEqual({ kind: "failed", message: "it was not delivered" });
  });
});
