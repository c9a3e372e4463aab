import { IF_RUNNING } from "../../shared/run/if-running.ts";
import type { RunRequest } from "../../shared/run/run-request.ts";
import type { Flow } from "../sandbox/flow.ts";
import type { Model, ModelOptions } from "../sandbox/model.ts";
import type { End, Plan } from "../sandbox/run.ts";
import type { User } from "../sandbox/users.ts";
import { type Chance, createChance } from "../virtual/chance.ts";

/** Everything about one experiment that is settled before it begins. */
export interface World {
  readonly user: User;
  readonly signIn: "key" | "login";
  readonly request: RunRequest;
  readonly server: Omit<ModelOptions, "now">;
  /** The server's clock minus real time. */
  readonly serverSkewMs: number;
  readonly dateHeader: boolean;
  /** Runs that others begin. */
  readonly strangers: readonly { readonly at: number; readonly run: OtherRun }[];
  /** The server goes away and comes back without its tokens. */
  readonly restarts: readonly Restart[];
  /** Somebody sets our clock. */
  readonly wallJumps: readonly { readonly at: number; readonly byMs: number }[];
  /** When the host is told to stop. */
  readonly stopAt: number | undefined;
  /** How many requests of each kind meet a fault, and until when. */
  readonly storm: Storm;
}

type OtherRun = Parameters<Model["begin"]>[1];
type StartAnswer = NonNullable<Flow["starts"]>[number];
type PastRun = NonNullable<Flow["past"]>[number];
type MissingRecord = NonNullable<Plan["missing"]>[number];

export interface Restart {
  readonly at: number;
  readonly untilMs: number;
  readonly as: "refused" | "503";
  readonly endsRuns: boolean;
}

export interface Storm {
  readonly start: number;
  readonly history: number;
  readonly look: number;
  readonly sign: number;
  readonly stop: number;
  readonly until: number;
  /** A part of all faults, by number; `undefined` for all of them. */
  readonly only: readonly number[] | undefined;
  /** How slow everything is, faults or not. */
  readonly slowness: number;
}

export const FLOW_ID = 12345;

/** When the core is let loose: before, others have had time to begin runs. */
export const OPENING_MS = 60_000;

/** Real time at the beginning of virtual time. */
export const EPOCH = Date.UTC(2026, 4, 9, 6, 0, 0);

export const STOP_REQUEST = { method: "POST", path: "/v1/flows/{flow-id}/stop?auditId={audit-id}" };

const MINUTE = 60_000;
const HOUR = 3_600_000;

/** Draws a world. The same seed gives the same world. */
export function createWorld(seed: number): World {
  const chance = createChance(seed);
  const user = drawUser(chance);
  const timeoutMs = chance.likely(0.04) ? 0 : Math.round(chance.anyScale(1_000, 2 * HOUR));
  // Without a deadline, only the end of the run and of the storm can end an experiment.
  const mustEnd = timeoutMs === 0;
  const parallel = chance.likely(0.1);
  const request: RunRequest = {
    flowId: FLOW_ID,
    parameters: chance.likely(0.3) ? { file: "s3://landing/orders.csv", note: "a=b&c ü" } : {},
    runQuery: parallel ? "parallel=true" : "",
    ifRunning: chance.pick(IF_RUNNING),
    wait: chance.likely(0.92),
    adoption: chance.likely(0.8) ? "strict" : "never",
    timeoutMs,
    ...(chance.likely(0.1) ? { pollIntervalMs: Math.round(chance.anyScale(1_000, MINUTE)) } : {}),
    patienceMs: chance.pick([0, 10_000, MINUTE, 5 * MINUTE]),
  };
  return {
    user,
    signIn: chance.likely(0.6) ? "key" : "login",
    request,
    server: {
      users: [user],
      flows: [drawFlow(chance, user, mustEnd)],
      ...drawServer(chance),
      // By a chance of its own, so that the other worlds stay as they were.
      ...drawHistory(createChance(seed + 0x4000_0000)),
    },
    serverSkewMs: chance.likely(0.7) ? 0 : Math.round((chance.random() - 0.5) * HOUR),
    dateHeader: chance.likely(0.93),
    strangers: drawStrangers(chance, user, mustEnd),
    restarts: chance.likely(0.12) ? [drawRestart(chance), drawRestart(chance)] : [],
    wallJumps: chance.likely(0.15) ? [drawJump(chance), drawJump(chance)] : [],
    stopAt: chance.likely(0.25) ? OPENING_MS + chance.anyScale(1, 20 * MINUTE) : undefined,
    storm: drawStorm(chance, mustEnd),
  };
}

