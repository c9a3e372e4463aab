import type { HttpRequest } from "../../../shared/etlworks/http/http.ts";
import { IF_RUNNING, type IfRunning } from "../../../shared/run/if-running.ts";
import { EPOCH_MS, OPENING_MS, type Scene } from "../../action/step-on-wire.ts";
import type { Flow } from "../../sandbox/flow.ts";
import type { Plan } from "../../sandbox/run.ts";
import { type Chance, createChance } from "../../virtual/chance.ts";
import type { Fate } from "../../virtual/virtual-wire.ts";
import { createAdversary, purposeOf } from "../adversary.ts";
import { createWorld } from "../world.ts";

/** What a step is asked for, in the words that its results are judged by. */
export interface Asked {
  readonly entries: readonly Entry[];
  /** `flows` or `flow-tag`, which have results of their own even for one flow. */
  readonly several: boolean;
  readonly maxParallel: number;
  readonly failFast: boolean;
  readonly failOnWarning: boolean;
  readonly retries: number;
  readonly ifRunning: IfRunning;
  readonly wait: boolean;
  /** 0: none. */
  readonly timeoutMs: number;
  readonly stops: boolean;
  /** Etlworks lets a flow run beside itself. */
  readonly parallelRuns: boolean;
}

export interface Entry {
  readonly flowId: number;
  /** The parameter that tells its runs from those of another entry of the same flow. */
  readonly mark?: string;
  readonly limited?: boolean;
}

const MINUTE = 60_000;
const STOP_REQUEST = "POST /v1/flows/{flow-id}/stop?auditId={audit-id}";

/** Draws a whole step and its surroundings. The same seed gives the same scene. */
export function drawScene(seed: number): { readonly scene: Scene; readonly asked: Asked } {
  const chance = createChance(seed);
  const flows = Array.from({ length: chance.whole(2, 5) }, (_, index) => drawFlow(chance, index));
  const choice = drawChoice(chance, flows);
  const asked: Asked = {
    ...choice.asked,
    maxParallel: chance.whole(1, 4),
    failFast: chance.likely(0.3),
    failOnWarning: chance.likely(0.3),
    ...drawWaiting(chance),
    ifRunning: chance.pick(IF_RUNNING),
    timeoutMs: Math.round(chance.anyScale(10, 3_600)) * 1_000,
    stops: chance.likely(0.4),
    parallelRuns: chance.likely(0.15),
  };
  return {
    asked,
    scene: {
      server: {
        flows,
        stopRequest: STOP_REQUEST,
        parallelQuery: "parallel=true",
        role: chance.pick(["Editor", "Editor", "Operator"]),
        ...(chance.likely(0.08) ? { requestsPerMinute: chance.whole(8, 60) } : {}),
      },
      inputs: { ...choice.inputs, ...inputsOf(asked), "show-log": drawShowLog(chance) },
      ...(chance.likely(0.2)
        ? { cancelAt: Math.round(chance.anyScale(1, chance.pick([3_000, 10 * MINUTE]))) }
        : {}),
      strangers: drawStrangers(chance, flows),
      random: createChance(seed + 0.5).random,
      fateOf: drawNetwork(chance, seed),
    },
  };
}

function drawFlow(chance: Chance, index: number): Flow {
  return {
    id: 11 + index,
    name: `Flow ${index}`,
    tags: [chance.likely(0.6) ? "nightly" : "weekly"],
    runs: Array.from({ length: 4 }, () => drawPlan(chance)),
    past: chance.likely(0.6)
      ? []
      : Array.from({ length: chance.whole(1, 6) }, (_, run) => ({
          startedAt: EPOCH_MS - (run + 1) * 60 * MINUTE,
          durationMs: Math.round(chance.anyScale(1_000, 5 * MINUTE)),
        })),
  };
}

function drawPlan(chance: Chance): Plan {
  return {
    queuedMs: chance.likely(0.2) ? chance.whole(0, 5_000) : 0,
    runningMs: Math.round(chance.anyScale(50, chance.pick([5_000, MINUTE, 15 * MINUTE]))),
    end: chance.pick(["success", "success", "success", "warning", "error", "error", "canceled"]),
    ...(chance.likely(0.1) ? { listedAfterMs: Math.round(chance.anyScale(100, 20_000)) } : {}),
  };
}

interface Choice {
  readonly asked: Pick<Asked, "entries" | "several">;
  readonly inputs: Readonly<Record<string, string>>;
}

