import type { Launcher, LaunchResult } from "../launch/launcher.ts";
import { type DeliverDependencies, type Delivered, deliver } from "./deliver.ts";

/** Delivers all decisions of an invocation through their lanes, each of which is woken once. */
export function createLaneLauncher(
  dependencies: DeliverDependencies,
  check: Launcher["check"],
): Launcher {
  return {
    async launch(records) {
      const decisions = records.flatMap(requests => requests.map(({ decision }) => decision));
      const delivered = await deliver(decisions, dependencies);
      let next = 0;
      return records.map(requests =>
        requests.map(({ decision }) => {
          const result = delivered[next];
          next += 1;
          return resultOf(result, decision.lane);
        }),
      );
    },
    check,
    finish() {},
  };
}

function resultOf(delivered: Delivered | undefined, lane: string): LaunchResult {
  switch (delivered?.kind) {
    case "delivered":
      return { kind: "launched", result: { lane } };
    case "duplicate": {
      const { state } = delivered;
      const outcome = delivered.state === "told" ? { outcome: delivered.outcome } : {};
      return { kind: "duplicate", result: { lane, state, ...outcome } };
    }
    case "failed":
      return { kind: "failed", message: delivered.message };
    case undefined:
      return { kind: "failed", message: "it was not delivered" };
  }
}
