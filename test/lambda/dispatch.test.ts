import { describe, expect, it } from "vitest";
import { dispatch } from "../../lambda/dispatch.ts";
import type { DispatcherDependencies } from "../../lambda/dispatch-record.ts";
import type { LaunchResult } from "../../lambda/launch/launcher.ts";
import type { RouteResult } from "../../lambda/routes/route.ts";
import { textField } from "../../shared/json-fields.ts";
import { UserError } from "../../shared/user-error.ts";
import { decisionOf } from "./lanes/decisions.ts";
import { textWith } from "./stand-ins/matchers.ts";
import { createRecorded } from "./stand-ins/recorded-log.ts";

const LAUNCHED: LaunchResult = { kind: "launched", result: { more: 1 } };
const BUSY: LaunchResult = { kind: "failed", message: "It is busy." };

/** Where the id of an event is the identity of its run, and `others` tells what comes of it. */
function partsOf(changes: Partial<DispatcherDependencies> & { others?: object } = {}) {
  const { others = {}, ...more } = changes;
  const recorded = createRecorded();
  const launches: (readonly (readonly string[])[])[] = [];
  const results = new Map<string, LaunchResult>(Object.entries(others));
  const dependencies: DispatcherDependencies = {
    route({ event }): readonly RouteResult[] {
      const identity = textField(event, "id") ?? "";
      return [{ kind: "run", ...decisionOf({ identity }), warnings: [] }];
    },
    async launch(requests) {
      launches.push(requests.map(list => list.map(({ decision }) => decision.identity)));
      return requests.map(list =>
        list.map(({ decision }) => results.get(decision.identity) ?? LAUNCHED),
      );
    },
    ownFunctions: [],
    routedFlows: new Set([7]),
    startsOnce: true,
    check: async () => "checked",
    remainingMs: () => 60_000,
    logParameters: false,
    log: recorded.log,
    metrics: recorded.metrics,
    ...more,
  };
  return { dependencies, launches, ...recorded };
}

const event = (id: string) => ({ id, source: "s", "detail-type": "t", detail: {} });

/** Messages of a queue, each with an event; `group` makes it a FIFO queue. */
const queue = (ids: readonly string[], group?: (index: number) => string) => ({
  Records: ids.map((id, index) => ({
    eventSource: "aws:sqs",
    messageId: `m${index}`,
    body: JSON.stringify(event(id)),
    ...(group !== undefined && {
      eventSourceARN: "arn:aws:sqs:eu-central-1:123456789012:orders.fifo",
      attributes: { MessageGroupId: group(index) },
    }),
  })),
});

const failures = (...names: readonly string[]) => ({
  batchItemFailures: names.map(itemIdentifier => ({ itemIdentifier })),
});

describe("an event alone", () => {
  it("is delivered, and its identity told", async () => {
    const { dependencies, launches } = partsOf();
    expect(await dispatch(event("a"), "r", dependencies)).toEqual({
      delivered: ["a"],
      duplicates: [],
    });
    expect(launches).toEqual([[["a"]]]);
  });

  it("that is known is told as such", async () => {
    const { dependencies } = partsOf({ others: { a: { kind: "duplicate", result: {} } } });
    expect(await dispatch(event("a"), "r", dependencies)).toEqual({
      delivered: [],
      duplicates: ["a"],
    });
  });

  it("that fails makes the invocation fail", async () => {
    const { dependencies } = partsOf({ others: { a: BUSY } });
    await expect(dispatch(event("a"), "r", dependencies)).rejects.toMatchObject({
      name: "DispatchFailed",
      message: "orders: It is busy.",
    });
  });

  it("goes back when the launcher breaks or says nothing", async () => {
    const broken = partsOf({ launch: () => Promise.reject(new Error("It broke.")) });
    await expect(dispatch(event("a"), "r", broken.dependencies)).rejects.toThrow(
      "orders: It broke.",
    );
    const silent = partsOf({ launch: async () => [] });
    await expect(dispatch(event("a"), "r", silent.dependencies)).rejects.toThrow(
      "orders: it was not delivered",
    );
  });
});

describe("a direct invoke", () => {
  it.each([
    [LAUNCHED, { kind: "delivered", more: 1 }],
    [
      { kind: "duplicate", result: { state: "told" } } as const,
      { kind: "duplicate", state: "told" },
    ],
  ])("is answered: %j", async (result, answer) => {
    const { dependencies, lines } = partsOf({ launch: async () => [[result]] });
    const answered = await dispatch({ flow: 7 }, "r", dependencies);
    expect(answered).toMatchObject(answer);
    expect(textField(answered, "identity")).toMatch(/^direct-/);
    expect(lines).toHaveLength(1);
  });

  it("fails by the sentence of its run", async () => {
    const { dependencies, values } = partsOf({ launch: async () => [[BUSY]] });
    await expect(dispatch({ flow: 7 }, "r", dependencies)).rejects.toMatchObject({
      name: "DispatchFailed",
      message: "It is busy.",
    });
    expect(values).toEqual([["Failures", 1, { Route: "direct" }]]);
  });

  it.each([[[]], [[[]]]])("fails when nobody says what became of it: %j", async results => {
    const { dependencies } = partsOf({ launch: async () => results });
    await expect(dispatch({ flow: 7 }, "r", dependencies)).rejects.toMatchObject({
      name: "DispatchFailed",
      message: "it was not delivered",
    });
  });

  it("for a check is the check", async () => {
    expect(await dispatch({ check: true }, "r", partsOf().dependencies)).toBe("checked");
  });

  it("that cannot be read is refused with its sentence", async () => {
    const { dependencies, lines, values } = partsOf();
    await expect(dispatch({ flow: "seven" }, "r", dependencies)).rejects.toThrow(UserError);
    expect(lines).toMatchObject([{ level: "ERROR" }]);
    expect(values).toEqual([["Failures", 1, {}]]);
  });
});

