import { describe, expect, it } from "vitest";
import { readCommand } from "../../../../lambda/lanes/commands/read-command.ts";
import { SAFE_OUTCOMES } from "../../../../lambda/lanes/commands/run-again.ts";

const LANE_FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:lane";
const EXECUTION = `${LANE_FUNCTION}:7/durable-execution/name/id`;
const read = (event: unknown) => readCommand(event, [LANE_FUNCTION]);
const refused = (message: string) => ({ kind: "rejected", message });

describe("what is no command", () => {
  it.each([
    null,
    undefined,
    "lanes",
    7,
    [],
    {},
    { dryRun: true },
    { check: true },
    { sweep: "x", lanes: "y" },
    { check: false, lanes: false },
    { other: false },
    { check: true, dryRun: true },
    { hold: "12345", order: 4711 },
    { other: true },
    { lane: "orders" },
    { lane: "orders", why: "x" },
    { do: "start" },
    { do: "start", detail: {} },
    { do: "hold", detail: {} },
    { do: 5 },
    { lane: "orders", do: 5, detail: {} },
    { why: "x", by: "y" },
    { again: true, detail: {} },
    { source: "aws.s3", "detail-type": "Object Created", detail: {} },
  ])("%j is left to those who read events", event => {
    expect(read(event)).toStrictEqual({ kind: "none" });
  });
});

describe("a command of one word", () => {
  it("lanes stands alone, or with the dry run that it always is", () => {
    expect(read({ lanes: true })).toStrictEqual({ kind: "lanes" });
    expect(read({ lanes: true, dryRun: true })).toStrictEqual({ kind: "lanes" });
    expect(read({ lanes: true, extra: 1, do: "hold" })).toStrictEqual(
      refused(
        '{"lanes": true} is refused: extra: is not known; known are lanes, dryRun; do: is not known; known are lanes, dryRun',
      ),
    );
  });

  it("sweep stands alone: it wakes lanes, so it is no dry run", () => {
    expect(read({ sweep: true })).toStrictEqual({ kind: "sweep" });
    expect(read({ sweep: true, dryRun: true })).toStrictEqual(
      refused('{"sweep": true} is refused: dryRun: is not known; known are sweep'),
    );
  });

  it.each([
    [{ check: false }, 'check is refused: write {"check": true}'],
    [{ check: 1, dryRun: true }, 'check is refused: write {"check": true}'],
    [{ lanes: "all" }, 'lanes is refused: write {"lanes": true}'],
    [{ sweep: {} }, 'sweep is refused: write {"sweep": true}'],
    [
      { again: true },
      'again is refused: write {"again": {}}, with "route", "lane", "outcomes", "since" or "until" in it as needed',
    ],
    [
      { again: [], dryRun: true },
      'again is refused: write {"again": {}}, with "route", "lane", "outcomes", "since" or "until" in it as needed',
    ],
    [{ backfill: true }, 'backfill is refused: write {"backfill": {"bucket": "…", "prefix": "…"}}'],
    [{ Check: true }, 'Check is refused: write {"check": true}'],
    [{ check: true, dryrun: true }, 'check is refused: write {"check": true}'],
    [{ LANES: true, dryrun: true }, 'LANES is refused: write {"lanes": true}'],
    [{ lanes: "all", "dry-run": true }, 'lanes is refused: write {"lanes": true}'],
    [
      { Backfill: { bucket: "landing", prefix: "" } },
      'Backfill is refused: write {"backfill": {"bucket": "…", "prefix": "…"}}',
    ],
    [{ hold: "12345" }, 'hold is refused: write {"lane": "…", "do": "hold"}'],
    [{ resume: true }, 'resume is refused: write {"lane": "…", "do": "resume"}'],
    [{ Drop: "12345", dryRun: true }, 'Drop is refused: write {"lane": "…", "do": "drop"}'],
    [
      { Lane: "12345", do: "hold" },
      'this command is refused: Lane: is not known; did you mean "lane"?; lane: must be a string that is not empty',
    ],
    [
      { lanes: "12345", do: "hold" },
      'this command is refused: lanes: is not known; did you mean "lane"?; lane: must be a string that is not empty',
    ],
    [
      { lane: "12345", Do: "hold", dryrun: true },
      'this command is refused: Do: is not known; did you mean "do"?; dryrun: is not known; did you mean "dryRun"?; do: undefined is not one of hold, resume, drop',
    ],
    [
      { backfill: "landing" },
      'backfill is refused: write {"backfill": {"bucket": "…", "prefix": "…"}}',
    ],
  ])("%j is not taken for an event", (event, message) => {
    expect(read(event)).toStrictEqual(refused(message));
  });
});

