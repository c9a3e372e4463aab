import type { Decision } from "../../../lambda/decision.ts";
import { triggerOf } from "../../../lambda/events/trigger-of-event.ts";
import { createDurableHost } from "../../../lambda/follow/durable-host.ts";
import { requestOf } from "../../../lambda/follow/run-order.ts";
import { inPlaceRequest } from "../../../lambda/launch/in-place-launcher.ts";
import { plainParameters } from "../../../lambda/plain-parameters.ts";
import { ACCEPT_BUDGET_MS, matchRoutes, parseRoutes } from "../../../lambda/routes/routes.ts";
import { createTimeBudget } from "../../../lambda/routes/time-budget.ts";
import type { HttpReply, HttpRequest } from "../../../shared/etlworks/http/http.ts";
import { createProcessHost } from "../../../shared/run/process-host.ts";
import { runFlow } from "../../../shared/run/run-flow.ts";
import { judge } from "../../../shared/run/verdict.ts";
import { UserError } from "../../../shared/user-error.ts";
import type { Fault } from "../../sandbox/faults.ts";
import { createChance } from "../../virtual/chance.ts";
import { afterFault, createVirtualEtlworks } from "../../virtual/virtual-etlworks.ts";
import { createVirtualTime } from "../../virtual/virtual-time.ts";
import { createCountingContext, type DurableToll } from "./counting-context.ts";

type RunDecision = Decision & { readonly parameters: Readonly<Record<string, string>> };

export interface Burst {
  readonly events: number;
  /** In which they come, evenly by chance. */
  readonly withinMs: number;
  readonly routes: number;
  readonly runMs: number;
  /** What one run takes the dispatcher at least; 0 for no pace. */
  readonly paceMs: number;
  /** The share of events that AWS delivers twice. */
  readonly twice: number;
  /** The share of starts whose answer is lost after the server has acted on it. */
  readonly lostAnswers: number;
  /** The share of starts that a balancer answers with 502 and never hands to the server. */
  readonly droppedStarts: number;
  /** Without a runner: started from within the dispatcher, and delivered again after a failure. */
  readonly inPlace?: boolean;
  readonly seed: number;
}

export interface Toll extends DurableToll {
  /** Events by how many runs they got: exactly once means that all have one. */
  readonly runsOfEvents: ReadonlyMap<number, number>;
  readonly outcomes: ReadonlyMap<string, number>;
  /** Events acknowledged, or executions SUCCEEDED, that have no run of their own: lost data. */
  readonly lost: number;
  readonly duplicates: number;
  readonly requests: number;
  readonly refused: number;
  /** In the worst minute. */
  readonly mostRefusedAMinute: number;
  /** From the event to the begin of its run, milliseconds, sorted. */
  readonly waits: readonly number[];
  readonly lastedMs: number;
  /** Of the dispatcher, which waits to keep its pace. */
  readonly dispatcherMs: number;
}

/** How long the model takes to answer, and a checkpoint to be written. */
const ANSWER_MS = 150;

const DISPATCHERS = 2;
const BATCH = 10;
const LIMIT = 600;

/** A message that failed is delivered again after this, and so often in all. */
const VISIBILITY_MS = 120_000;
const MAX_RECEIVES = 5;

/** A balancer that hands the start to nobody, and an answer that never comes back. */
const DROPPED: Fault = { kind: "html", when: "before", status: 502 };
const LOST: Fault = { kind: "reset", when: "after" };

/** What an invocation leaves for one start. */
const INVOCATION_MS = 50_000;

/**
 * A burst of S3 events, through the dispatcher's own routing and names and the runner's own core on
 * its own durable host, one event of a lane after the other, into one organisation with 600 requests
 * a minute and flows of one run at a time. Only AWS and the clock are played.
 */
