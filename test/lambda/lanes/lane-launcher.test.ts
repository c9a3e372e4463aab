import { describe, expect, it } from "vitest";
import type { Decision } from "../../../lambda/decision.ts";
import { createLaneLauncher } from "../../../lambda/lanes/lane-launcher.ts";
import type { LaunchRequest } from "../../../lambda/launch/launcher.ts";
import { createLog } from "../../../lambda/log.ts";
import { decisionOf } from "./decisions.ts";
import { createQuietLedger, NOW, tell, wait } from "./quiet-ledger.ts";

const log = createLog({ write: () => {}, epochMs: () => NOW, redact: text => text });

function request(identity: string, changes: Partial<Decision> = {}): LaunchRequest {
  return { decision: decisionOf({ identity, lane: "flow", ...changes }), log };
}

describe("the launcher of lanes", () => {
  it("answers for each decision of each record what became of it", async () => {
    const quiet = createQuietLedger(9, async ({ name, input }, happen) => {
      if (name === "putEntry" && JSON.stringify(input).includes("refused")) {
        throw new Error("no right to write");
      }
      return happen();
    });
    await wait(quiet, 1);
    await wait(quiet, 2);
    await tell(quiet, "e2", "error");
    const launcher = createLaneLauncher(quiet.dependencies, async () => ({
      asked: "runner",
      executionArn: undefined,
      next: "look",
    }));
    const results = await launcher.launch(
      [
        [request("new"), request("e1")],
        [],
        [request("e2"), request("refused"), request("other", { lane: "second" })],
      ],
      () => 1_000,
    );
    expect(results).toStrictEqual([
      [
        { kind: "launched", result: { lane: "flow" } },
        { kind: "duplicate", result: { lane: "flow", state: "waiting" } },
      ],
      [],
      [
        { kind: "duplicate", result: { lane: "flow", state: "told", outcome: "error" } },
        { kind: "failed", message: "no right to write" },
        { kind: "launched", result: { lane: "second" } },
      ],
    ]);
    expect(quiet.wakes.toSorted()).toEqual(["flow-1", "second-1"]);
  });

  it("launches nothing when nothing is asked for", async () => {
    const quiet = createQuietLedger();
    const check = async () => ({ asked: "runner", executionArn: "arn", next: "look" });
    const launcher = createLaneLauncher(quiet.dependencies, check);
    expect(await launcher.launch([], () => 1_000)).toEqual([]);
    expect(quiet.calls).toEqual([]);
    expect(await launcher.check([1], "r")).toEqual({
      asked: "runner",
      executionArn: "arn",
      next: "look",
    });
    expect(launcher.finish()).toBeUndefined();
  });
});