describe("AWS's word that an execution has ended", () => {
  const ended = (detail: unknown, changes: object = {}) => ({
    source: "aws.lambda",
    "detail-type": "Durable Execution Status Change",
    detail,
    ...changes,
  });
  const detail = {
    durableExecutionArn: EXECUTION,
    functionArn: `${LANE_FUNCTION}:7`,
    status: "FAILED",
  };

  it.each(["FAILED", "TIMED_OUT", "STOPPED"])("wakes the sweep after %s", status => {
    expect(read(ended({ ...detail, status }))).toStrictEqual({
      kind: "sweep-after",
      executionArn: EXECUTION,
    });
  });

  it.each([
    ["a good end", ended({ ...detail, status: "SUCCEEDED" })],
    ["no status", ended({ durableExecutionArn: EXECUTION, functionArn: LANE_FUNCTION })],
    ["another function", ended({ ...detail, functionArn: `${LANE_FUNCTION}-other:7` })],
    ["no execution", ended({ ...detail, durableExecutionArn: 5 })],
    ["no function", ended({ ...detail, functionArn: 5 })],
    ["no detail", ended(undefined)],
    ["nothing as detail", ended(null)],
    ["another source", ended(detail, { source: "aws.s3" })],
    ["another kind", ended(detail, { "detail-type": "Something Else" })],
  ])("wakes nobody after %s", (_, event) => {
    expect(read(event)).toStrictEqual({ kind: "none" });
  });
});

describe("a command for one lane", () => {
  const control = (changes: object) => read({ lane: "orders", do: "hold", ...changes });
  const command = (changes: object) => ({
    kind: "control",
    command: {
      lane: "orders",
      do: "hold",
      by: "by hand",
      why: "held by hand",
      dryRun: false,
      ...changes,
    },
  });
  const longest = "x".repeat(1_000);

  it.each([
    [{}, {}],
    [{ do: "resume" }, { do: "resume" }],
    [{ do: "drop" }, { do: "drop" }],
    [
      { by: "Ann", why: "month end" },
      { by: "Ann", why: "month end" },
    ],
    [
      { by: longest, why: longest },
      { by: longest, why: longest },
    ],
    [{ dryRun: true }, { dryRun: true }],
    [{ dryRun: false }, {}],
  ])("%j is read", (asked, changes) => {
    expect(control(asked)).toStrictEqual(command(changes));
  });

  it.each([
    [{ do: "start" }, 'do: "start" is not one of hold, resume, drop'],
    [{ do: 5 }, "do: 5 is not one of hold, resume, drop"],
    [{ do: undefined }, "do: undefined is not one of hold, resume, drop"],
    [{ lane: "" }, "lane: must be a string that is not empty"],
    [{ lane: 5 }, "lane: must be a string that is not empty"],
    [{ lane: undefined }, "lane: must be a string that is not empty"],
    [{ by: "" }, "by: must be a string that is not empty"],
    [{ why: null }, "why: must be a string that is not empty"],
    [{ by: `${longest}x` }, "by: must have at most 1000 characters"],
    [{ why: `${longest}x` }, "why: must have at most 1000 characters"],
    [{ whi: "x" }, 'whi: is not known; did you mean "why"?'],
    [{ quantity: 1 }, "quantity: is not known; known are lane, do, why, by, dryRun"],
    [{ dryRun: "true" }, 'dryRun: "true" is neither true nor false'],
    [{ dryRun: null }, "dryRun: null is neither true nor false"],
    [
      { whi: "x", do: "stop", lane: 1, by: 2, why: 3, dryRun: 4 },
      'whi: is not known; did you mean "why"?; do: "stop" is not one of hold, resume, drop; lane: must be a string that is not empty; by: must be a string that is not empty; why: must be a string that is not empty; dryRun: 4 is neither true nor false',
    ],
  ])("%j is refused", (asked, mistakes) => {
    expect(control(asked)).toStrictEqual(refused(`this command is refused: ${mistakes}`));
  });

  it.each(["hold", "resume", "drop"])("%s without a lane is one too", word => {
    expect(read({ do: word })).toStrictEqual(
      refused("this command is refused: lane: must be a string that is not empty"),
    );
  });
});

const MAY_9 = Date.UTC(2026, 4, 9);
const MAY_10 = Date.UTC(2026, 4, 10);

