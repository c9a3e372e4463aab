import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readInvocation } from "../../../lambda/events/invocation.ts";
import { directDecision } from "../../../lambda/events/trigger-direct.ts";
import { eventIdentity, runIdentity } from "../../../lambda/identity.ts";
import type { RunDecision, RunKey } from "../../../lambda/launch/run-key.ts";
import { identifyRun, readRunDecision } from "../../../lambda/launch/run-key.ts";
import { plainParameters } from "../../../lambda/plain-parameters.ts";
import { matchRoutes, parseRoutes } from "../../../lambda/routes/routes.ts";
import { createTimeBudget } from "../../../lambda/routes/time-budget.ts";
import { isObject } from "../../../shared/json.ts";

const EVENTS = join(import.meta.dirname, "..", "samples");
const ROUTE = {
  name: "orders",
  when: { source: [{ exists: true }] },
  flow: 12345,
  parameters: { what: "{detail-type}" },
};

function load(name: string): object {
  return parseObject(readFileSync(join(EVENTS, `${name}.json`), "utf8"));
}

function parseObject(text: string): object {
  const value: unknown = JSON.parse(text);
  if (!isObject(value)) throw new Error("not an object");
  return value;
}

const BUDGET = createTimeBudget(60_000, () => performance.now());

/** The runs that an event starts, as the dispatcher would ask Lambda for them. */
function runsOf(event: unknown, invocationId = "request-1", route: object = {}): RunKey[] {
  const routes = parseRoutes([{ ...ROUTE, ...route }]);
  const invocation = readInvocation(event, invocationId);
  if (invocation.kind !== "batch") return [];
  return invocation.records
    .flatMap(record => (record.kind === "triggers" ? record.triggers : []))
    .flatMap(trigger => matchRoutes(routes, trigger, BUDGET))
    .flatMap(decision => {
      if (decision.kind !== "run") return [];
      const parameters = plainParameters(decision.parameters) ?? {};
      return [identifyRun({ ...decision, parameters }, "scope")];
    });
}

function nameOf(event: unknown, invocationId?: string, route?: object): string | undefined {
  return runsOf(event, invocationId, route)[0]?.name;
}

interface S3Fields {
  readonly record?: object;
  readonly object?: object;
}

function s3({ record = {}, object = {} }: S3Fields = {}): unknown {
  const s3Object = { key: "k", size: 1, sequencer: "01", ...object };
  const base = { eventSource: "aws:s3", eventName: "ObjectCreated:Put" };
  return { Records: [{ ...base, ...record, s3: { bucket: { name: "b" }, object: s3Object } }] };
}

function eventBridge(object: object, more: object = {}): unknown {
  const detail = { bucket: { name: "b" }, object: { key: "k", size: 1, ...object } };
  return { id: "1", source: "aws.s3", "detail-type": "Object Created", detail, ...more };
}

function queued(body: unknown, messageId = "m"): unknown {
  return { Records: [{ eventSource: "aws:sqs", messageId, body: JSON.stringify(body) }] };
}

