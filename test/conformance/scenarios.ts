import { IF_RUNNING } from "../../shared/run/if-running.ts";
import type { OutcomeKind } from "../../shared/run/outcome.ts";
import type { RunRequest } from "../../shared/run/run-request.ts";
import { pastRuns } from "../sandbox/flow.ts";
import type { WorldOptions } from "./world.ts";

/** One story that must go the same way on every host. */
export interface Scenario {
  readonly name: string;
  readonly request?: Partial<RunRequest>;
  readonly world: WorldOptions;
  /** The kind of the outcome. */
  readonly ends: OutcomeKind;
}

export const FLOW = 12345;

const start = { method: "POST", path: /\/run/ } as const;
const look = { method: "GET", path: /\/executions\/\d+\?/ } as const;
const history = { method: "GET", path: /\/history/ } as const;

/** A flow whose runs go as told; the last plan serves all later runs. */
function flow(...runs: WorldFlow["runs"] & object[]): readonly WorldFlow[] {
  return [{ id: FLOW, name: "orders", runs }];
}

type WorldFlow = NonNullable<WorldOptions["flows"]>[number];

/** The older documents read code 1 as "your run is still running". */
const ownRunning = { code: 1, begins: true };

const usual = { runningMs: 40_000 };
const begun = Date.UTC(2026, 10, 23, 12);

