import { expect, it } from "vitest";
import type { OutcomeKind } from "../../../shared/run/outcome.ts";
import { judge } from "../../../shared/run/verdict.ts";

/** Once as usual, once with `fail-on-warning`. */
const judged = (kind: OutcomeKind) =>
  [false, true].map(failOnWarning => judge(kind, { failOnWarning })).join(", ");

it("judges every outcome as the README's table has it", () => {
  const table: Readonly<Record<OutcomeKind, string>> = {
    success: judged("success"),
    warning: judged("warning"),
    error: judged("error"),
    canceled: judged("canceled"),
    started: judged("started"),
    skipped: judged("skipped"),
    busy: judged("busy"),
    "not-started": judged("not-started"),
    "start-unknown": judged("start-unknown"),
    "timed-out": judged("timed-out"),
    lost: judged("lost"),
    aborted: judged("aborted"),
    refused: judged("refused"),
  };
  expect(table).toEqual({
    success: "pass, pass",
    warning: "pass, fail",
    error: "fail, fail",
    canceled: "fail, fail",
    started: "pass, pass",
    skipped: "pass, pass",
    busy: "fail, fail",
    "not-started": "fail, fail",
    "start-unknown": "fail, fail",
    "timed-out": "fail, fail",
    lost: "fail, fail",
    aborted: "fail, fail",
    refused: "fail, fail",
  });
});