describe("the name of a run", () => {
  it("fits Lambda and says which route it is of", () => {
    for (const name of ["orders", "Ordnerüberwachung täglich", "a/b c.d", "x".repeat(64), "…"]) {
      const run = nameOf(load("s3"), "r", { name });
      expect(run).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
    }
    expect(nameOf(load("s3"))).toMatch(/^orders-[\w-]{43}$/);
  });

  it("is pinned, since a change of its recipe would run everything in flight once more", () => {
    expect(nameOf(load("s3"))).toBe(PINNED);
  });

  it("is one for one object version, by every path and at every attempt", () => {
    const paths = ["s3", "s3-sns", "s3-sqs", "s3-sns-sqs", "s3-sns-sqs-raw"];
    const runs = paths.flatMap((path, index) => runsOf(load(path), `request-${index}`));
    expect(runs).toHaveLength(paths.length);
    expect(new Set(runs.map(run => run.name)).size).toBe(1);
    expect(new Set(runs.map(run => run.payload)).size).toBe(1);
  });

  it("is the same for the notification and the EventBridge event of one upload", () => {
    const other = { id: "another", time: "later", region: "r", account: "a" };
    expect(runsOf(s3())).toEqual(runsOf(eventBridge({ sequencer: "01" }, other)));
    expect(runsOf(s3({ object: { versionId: "v" } }))).toEqual(
      runsOf(eventBridge({ sequencer: "01", "version-id": "v" })),
    );
  });

  it("does not change with what differs between copies of a notification", () => {
    const copy = {
      eventTime: "2026-11-23T11:11:11Z",
      responseElements: { "x-amz-request-id": "2" },
    };
    expect(runsOf(s3({ record: copy }), "other")).toEqual(runsOf(s3()));
  });

  it("is another for another version, key, bucket, kind of event, route, flow and scope", () => {
    const events = [
      s3(),
      s3({ object: { sequencer: "02" } }),
      s3({ object: { versionId: "v1" } }),
      s3({ object: { versionId: "v2" } }),
      s3({ object: { key: "k2" } }),
      s3({ record: { eventName: "ObjectRemoved:Delete" } }),
      { event: s3(), force: "1" },
      { event: s3(), force: "2" },
    ];
    const names = events.map(event => nameOf(event));
    names.push(nameOf(s3(), "r", { name: "other" }), nameOf(s3(), "r", { flow: 2 }));
    expect(names).not.toContain(undefined);
    expect(new Set(names).size).toBe(names.length);
    const decision = direct("1");
    expect(identifyRun(decision, "a").name).not.toBe(identifyRun(decision, "b").name);
  });

  it("is one for a delete marker that is made and another for it when it is removed", () => {
    const deleted = (action: string) =>
      s3({ record: { eventName: `ObjectRemoved:${action}` }, object: { versionId: "m" } });
    const made = nameOf(deleted("DeleteMarkerCreated"));
    const removed = nameOf(deleted("Delete"));
    expect(made).not.toBe(removed);
    expect(made).toBe(
      nameOf({
        id: "1",
        source: "aws.s3",
        "detail-type": "Object Deleted",
        detail: {
          bucket: { name: "b" },
          object: { key: "k", "version-id": "m" },
          "deletion-type": "Delete Marker Created",
        },
      }),
    );
  });

  it("takes the sequencer where versioning is suspended: every version is called null there", () => {
    const upload = (sequencer: string) => s3({ object: { versionId: "null", sequencer } });
    expect(nameOf(upload("01"))).not.toBe(nameOf(upload("02")));
    expect(nameOf(upload("01"))).toBe(nameOf(s3()));
  });

  it("takes the etag when there is nothing better, and the event's id when there is nothing", () => {
    const bare = (object: object) => eventBridge(object);
    expect(nameOf(bare({ etag: "1" }))).not.toBe(nameOf(bare({ etag: "2" })));
    expect(nameOf(eventBridge({}, { id: "1" }))).not.toBe(nameOf(eventBridge({}, { id: "2" })));
    expect(nameOf(eventBridge({ etag: "1" }, { id: "2" }))).toBe(nameOf(bare({ etag: "1" })));
  });

  it("keeps two changes of one version's tags apart", () => {
    const tags = (id: string) =>
      eventBridge({ "version-id": "v" }, { id, "detail-type": "Object Tags Added" });
    expect(nameOf(tags("1"))).not.toBe(nameOf(tags("2")));
    expect(nameOf(tags("1"))).toBe(nameOf(tags("1"), "other"));
  });

  it("of any other event follows its id", () => {
    const event = (id: string) => ({ id, source: "s", "detail-type": "t", detail: {} });
    expect(nameOf(event("1"), "a")).toBe(nameOf(event("1"), "b"));
    expect(nameOf(queued(event("1")))).toBe(nameOf(event("1")));
    expect(nameOf(event("1"))).not.toBe(nameOf(event("2")));
  });

  it("of a queue's own message follows the message's id, however often it is received", () => {
    expect(nameOf(queued({ a: 1 }, "m1"), "a")).toBe(nameOf(queued({ a: 1 }, "m1"), "b"));
    expect(nameOf(queued({ a: 1 }, "m1"))).not.toBe(nameOf(queued({ a: 1 }, "m2")));
  });

  it("of a schedule follows its ARN and time, not the attempt", () => {
    const attempt = (id: string, more: object = {}) => ({ ...load("scheduler"), id, ...more });
    expect(nameOf(attempt("1"))).toBe(nameOf(attempt("2")));
    expect(nameOf(attempt("1", { time: "2026-11-24T10:00:00Z" }))).not.toBe(nameOf(attempt("1")));
    expect(nameOf(load("scheduler-input"), "a")).toBe(nameOf(load("scheduler-input"), "b"));
  });

  it("of an event without any identity follows the invocation, which AWS keeps when it retries", () => {
    expect(nameOf({ a: 1 }, "request-1")).toBe(nameOf({ a: 1 }, "request-1"));
    expect(nameOf({ a: 1 }, "request-1")).not.toBe(nameOf({ a: 1 }, "request-2"));
  });

  it("never meets another's by accident of its parts", () => {
    const text = fc.string({ unit: fc.constantFrom("a", '"', ",", "|", "\\"), maxLength: 3 });
    const dependencies = fc.tuple(text, text, text, text);
    const run = ([route, bucket, key, version]: readonly [string, string, string, string]) => {
      const origin = { source: "s", detailType: "t", bucket, key, version };
      const event = { origin, identity: eventIdentity(origin) };
      const identity = runIdentity({ route: `r${route}`, flow: 1, event });
      return identifyRun({ ...direct("1"), identity }, "scope").name.slice(-43);
    };
    fc.assert(
      fc.property(dependencies, dependencies, (one, other) => {
        expect(run(one) === run(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });
});

describe("the payload of a run", () => {
  it("holds the whole decision in a fixed order, and nothing that changes between copies", () => {
    expect(runsOf(load("s3"))[0]?.payload).toBe(
      JSON.stringify({
        version: 2,
        route: "orders",
        flow: 12345,
        parameters: { what: "Object Created" },
        ifRunning: "wait",
        timeoutMs: 86_400_000,
        failOnWarning: false,
        origin: {
          bucket: "landing",
          detailType: "Object Created",
          key: "in/a b+c dé.csv",
          source: "aws.s3",
          version: "096fKKXTRTtl3on89fVO.nfljtsv6qko",
        },
        identity: `orders 12345 {"source":"aws.s3","detailType":"Object Created","bucket":"landing","key":"in/a b+c dé.csv","version":"096fKKXTRTtl3on89fVO.nfljtsv6qko"}`,
      }),
    );
  });

  it("does not depend on the order in which a route lists its parameters", () => {
    const one = runsOf(load("s3"), "r", { parameters: { a: "1", b: "2", 10: "3", 9: "4" } });
    const other = runsOf(load("s3"), "r", { parameters: { 9: "4", b: "2", 10: "3", a: "1" } });
    expect(one).toEqual(other);
  });

  it("is read back as the decision it was", () => {
    const texts = fc.dictionary(fc.string(), fc.string());
    fc.assert(
      fc.property(texts, fc.string({ minLength: 1 }), fc.nat(), (parameters, route, timeout) => {
        const policy = { ifRunning: "skip", timeout, failOnWarning: true } as const;
        const decision = { ...direct("1"), parameters, route, policy };
        const { payload } = identifyRun(decision, "scope");
        expect(readRunDecision(JSON.parse(payload))).toEqual(decision);
      }),
    );
  });

  it.each([
    null,
    {},
    { version: 2 },
    { ...goodPayload(), identity: undefined },
    "text",
    { ...goodPayload(), flow: 0 },
    { ...goodPayload(), parameters: { a: 1 } },
    { ...goodPayload(), origin: {} },
    { ...goodPayload(), origin: { source: "a", detailType: "b", id: 1 } },
    { ...goodPayload(), timeoutMs: "1" },
    { ...goodPayload(), ifRunning: "queue" },
    { ...goodPayload(), version: 1 },
  ])("of another release is refused: %j", input => {
    expect(() => readRunDecision(input)).toThrow("deploy both from one release");
  });
});

const PINNED = "orders-yC_8OM07zqIpr8ctL1L0256EgjqG3PaokmnAgJElvn4";

function direct(id: string): RunDecision {
  const policy = { ifRunning: "wait", timeout: 0, failOnWarning: false } as const;
  const {
    lane: _lane,
    afterFailure: _afterFailure,
    ...decision
  } = directDecision({
    flow: 1,
    parameters: {},
    policy,
    id,
  });
  return decision;
}

function goodPayload(): object {
  return parseObject(identifyRun(direct("1"), "scope").payload);
}