export const SCENARIOS: readonly Scenario[] = [
  { name: "a usual run", world: { flows: flow(usual) }, ends: "success" },
  {
    name: "a run with history",
    world: {
      flows: [
        {
          id: FLOW,
          name: "orders",
          runs: [{ queuedMs: 3_000, runningMs: 95_000 }],
          past: pastRuns(begun, 3_600_000, [90_000, 100_000, 95_000, 97_000, 93_000]),
        },
      ],
    },
    ends: "success",
  },
  {
    name: "a run that ends in error",
    world: { flows: flow({ ...usual, end: "error", message: "ORA-00942" }) },
    ends: "error",
  },
  {
    name: "a run that ends in warning",
    world: { flows: flow({ ...usual, end: "warning" }) },
    ends: "warning",
  },
  {
    name: "a run that is canceled",
    world: { flows: flow({ ...usual, end: "canceled" }) },
    ends: "canceled",
  },
  { name: "not waiting", request: { wait: false }, world: { flows: flow(usual) }, ends: "started" },
  {
    name: "the answer to the start is lost",
    world: { flows: flow(usual), faults: [{ ...start, kind: "reset", when: "after" }] },
    ends: "success",
  },
  {
    name: "the start is lost before it arrives, and nobody can know",
    world: { flows: flow(usual), faults: [{ ...start, kind: "reset", when: "before" }] },
    ends: "start-unknown",
  },
  {
    name: "the start hangs and takes effect",
    world: { flows: flow(usual), faults: [{ ...start, kind: "hang", when: "after" }] },
    ends: "success",
  },
  {
    name: "503 after the start took effect, listed late",
    world: {
      flows: flow({ ...usual, listedAfterMs: 8_000 }),
      faults: [{ ...start, kind: "html", when: "after", status: 503 }],
    },
    ends: "success",
  },
  {
    name: "no history, and the answer to the start is lost",
    world: {
      flows: flow(usual),
      faults: [
        { ...history, kind: "answer", when: "before", status: 500, times: 2 },
        { ...start, kind: "reset", when: "after" },
      ],
    },
    ends: "start-unknown",
  },
  {
    name: "connection refused twice, then up again",
    world: { flows: flow(usual), unreachable: [{ kind: "unreachable", times: 3 }] },
    ends: "success",
  },
  {
    name: "429 to the start, with and without a date",
    world: {
      flows: flow(usual),
      faults: [
        { ...start, kind: "rate-limited", seconds: 7 },
        { ...start, kind: "rate-limited", seconds: 11, as: "date" },
      ],
    },
    ends: "success",
  },
  {
    name: "429 while following",
    world: {
      flows: flow({ runningMs: 90_000 }),
      faults: [{ ...look, kind: "rate-limited", seconds: 20, times: 3 }],
    },
    ends: "success",
  },
  {
    name: "faults while following: reset, 502, HTML, half an answer, another run",
    world: {
      flows: flow({ runningMs: 200_000 }),
      faults: [
        { ...look, kind: "reset", when: "after" },
        { ...look, kind: "answer", when: "before", status: 502 },
        { ...look, kind: "html", when: "after" },
        { ...look, kind: "half-body" },
        { ...look, kind: "other-audit-id" },
      ],
    },
    ends: "success",
  },
  {
    name: "an unknown status on the way",
    world: {
      flows: flow({
        statuses: [
          { afterMs: 0, status: "queued" },
          { afterMs: 5_000, status: "PAUSED" },
          { afterMs: 30_000, status: "running" },
          { afterMs: 60_000, status: "success" },
        ],
      }),
    },
    ends: "success",
  },
  {
    name: "404 for the first seconds",
    world: { flows: flow({ ...usual, missing: [{ untilMs: 9_000, answer: "not-found" }] }) },
    ends: "success",
  },
  {
    name: "null, {} and an empty body in the middle",
    world: {
      flows: flow({
        runningMs: 120_000,
        missing: [
          { fromMs: 10_000, untilMs: 20_000, answer: "null" },
          { fromMs: 20_000, untilMs: 40_000, answer: "empty-object" },
          { fromMs: 40_000, untilMs: 60_000, answer: "empty-body" },
        ],
      }),
    },
    ends: "success",
  },
  {
    name: "a record that never appears",
    world: { flows: flow({ runningMs: 900_000, missing: [{ answer: "not-found" }] }) },
    ends: "lost",
  },
  {
    name: "the deadline passes",
    request: { timeoutMs: 60_000 },
    world: { flows: flow({ runningMs: Number.POSITIVE_INFINITY }) },
    ends: "timed-out",
  },
  {
    name: "no limit",
    request: { timeoutMs: 0 },
    world: { flows: flow({ runningMs: 1_800_000 }) },
    ends: "success",
  },
  {
    name: "an audit id beyond 2^53",
    world: { flows: flow(usual), firstAuditId: "9007199254740995" },
    ends: "success",
  },
  ...[2, 3, 5, 17].map(code => ({
    name: `start code ${code}`,
    world: { flows: [{ id: FLOW, name: "orders", starts: [{ code, exception: "no" }] }] },
    ends: "not-started" as const,
  })),
  {
    name: "success: false",
    world: { flows: [{ id: FLOW, name: "orders", starts: [{ refusal: "license" }] }] },
    ends: "not-started",
  },
  {
    name: "busy, policy wait",
    request: { ifRunning: "wait" },
    world: busyFor(70_000),
    ends: "success",
  },
  {
    name: "busy, policy wait, until the deadline",
    request: { ifRunning: "wait", timeoutMs: 120_000 },
    world: busyFor(900_000),
    ends: "timed-out",
  },
  {
    name: "busy, policy wait, and another one is faster",
    request: { ifRunning: "wait" },
    world: busyFor(70_000, 100_000),
    ends: "success",
  },
  {
    name: "busy, policy wait, and another user is faster by a blink",
    request: { ifRunning: "wait" },
    world: { ...busyFor(70_000), ...takenBy("user", begun + 70_000, 100_000) },
    ends: "start-unknown",
  },
  {
    name: "busy, policy fail",
    request: { ifRunning: "fail" },
    world: busyFor(70_000),
    ends: "busy",
  },
  {
    name: "busy, policy skip",
    request: { ifRunning: "skip" },
    world: busyFor(70_000),
    ends: "skipped",
  },
  {
    name: "busy, policy attach",
    request: { ifRunning: "attach" },
    world: busyFor(70_000),
    ends: "success",
  },
  {
    name: "busy, policy attach, without an id",
    request: { ifRunning: "attach" },
    world: { ...busyFor(70_000), busyAuditId: "none" },
    ends: "success",
  },
  {
    name: "a login whose token expires on the way",
    world: {
      flows: flow({ runningMs: 600_000 }),
      secret: '{"username": "olivia@example.com", "password": "olivia-likes-cold-brew-7"}',
      tokenLifetimeMs: 90_000,
    },
    ends: "success",
  },
  {
    name: "a key that is refused",
    world: { flows: flow(usual), secret: "nobodys-key-0123456789" },
    ends: "refused",
  },
  {
    name: "a secret that is none",
    world: { flows: flow(usual), secret: "Bearer abc" },
    ends: "refused",
  },
  {
    name: "a flow that is not there",
    request: { flowId: 99 },
    world: { flows: flow(usual) },
    ends: "refused",
  },
  {
    name: "403 while following, for good",
    world: {
      flows: flow({ runningMs: 900_000 }),
      faults: [{ ...look, kind: "answer", when: "before", status: 403, skip: 2, times: 1_000 }],
    },
    ends: "refused",
  },
  {
    name: "403 while following, for half a minute",
    world: {
      flows: flow({ runningMs: 200_000 }),
      faults: [{ ...look, kind: "answer", when: "before", status: 403, skip: 1, times: 5 }],
    },
    ends: "success",
  },
  {
    name: "a firewall's page while following",
    world: {
      flows: flow({ runningMs: 90_000 }),
      faults: [{ ...look, kind: "html", when: "before", status: 403, times: 3 }],
    },
    ends: "success",
  },
  {
    name: "404 and 429 in turn",
    world: {
      flows: flow({ runningMs: 900_000, missing: [{ answer: "not-found" }] }),
      faults: Array.from({ length: 40 }, () => ({
        ...look,
        kind: "rate-limited" as const,
        seconds: 1,
        skip: 1,
      })),
    },
    ends: "lost",
  },
  {
    name: "every poll fails until the deadline",
    request: { timeoutMs: 200_000 },
    world: {
      flows: flow(usual),
      faults: [{ ...look, kind: "answer", when: "before", status: 502, times: 1_000 }],
    },
    ends: "timed-out",
  },
  {
    name: "a start that hangs over the deadline",
    request: { timeoutMs: 12_000, adoption: "never" },
    world: { flows: flow(usual), faults: [{ ...start, kind: "hang", when: "after" }] },
    ends: "start-unknown",
  },
  {
    name: "the answer to the start is lost, and no new run may be taken for ours",
    request: { adoption: "never" },
    world: { flows: flow(usual), faults: [{ ...start, kind: "reset", when: "after" }] },
    ends: "start-unknown",
  },
  ...IF_RUNNING.filter(policy => policy !== "attach").map(ifRunning => ({
    name: `code 1 for our own run, policy ${ifRunning}`,
    request: { ifRunning },
    world: { flows: [{ id: FLOW, name: "orders", runs: [usual], starts: [ownRunning] }] },
    ends: "start-unknown" as const,
  })),
  {
    name: "code 1 for our own run, policy attach",
    request: { ifRunning: "attach" },
    world: { flows: [{ id: FLOW, name: "orders", runs: [usual], starts: [ownRunning] }] },
    ends: "success",
  },
];