function drawUser(chance: Chance): User {
  const role = chance.likely(0.98) ? (chance.likely(0.5) ? "Editor" : "Operator") : "Viewer";
  const { apiKey, password } = chance.pick([
    { apiKey: "Zk3".repeat(85), password: "correct horse battery staple" },
    { apiKey: "kQ+/9fT=a&b%c<d>", password: `pä"ss\\wörd & <more>='x'` },
    { apiKey: "s3cr3t-key-0451", password: "hunter2/hunter2+hunter2" },
  ]);
  return { login: "robot@example.com", role, apiKey, password };
}

function drawServer(chance: Chance): Partial<ModelOptions> {
  return {
    // Some tokens live for seconds only, some shorter than a sign-in takes.
    tokenLifetimeMs: Math.round(
      chance.likely(0.1) ? chance.anyScale(500, 15_000) : chance.anyScale(1_000, 24 * HOUR),
    ),
    tokenAuth: chance.likely(0.8) ? "current" : "legacy",
    stopRequest: `${STOP_REQUEST.method} ${STOP_REQUEST.path}`,
    parallelQuery: "parallel=true",
    busyAuditId: chance.pick(["other", "other", "unused", "none"]),
    auditIdAs: chance.pick(["number", "string"]),
    statusLetters: chance.pick(["lower", "capitalised"]),
    firstAuditId: chance.likely(0.85)
      ? "8721934"
      : chance.pick(["9007199254740990", "99999999999999999"]),
    omittedFields: chance.likely(0.8)
      ? []
      : [
          "started",
          "ended",
          "user",
          "eventId",
          "eventName",
          "messageId",
          "parentAuditId",
          "retries",
          "exception",
          "records",
        ].filter(() => chance.likely(0.4)),
    ...(chance.likely(0.08) ? { requestsPerMinute: chance.whole(6, 40) } : {}),
  };
}

function drawHistory(
  chance: Chance,
): Pick<ModelOptions, "historyOf" | "historyOrder" | "recordsAheadMs"> {
  const apart = () => chance.pick([-1, 1]) * Math.round(chance.anyScale(100, 30_000));
  return {
    historyOf: chance.likely(0.8) ? "all" : "finished",
    historyOrder: chance.likely(0.9) ? "newest first" : "oldest first",
    recordsAheadMs: chance.likely(0.7) ? 0 : apart(),
  };
}

function drawFlow(chance: Chance, user: User, mustEnd: boolean): Flow {
  return {
    id: FLOW_ID,
    name: "Stripe to Snowflake — daily",
    createdBy: "alice@example.com",
    runs: [drawPlan(chance, user, mustEnd)],
    starts: drawStarts(chance, mustEnd),
    past: drawPast(chance),
    allowsParallelRuns: chance.likely(0.9),
  };
}

function drawPlan(chance: Chance, user: User, mustEnd: boolean): Plan {
  const endless = !mustEnd && chance.likely(0.06);
  const end = chance.pick<End>(["success", "success", "success", "warning", "error", "canceled"]);
  const runningMs = endless
    ? Number.POSITIVE_INFINITY
    : Math.round(chance.anyScale(1, chance.pick([5_000, MINUTE, HOUR])));
  return {
    queuedMs: chance.likely(0.3) ? chance.whole(0, 20_000) : 0,
    runningMs,
    end,
    ...(end === "success" ? {} : { message: `Batch entry 118 failed for ${user.apiKey}` }),
    ...(chance.likely(0.1) && !endless
      ? {
          statuses: [
            { afterMs: 0, status: "queued" },
            { afterMs: 500, status: "preparing" },
            { afterMs: 1_500, status: "running" },
            { afterMs: 1_500 + runningMs, status: end },
          ],
        }
      : {}),
    ...(chance.likely(0.2) ? { missing: drawMissing(chance) } : {}),
    ...(chance.likely(0.15) ? { listedAfterMs: Math.round(chance.anyScale(100, MINUTE)) } : {}),
    ...(chance.likely(0.3)
      ? { whenStopped: { afterMs: 2_000, settles: { afterMs: 3_000, status: "error" } } }
      : {}),
  };
}

function drawMissing(chance: Chance): MissingRecord[] {
  const answer = () =>
    chance.pick<MissingRecord["answer"]>(["not-found", "null", "empty-object", "empty-body"]);
  const untilMs = chance.likely(0.2)
    ? Number.POSITIVE_INFINITY
    : Math.round(chance.anyScale(500, 5 * MINUTE));
  const fromMs = Math.round(chance.anyScale(500, 10 * MINUTE));
  return [
    chance.likely(0.8)
      ? { untilMs, answer: answer() }
      : { fromMs, untilMs: fromMs + untilMs, answer: answer() },
  ];
}