describe("again", () => {
  it.each([
    [{}, {}, false],
    [{ route: "in" }, { route: "in" }, false],
    [{ lane: "orders" }, { lane: "orders" }, false],
    [{ outcomes: ["timed-out", "error"] }, { outcomes: ["timed-out", "error"] }, true],
    [{ outcomes: ["lost", "error", "lost"] }, { outcomes: ["lost", "error"] }, false],
    [{ since: "2026-05-09" }, { since: MAY_9 }, false],
    [{ until: "2026-05-10" }, { until: MAY_10 }, false],
    [
      { route: "in", lane: "orders", outcomes: ["lost"], since: "2026-05-09", until: "2026-05-10" },
      { route: "in", lane: "orders", outcomes: ["lost"], since: MAY_9, until: MAY_10 },
      true,
    ],
  ])("%j is read", (asked, command, dryRun) => {
    expect(read({ again: asked, ...(dryRun && { dryRun }) })).toStrictEqual({
      kind: "again",
      command: { outcomes: SAFE_OUTCOMES, ...command, dryRun },
    });
  });

  const known =
    "success, warning, error, canceled, started, skipped, busy, not-started, start-unknown, timed-out, lost, aborted, refused, superseded, incomplete, dropped";

  it.each(known.split(", "))("may choose what ended with %s", outcome => {
    expect(read({ again: { outcomes: [outcome] } })).toStrictEqual({
      kind: "again",
      command: { outcomes: [outcome], dryRun: false },
    });
  });

  const list = 'again.outcomes: must be a list of outcomes, such as ["error", "timed-out"]';

  it.each([
    [{ again: {}, dryrun: true }, 'dryrun: is not known; did you mean "dryRun"?'],
    [{ again: {}, lane: "orders" }, "lane: is not known; known are again, dryRun"],
    [{ again: { rout: "in" } }, 'again.rout: is not known; did you mean "route"?'],
    [
      { again: { quantity: 1 } },
      "again.quantity: is not known; known are route, lane, outcomes, since, until",
    ],
    [{ again: { route: "" } }, "again.route: must be a string that is not empty"],
    [{ again: { route: 5 } }, "again.route: must be a string that is not empty"],
    [{ again: { lane: null } }, "again.lane: must be a string that is not empty"],
    [{ again: { outcomes: "error" } }, list],
    [{ again: { outcomes: [] } }, list],
    [{ again: { outcomes: null } }, list],
    [{ again: { outcomes: { length: 1 } } }, list],
    [
      { again: { outcomes: ["eror", "error", 5] } },
      'again.outcomes: "eror" is no outcome; did you mean "error"?; again.outcomes: 5 is no outcome',
    ],
    [{ again: { outcomes: ["#"] } }, `again.outcomes: "#" is no outcome; known are ${known}`],
    [{ again: {}, dryRun: 1 }, "dryRun: 1 is neither true nor false"],
    [
      { again: { since: ["2026-05-09"], until: "x2026-05-09" } },
      'again.since: ["2026-05-09"] is not a time such as "2026-05-09T00:00:00Z"; again.until: "x2026-05-09" is not a time such as "2026-05-09T00:00:00Z"',
    ],
    [
      { again: { until: "2026-05-09x" } },
      'again.until: "2026-05-09x" is not a time such as "2026-05-09T00:00:00Z"',
    ],
  ])("%j is refused", (event, mistakes) => {
    expect(read(event)).toStrictEqual(refused(`again is refused: ${mistakes}`));
  });
});

describe("backfill", () => {
  it.each([
    [{}, {}, false],
    [{ prefix: "in/" }, { prefix: "in/" }, true],
    [{ limit: 1 }, { limit: 1 }, false],
    [{ since: "2026-05-09" }, { since: MAY_9 }, false],
    [{ until: "2026-05-10" }, { until: MAY_10 }, false],
    [
      { prefix: "in/", since: "2026-05-09", until: "2026-05-10", limit: 1_000 },
      { prefix: "in/", since: MAY_9, until: MAY_10, limit: 1_000 },
      true,
    ],
  ])("%j is read", (asked, command, dryRun) => {
    const event = { backfill: { bucket: "landing", prefix: "", ...asked } };
    expect(read({ ...event, ...(dryRun && { dryRun }) })).toStrictEqual({
      kind: "backfill",
      command: { bucket: "landing", prefix: "", ...command, dryRun },
    });
  });

  it.each([
    [
      { prefix: undefined },
      {},
      'backfill.prefix: must be a string; "" stands for the whole bucket',
    ],
    [{ prefix: 5 }, {}, 'backfill.prefix: must be a string; "" stands for the whole bucket'],
    [{ bucket: undefined }, {}, "backfill.bucket: must be a string that is not empty"],
    [{ bucket: "" }, {}, "backfill.bucket: must be a string that is not empty"],
    [{ limit: 0 }, {}, "backfill.limit: 0 is not a positive whole number"],
    [{ limit: -1 }, {}, "backfill.limit: -1 is not a positive whole number"],
    [{ limit: 1.5 }, {}, "backfill.limit: 1.5 is not a positive whole number"],
    [{ limit: "5" }, {}, 'backfill.limit: "5" is not a positive whole number'],
    [{ limit: null }, {}, "backfill.limit: null is not a positive whole number"],
    [{ prefx: "in/" }, {}, 'backfill.prefx: is not known; did you mean "prefix"?'],
    [
      { quantity: 1 },
      {},
      "backfill.quantity: is not known; known are bucket, prefix, since, until, limit",
    ],
    [{}, { dryrun: true }, 'dryrun: is not known; did you mean "dryRun"?'],
    [{}, { lane: "orders" }, "lane: is not known; known are backfill, dryRun"],
    [{}, { dryRun: "no" }, 'dryRun: "no" is neither true nor false'],
    [
      { since: 5, until: "soon" },
      {},
      'backfill.since: 5 is not a time such as "2026-05-09T00:00:00Z"; backfill.until: "soon" is not a time such as "2026-05-09T00:00:00Z"',
    ],
  ])("%j beside %j is refused", (asked, beside, mistakes) => {
    const event = { backfill: { bucket: "landing", prefix: "", ...asked }, ...beside };
    expect(read(event)).toStrictEqual(refused(`backfill is refused: ${mistakes}`));
  });
});