const FORMS = ["id", "name", "lines", "tag", "list", "list", "list"] as const;

/** Which flows, in one of the forms that the inputs have for it. */
function drawChoice(chance: Chance, flows: readonly Flow[]): Choice {
  const id = flows[0]?.id ?? 0;
  const one = { entries: [{ flowId: id }], several: false };
  const form = chance.pick<(typeof FORMS)[number]>(FORMS);
  switch (form) {
    case "id":
      return { asked: one, inputs: { "flow-id": String(id) } };
    case "name":
      return { asked: one, inputs: { "flow-name": flows[0]?.name ?? "" } };
    case "tag": {
      const tag = flows[0]?.tags?.[0] ?? "";
      const tagged = flows.filter(({ tags }) => tags?.includes(tag));
      const entries = tagged.map(flow => ({ flowId: flow.id }));
      return { asked: { entries, several: true }, inputs: { "flow-tag": tag } };
    }
    case "lines": {
      const lines = flows.map(flow => (chance.likely(0.5) ? flow.name : String(flow.id)));
      const entries = flows.map(flow => ({ flowId: flow.id }));
      return { asked: { entries, several: true }, inputs: { flows: lines.join("\n") } };
    }
    case "list": {
      const list = Array.from({ length: chance.whole(1, 6) }, (_, index) => {
        const flow = flows[chance.whole(0, flows.length - 1)];
        return { flowId: flow?.id ?? id, mark: String(index), limited: chance.likely(0.2) };
      });
      const written = list.map(({ flowId, mark, limited }) => ({
        flow: chance.likely(0.4) ? `Flow ${flowId - 11}` : flowId,
        parameters: { entry: mark },
        ...(limited ? { timeout: chance.pick(["5s", "20s", "1m", "5m"]) } : {}),
      }));
      return {
        asked: { entries: list, several: true },
        inputs: { flows: JSON.stringify(written) },
      };
    }
  }
}

/** A retry has to wait for the run before it. */
function drawWaiting(chance: Chance): Pick<Asked, "retries" | "wait"> {
  const wait = chance.likely(0.88);
  return { wait, retries: wait && chance.likely(0.35) ? chance.whole(1, 2) : 0 };
}

function drawShowLog(chance: Chance): string {
  return chance.pick(["never", "never", "on-failure", "always"]);
}

function inputsOf(asked: Asked): Record<string, string> {
  return {
    timeout: `${asked.timeoutMs / 1_000}s`,
    wait: String(asked.wait),
    "retry-on-error": String(asked.retries),
    "if-running": asked.ifRunning,
    "fail-on-warning": String(asked.failOnWarning),
    ...(asked.several
      ? { "fail-fast": String(asked.failFast), "max-parallel": String(asked.maxParallel) }
      : {}),
    ...(asked.stops ? { "stop-request": STOP_REQUEST } : {}),
    ...(asked.parallelRuns ? { "run-query": "parallel=true" } : {}),
  };
}

function drawStrangers(chance: Chance, flows: readonly Flow[]): NonNullable<Scene["strangers"]> {
  const count = chance.likely(0.5) ? 0 : chance.whole(1, 4);
  return Array.from({ length: count }, () => ({
    at: chance.likely(0.4)
      ? -Math.round(chance.anyScale(1, OPENING_MS - 1))
      : Math.round(chance.anyScale(1, 5 * MINUTE)),
    flowId: flows[chance.whole(0, flows.length - 1)]?.id ?? 0,
    run: {
      startedBy: chance.pick<"scheduler" | "user">(["scheduler", "user"]),
      plan: {
        runningMs: Math.round(chance.anyScale(100, 10 * MINUTE)),
        end: chance.pick(["success", "error"]),
      },
      parallel: chance.likely(0.4),
    },
  }));
}

/** The faults of the laboratory of the core. A start that arrives twice is two starts, and no judge's case. */
function drawNetwork(chance: Chance, seed: number): (request: HttpRequest, at: number) => Fate {
  const calm = chance.likely(0.2);
  let now = 0;
  const adversary = createAdversary(createWorld(seed), createChance(-seed - 1), () => now);
  return (request, at) => {
    now = at + OPENING_MS;
    if (calm) return { travelMs: 40, returnMs: 40 };
    const { againAfterMs, ...fate } = adversary(request);
    const twice = againAfterMs === undefined || purposeOf(request) === "start";
    return twice ? fate : { ...fate, againAfterMs };
  };
}