describe("the messages of a queue", () => {
  it("are launched together, and none goes back", async () => {
    const { dependencies, launches } = partsOf();
    expect(await dispatch(queue(["a", "b"]), "r", dependencies)).toEqual(failures());
    expect(launches).toEqual([[["a"], ["b"]]]);
  });

  it("go back by their names when they fail, copies too, and only the first copy is launched", async () => {
    const { dependencies, launches, values } = partsOf({ others: { a: BUSY } });
    expect(await dispatch(queue(["a", "b", "a", "b"]), "r", dependencies)).toEqual(
      failures("m0", "m2"),
    );
    expect(launches).toEqual([[["a"], ["b"], [], []]]);
    expect(values).toEqual([
      ["Failures", 1, { Route: "orders" }],
      ["Delivered", 1, { Route: "orders" }],
      ["Failures", 1, { Route: "orders" }],
      ["Deduplicated", 1, { Route: "orders" }],
    ]);
  });

  it("of a FIFO group are launched in turn, and the rest goes back after a failure", async () => {
    const { dependencies, launches, lines } = partsOf({ others: { b: BUSY } });
    const groups = queue(["a", "x", "b", "y", "c", "d"], index => (index % 2 === 0 ? "1" : "2"));
    expect(await dispatch(groups, "r", dependencies)).toEqual(failures("m2", "m4"));
    expect(launches).toEqual([[["a"], ["x"]], [["b"], ["y"]], [["d"]]]);
    // Whoever finds one of them among the dead letters looks for its id.
    expect(lines).toContainEqual({
      level: "ERROR",
      record: "m4",
      message:
        "Not delivered: an earlier message of its FIFO group failed. It comes again after that one.",
    });
  });

  it("of a FIFO group wait for nobody of a shorter one", async () => {
    const { dependencies, launches } = partsOf();
    const groups = queue(["a", "b", "x", "c"], index => (index === 2 ? "2" : "1"));
    expect(await dispatch(groups, "r", dependencies)).toEqual(failures());
    expect(launches).toEqual([[["a"], ["x"]], [["b"]], [["c"]]]);
  });

  it("that have no name go back with all others, by an error", async () => {
    const { dependencies } = partsOf({ others: { a: BUSY, b: BUSY } });
    const [one, other] = queue(["a", "b"]).Records;
    const unnamed = { Records: [{ ...one, messageId: undefined }, other] };
    await expect(dispatch(unnamed, "r", dependencies)).rejects.toMatchObject({
      name: "DispatchFailed",
      message: "2 failures: orders: It is busy.; orders: It is busy.",
    });
  });
});

describe("what a pipe hands over without an id", () => {
  // Stands in for the id of what has none.
  const byId: Partial<DispatcherDependencies> = {
    route({ event: { id, source } }): readonly RouteResult[] {
      const origin = { id: String(id), source: String(source), detailType: "t" };
      return [{ kind: "run", ...decisionOf({ identity: String(id), origin }), warnings: [] }];
    },
  };
  const items = [{ order: 1 }, event("a"), { order: 2 }];

  it("waits when another cannot be delivered, since each attempt would start it again", async () => {
    const { dependencies, launches, lines } = partsOf({ ...byId, others: { a: BUSY } });
    await expect(dispatch(items, "r", dependencies)).rejects.toThrow("orders: It is busy.");
    expect(launches).toEqual([[[], ["a"], []]]);
    expect(lines).toContainEqual(
      expect.objectContaining({ message: textWith("Not delivered yet: another") }),
    );
  });

  it("waits when another cannot be read", async () => {
    const { dependencies, launches } = partsOf({
      ...byId,
      route: trigger =>
        trigger.event["id"] === "a"
          ? [{ kind: "rejected", route: "orders", message: "It has no key." }]
          : (byId.route?.(trigger) ?? []),
    });
    await expect(dispatch(items, "r", dependencies)).rejects.toThrow("orders: It has no key.");
    expect(launches).toEqual([]);
  });

  it("is delivered after all others have been", async () => {
    const { dependencies, launches } = partsOf(byId);
    expect(await dispatch(items, "r", dependencies)).toEqual(failures());
    expect(launches).toEqual([
      [[], ["a"], []],
      [["r/0"], [], ["r/2"]],
    ]);
  });

  it("is delivered at once where there is nothing else", async () => {
    const { dependencies, launches } = partsOf(byId);
    expect(await dispatch([{ order: 1 }, { order: 2 }], "r", dependencies)).toEqual(failures());
    expect(launches).toEqual([[["r/0"], ["r/1"]]]);
  });
});