export function scenarioNamed(name: string): Scenario {
  const found = SCENARIOS.find(scenario => scenario.name === name);
  if (found === undefined) throw new Error(`There is no scenario "${name}" in scenarios.ts.`);
  return found;
}

/** Runs of others: one that has been active for a minute when ours is asked for, then its successors. */
function busyFor(first: number, ...later: readonly number[]): WorldOptions {
  const running = {
    startedAt: begun - 60_000,
    durationMs: 60_000 + first,
    startedBy: "user",
  } as const;
  return {
    flows: [{ id: FLOW, name: "orders", runs: [usual], past: [running] }],
    ...(later.length === 0 ? {} : takenBy("scheduler", begun + first, ...later)),
  };
}

/** Others whose runs begin when we have just seen that the flow is free. */
function takenBy(
  startedBy: "scheduler" | "user",
  freeAt: number,
  ...durationsMs: readonly number[]
): WorldOptions {
  const seen = new WeakMap<object, number>();
  return {
    afterRequest(_count, model, time) {
      if (time.now() < freeAt) return;
      const requests = (seen.get(model) ?? 0) + 1;
      seen.set(model, requests);
      const runningMs = durationsMs[model.runs.filter(run => run.startedBy === startedBy).length];
      // The first request sees that it is free, the second is the baseline of our start.
      if (requests >= 2 && runningMs !== undefined) {
        model.begin(FLOW, { startedBy, plan: { runningMs } });
      }
    },
  };
}
