import type { DispatcherDependencies } from "../../../lambda/dispatch-record.ts";
import type { Launcher } from "../../../lambda/launch/launcher.ts";
import type { Defect } from "./play.ts";

/** Defects that the oracle must find, each with a scene that shows it. */
export const DEFECTS: readonly {
  readonly what: string;
  readonly seed: number;
  readonly defect: Defect;
}[] = [
  {
    what: "a key is decoded once more",
    seed: 130_000_102,
    defect: { route: route => trigger => route(decodedAgain(trigger)) },
  },
  {
    what: "the second of two routes is forgotten",
    seed: 130_000_001,
    defect: { route: route => trigger => route(trigger).slice(0, 1) },
  },
  {
    what: "every copy is an event of its own",
    seed: 130_000_005,
    defect: { launch: eachCopy },
  },
  {
    what: "what the ledger did not take is acknowledged",
    seed: 130_000_003,
    defect: { launch: acknowledged },
  },
];

type Trigger = Parameters<DispatcherDependencies["route"]>[0];

function decodedAgain(trigger: Trigger): Trigger {
  const text = JSON.stringify(trigger.event).replaceAll(/%20|\+/g, " ");
  const event: unknown = JSON.parse(text);
  return typeof event === "object" && event !== null
    ? { ...trigger, event: { ...event } }
    : trigger;
}

function eachCopy(launch: Launcher["launch"]): Launcher["launch"] {
  let copies = 0;
  return (records, remainingMs) =>
    launch(
      records.map(requests =>
        requests.map(request => {
          copies += 1;
          const identity = `${request.decision.identity} ${copies}`;
          return { ...request, decision: { ...request.decision, identity } };
        }),
      ),
      remainingMs,
    );
}

function acknowledged(launch: Launcher["launch"]): Launcher["launch"] {
  return async (records, remainingMs) => {
    const results = await launch(records, remainingMs);
    return results.map(list =>
      list.map(result =>
        result.kind === "failed" ? ({ kind: "launched", result: {} } as const) : result,
      ),
    );
  };
}