function drawStarts(chance: Chance, mustEnd: boolean): StartAnswer[] {
  if (chance.likely(0.85)) return [{}];
  const odd = chance.pick<StartAnswer>([
    { code: 2 },
    { code: 3 },
    { code: 5, exception: "java.lang.NullPointerException" },
    { code: 9 },
    { code: 1 },
    // The older documents read code 1 as "your run is still running".
    { code: 1, begins: true },
    { code: 1, begins: true },
    { code: 4 },
    { code: 4, withoutAuditId: true },
    { withoutAuditId: true },
    { refusal: "The flow is disabled" },
  ]);
  return chance.likely(0.5) && !mustEnd ? [odd] : [odd, {}];
}

function drawPast(chance: Chance): PastRun[] {
  if (chance.likely(0.7)) return [];
  const typicalMs = chance.anyScale(1_000, HOUR);
  return Array.from({ length: chance.whole(1, 25) }, (_, index) => ({
    startedAt: EPOCH - (index + 1) * 3 * HOUR,
    durationMs: Math.round(typicalMs * chance.anyScale(0.7, 1.4)),
    end: chance.pick<End>(["success", "success", "warning", "error"]),
  }));
}

function drawStrangers(chance: Chance, user: User, mustEnd: boolean): World["strangers"] {
  const count = chance.likely(0.5) ? 0 : chance.whole(1, 3);
  return Array.from({ length: count }, () => {
    // Around our start, or long enough before that the flow is busy when we come.
    const at = chance.likely(0.5)
      ? chance.anyScale(100, OPENING_MS)
      : OPENING_MS + chance.anyScale(1, MINUTE) - 1_000;
    const endless = !mustEnd && chance.likely(0.05);
    const plan: Plan = {
      runningMs: endless ? Number.POSITIVE_INFINITY : Math.round(chance.anyScale(100, 10 * MINUTE)),
      end: chance.pick<End>(["success", "error"]),
      ...(chance.likely(0.1) ? { listedAfterMs: chance.whole(0, 20_000) } : {}),
    };
    const startedBy = chance.pick<OtherRun["startedBy"]>(["scheduler", "user"]);
    const parallel = chance.likely(0.4);
    const run: OtherRun =
      startedBy === "scheduler" ? { startedBy } : { startedBy, ...drawMarks(chance, user) };
    return { at, run: { ...run, plan, parallel } };
  });
}

/** Somebody at the screen, a sibling with our own key, a listener, an automatic retry. */
function drawMarks(chance: Chance, { login }: User): Partial<OtherRun> {
  return chance.pick<Partial<OtherRun>>([
    {},
    { user: login },
    { user: login },
    { user: login, messageId: "5e7d2c1a-0b6f-4f6e-9b38-3f0a4c7d9e21" },
    { user: login, parentAuditId: "8721000" },
  ]);
}

function drawRestart(chance: Chance): Restart {
  const at = OPENING_MS + chance.anyScale(1, 10 * MINUTE);
  return {
    at,
    untilMs: at + chance.anyScale(100, MINUTE),
    as: chance.pick(["refused", "503"]),
    endsRuns: chance.likely(0.5),
  };
}

function drawJump(chance: Chance): { at: number; byMs: number } {
  const at = OPENING_MS + chance.anyScale(1, 5 * MINUTE);
  return { at, byMs: Math.round(chance.anyScale(1_000, 2 * HOUR)) * chance.pick([1, -1]) };
}

function drawStorm(chance: Chance, mustEnd: boolean): Storm {
  const calm = chance.likely(0.1);
  const share = () => (calm ? 0 : chance.pick([0, 0, 0.1, 0.4, 0.9]));
  const short = OPENING_MS + chance.anyScale(100, 10 * MINUTE);
  return {
    start: calm ? 0 : chance.pick([0, 0.2, 0.5, 0.9]),
    history: share(),
    look: share(),
    sign: share(),
    stop: share(),
    until: mustEnd || chance.likely(0.5) ? short : Number.POSITIVE_INFINITY,
    only: chance.likely(0.5)
      ? undefined
      : Array.from({ length: chance.whole(1, 3) }, () => chance.whole(0, 1_000)),
    slowness: chance.likely(0.85) ? 1 : chance.anyScale(2, 100),
  };
}