export async function simulate(burst: Burst): Promise<Toll> {
  const chance = createChance(burst.seed).random;
  const begin = Date.UTC(2026, 10, 23, 12);
  const time = createVirtualTime(begin);
  const flows = Array.from({ length: burst.routes }, (_, index) => 1_000 + index);
  const etlworks = createVirtualEtlworks({
    now: time.now,
    flows: flows.map(id => ({ id, name: `flow ${id}`, runs: [{ runningMs: burst.runMs }] })),
    requestsPerMinute: LIMIT,
  });
  const routes = parseRoutes(
    flows.map(flow => ({
      name: `route-${flow}`,
      when: {
        source: ["aws.s3"],
        detail: { object: { key: [{ prefix: `${flow}/` }] } },
      },
      flow,
      parameters: { key: "{key}" },
    })),
  );

  let requests = 0;
  const send = async (request: HttpRequest): Promise<HttpReply> => {
    requests += 1;
    await time.sleep(ANSWER_MS);
    const isStart = request.method === "POST";
    const dropped = isStart && chance() < burst.droppedStarts;
    const own = dropped ? undefined : etlworks.arrive(request);
    const lost = isStart && own !== undefined && own.status !== 429 && chance() < burst.lostAnswers;
    const fault = dropped ? DROPPED : lost ? LOST : undefined;
    const reply = afterFault(fault, request, time.now(), own);
    if (reply === "nothing") throw new Error("Without a hang every request has an end.");
    return reply;
  };
  const client = etlworks.client(send);

  const outcomes = new Map<string, number>();
  const executions = new Set<string>();
  const served = new Set<string>();
  let duplicates = 0;
  const durable: DurableToll = {
    operations: 0,
    mostOperations: 0,
    writtenBytes: 0,
    invocations: 0,
    executions: 0,
  };
  let dispatcherMs = 0;

  const execute = async (decision: RunDecision): Promise<void> => {
    const context = createCountingContext(time, durable);
    let kind = "refused";
    try {
      const outcome = await runFlow({
        request: requestOf(decision, decision.parameters, { runQuery: "", lane: "" }),
        client,
        host: createDurableHost({ context, epochMs: time.now, random: chance }),
        names: { baseUrl: "", credentials: "", flow: "" },
        report: () => {},
      });
      kind = outcome.kind;
      if (judge(outcome.kind, decision.policy) === "pass") note(decision);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    }
    outcomes.set(kind, (outcomes.get(kind) ?? 0) + 1);
  };

  const startInPlace = async (decision: RunDecision): Promise<boolean> => {
    const never = new AbortController().signal;
    const outcome = await runFlow({
      request: inPlaceRequest(decision, "", INVOCATION_MS),
      client,
      host: createProcessHost({
        clock: { monotonicMs: time.now, epochMs: time.now },
        random: chance,
        stop: never,
        abandon: never,
        sleep: milliseconds => time.sleep(milliseconds),
      }),
      names: { baseUrl: "", credentials: "", flow: "" },
      report: () => {},
    });
    outcomes.set(outcome.kind, (outcomes.get(outcome.kind) ?? 0) + 1);
    const passed = judge(outcome.kind, decision.policy) === "pass";
    if (passed) note(decision);
    return passed;
  };

  const note = ({ parameters }: RunDecision) => void served.add(parameters["key"] ?? "");

  // --- The bucket, the queue, and the dispatchers that empty it ---

  const arrivals = Array.from({ length: burst.events }, (_, index) => ({
    key: `${flows[index % flows.length]}/${index}.csv`,
    at: begin + chance() * burst.withinMs,
  }));
  const arrivedAt = new Map(arrivals.map(({ key, at }) => [key, at]));
  const deliveries = arrivals
    .flatMap(arrival =>
      chance() < burst.twice
        ? [arrival, { ...arrival, at: arrival.at + chance() * 60_000 }]
        : [arrival],
    )
    .toSorted((one, other) => one.at - other.at);
  const running: Promise<void>[] = [];
  const tries = new Map<string, number>();
  /** The last execution of each lane: the next one waits for it. */
  const lanes = new Map<string, Promise<void>>();
  let next = 0;

  const dispatcher = async (): Promise<void> => {
    while (next < deliveries.length) {
      const first = deliveries[next];
      if (first !== undefined && first.at > time.now()) await time.sleep(first.at - time.now());
      const batch: typeof deliveries = [];
      while (batch.length < BATCH && (deliveries[next]?.at ?? Infinity) <= time.now()) {
        const delivery = deliveries[next];
        if (delivery !== undefined) batch.push(delivery);
        next += 1;
      }
      for (const { key } of batch) {
        const event = {
          source: "aws.s3",
          "detail-type": "Object Created",
          detail: { bucket: { name: "landing" }, object: { key, size: 1, sequencer: "1" } },
        };
        const budget = createTimeBudget(ACCEPT_BUDGET_MS, () => performance.now());
        for (const decided of matchRoutes(routes, triggerOf(event), budget)) {
          if (decided.kind !== "run") throw new Error(`${key}: ${decided.kind}`);
          const decision = { ...decided, parameters: plainParameters(decided.parameters) ?? {} };
          if (burst.inPlace === true) {
            const attempts = (tries.get(key) ?? 0) + 1;
            tries.set(key, attempts);
            if (!(await startInPlace(decision)) && attempts < MAX_RECEIVES) {
              deliveries.push({ key, at: time.now() + VISIBILITY_MS });
            }
            continue;
          }
          if (executions.has(decision.identity)) {
            duplicates += 1;
            continue;
          }
          executions.add(decision.identity);
          const before = lanes.get(decision.lane);
          const run =
            before === undefined ? execute(decision) : before.then(() => execute(decision));
          lanes.set(decision.lane, run);
          running.push(run);
        }
      }
      const tookMs = Math.max(ANSWER_MS, batch.length * burst.paceMs);
      dispatcherMs += tookMs;
      await time.sleep(tookMs);
    }
  };

  const everything = Array.from({ length: DISPATCHERS }, dispatcher);
  await time.finish();
  await Promise.all([...everything, ...running]);

  const { runs } = etlworks.model;
  const refused = etlworks.arrivals.filter(({ status }) => status === 429);
  const refusedByMinute = Map.groupBy(refused, ({ at }) => Math.floor((at - begin) / 60_000));
  const runsByKey = Map.groupBy(runs, run => run.parameters["key"] ?? "");
  const waits = runs
    .map(run => run.startedAt - (arrivedAt.get(run.parameters["key"] ?? "") ?? 0))
    .toSorted((one, other) => one - other);
  const runsOfEvents = new Map<number, number>();
  for (const { key } of arrivals) {
    const count = runsByKey.get(key)?.length ?? 0;
    runsOfEvents.set(count, (runsOfEvents.get(count) ?? 0) + 1);
  }
  return {
    runsOfEvents,
    outcomes,
    lost: [...served].filter(key => !runsByKey.has(key)).length,
    duplicates,
    requests,
    refused: refused.length,
    mostRefusedAMinute: Math.max(0, ...[...refusedByMinute.values()].map(({ length }) => length)),
    waits,
    lastedMs: time.now() - begin,
    ...durable,
    dispatcherMs,
  };
}
