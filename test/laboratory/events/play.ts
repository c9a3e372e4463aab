import type { Decision } from "../../../lambda/decision.ts";
import { dispatch } from "../../../lambda/dispatch.ts";
import type { DispatcherDependencies } from "../../../lambda/dispatch-record.ts";
import { planRuns, takeDryRun } from "../../../lambda/dry-run.ts";
import { readCommand } from "../../../lambda/lanes/commands/read-command.ts";
import { createLaneLauncher } from "../../../lambda/lanes/lane-launcher.ts";
import { LedgerFault } from "../../../lambda/lanes/ledger/ledger-fault.ts";
import type { Launcher } from "../../../lambda/launch/launcher.ts";
import { ACCEPT_BUDGET_MS, matchRoutes, parseRoutes } from "../../../lambda/routes/routes.ts";
import { createTimeBudget } from "../../../lambda/routes/time-budget.ts";
import { messageOf } from "../../../shared/thrown.ts";
import { createRecorded } from "../../lambda/stand-ins/recorded-log.ts";
import { type Chance, createChance } from "../../virtual/chance.ts";
import { createMemoryLedger } from "../../virtual/memory-ledger.ts";
import { observeLedger } from "../../virtual/observed-ledger.ts";
import { routesText } from "./asked-route.ts";
import type { Scene } from "./draw-scene.ts";
import { DISPATCHER, type Invocation } from "./envelopes.ts";

/** What one invocation came to. */
export interface Attempt {
  readonly invocation: Invocation;
  /** Of AWS's attempts at it, from 1. */
  readonly attempt: number;
  readonly answer:
    | { readonly kind: "answered"; readonly value: unknown }
    | { readonly kind: "thrown"; readonly message: string };
  /** What it wrote into the ledger, or started in place, in the order of arrival. */
  readonly begun: readonly Decision[];
  /** Lanes of which an execution was woken that will see what is in the ledger now. */
  readonly woken: ReadonlySet<string>;
  /** Whether the ledger or Lambda failed. */
  readonly disturbed: boolean;
  readonly lines: readonly unknown[];
}

export interface Played {
  /** Why the routes were refused. */
  readonly refused?: string;
  readonly attempts: readonly Attempt[];
}

/** A defect to be found: the launcher or the routing, changed. */
export interface Defect {
  readonly route?: (route: DispatcherDependencies["route"]) => DispatcherDependencies["route"];
  readonly launch?: (launch: Launcher["launch"]) => Launcher["launch"];
}

/** AWS tries a message so often. */
const ATTEMPTS = 5;

/** Hands each delivery to the dispatcher, and again what comes back. */
export async function play(scene: Scene, defect: Defect = {}): Promise<Played> {
  const stage = createStage(scene);
  let routes: ReturnType<typeof parseRoutes>;
  try {
    routes = parseRoutes(routesText(scene.routes));
  } catch (error) {
    return { refused: messageOf(error), attempts: [] };
  }
  const attempts: Attempt[] = [];
  for (const [index, delivery] of scene.deliveries.entries()) {
    let invocation = delivery;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const played = await stage.invoke(invocation, attempt, routes, defect);
      attempts.push(played);
      const failed = failedOf(played);
      if (failed.length === 0) break;
      // Without faults a second attempt shows all that a fifth would.
      if (!played.disturbed && attempt > 1) break;
      invocation = invocation.again(failed, `retry-${index}-${attempt}`);
    }
  }
  return { attempts };
}

function failedOf({ invocation: { records }, answer }: Attempt) {
  if (answer.kind === "thrown") return records;
  const named = namesIn(answer.value);
  return records.filter(({ names }) => names.some(name => named.includes(name)));
}

/** What the answer takes back by name. */
export function namesIn(value: unknown): readonly string[] {
  return JSON.stringify(value ?? null) === "null" ? [] : listOf(value);
}

function listOf(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null || !("batchItemFailures" in value)) return [];
  const { batchItemFailures } = value;
  if (!Array.isArray(batchItemFailures)) return ["no list"];
  return batchItemFailures.map((item: unknown) => {
    const isNamed = typeof item === "object" && item !== null && "itemIdentifier" in item;
    return isNamed ? String(item.itemIdentifier) : "no name";
  });
}

function createStage(scene: Scene) {
  const chance = createChance(scene.seed + 0.5);
  const memory = createMemoryLedger();
  const faults = createFaults(chance, scene);
  const woken = new Set<string>();
  const started: Decision[] = [];
  const ledger = observeLedger(memory.ledger, async (_, happen) => {
    const fault = faults.draw();
    if (fault === "throttled") throw new LedgerFault("throttled", "the table is throttled");
    const result = await happen();
    if (fault === "unanswered") throw new LedgerFault("unanswered", "no answer");
    return result;
  });
  const launcher = createLaneLauncher(
    {
      ledger,
      attempts: 2,
      sleep: async () => {},
      random: chance.random,
      epochMs: () => 1_000,
      async wake(lane: string) {
        if (faults.draw() !== undefined) throw new Error("Lambda is throttled");
        woken.add(lane);
        return "arn";
      },
    },
    async () => ({ ok: true, flows: {}, problems: [] }),
  );
  const inPlace: Launcher["launch"] = async records =>
    records.map(requests =>
      requests.map(({ decision }) => {
        if (faults.draw() !== undefined) return { kind: "failed", message: "it is busy" } as const;
        started.push(decision);
        return { kind: "launched", result: {} } as const;
      }),
    );

  return {
    async invoke(
      invocation: Invocation,
      attempt: number,
      routes: ReturnType<typeof parseRoutes>,
      { route: changeRoute = same, launch: changeLaunch = same }: Defect,
    ): Promise<Attempt> {
      faults.reset();
      woken.clear();
      started.length = 0;
      const before = new Set(memory.table.entries.keys());
      const { log, metrics, lines } = createRecorded();
      const dependencies: DispatcherDependencies = {
        route: changeRoute(trigger =>
          matchRoutes(
            routes,
            trigger,
            createTimeBudget(ACCEPT_BUDGET_MS, () => 0),
          ),
        ),
        launch: changeLaunch(scene.lanes ? (...asked) => launcher.launch(...asked) : inPlace),
        ownFunctions: [DISPATCHER],
        routedFlows: new Set(routes.list.map(({ flow }) => flow)),
        startsOnce: scene.lanes,
        check: async () => "checked",
        remainingMs: () => 60_000,
        logParameters: false,
        log,
        metrics,
      };
      const answer = await answerTo(invocation, dependencies);
      const entries = [...memory.table.entries].filter(([identity]) => !before.has(identity));
      const written = entries
        .map(([, entry]) => entry)
        .toSorted((one, two) => one.seq - two.seq)
        .map(({ decision }) => decision);
      return {
        invocation,
        attempt,
        answer,
        begun: scene.lanes ? written : [...started],
        woken: new Set(woken),
        disturbed: faults.happened(),
        lines,
      };
    },
  };
}

const same = <Some>(some: Some): Some => some;

/** As the handler of the dispatcher does it. */
async function answerTo(
  { text, requestId }: Invocation,
  dependencies: DispatcherDependencies,
): Promise<Attempt["answer"]> {
  try {
    const event: unknown = JSON.parse(text);
    const command = readCommand(event, dependencies.ownFunctions);
    if (command.kind !== "none") return { kind: "thrown", message: `command: ${command.kind}` };
    const { dryRun, event: asked } = takeDryRun(event);
    const value = await (dryRun ? planRuns : dispatch)(asked, requestId, dependencies);
    return { kind: "answered", value };
  } catch (error) {
    return { kind: "thrown", message: messageOf(error) };
  }
}

function createFaults(chance: Chance, { faults: { share, most } }: Scene) {
  let left = most;
  let happened = false;
  return {
    draw(): "throttled" | "unanswered" | undefined {
      if (left === 0 || !chance.likely(share)) return undefined;
      left -= 1;
      happened = true;
      return chance.pick(["throttled", "unanswered"]);
    },
    reset() {
      happened = false;
    },
    happened: () => happened,
  };
}
