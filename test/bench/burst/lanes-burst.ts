import type { Context } from "aws-lambda";
import { dispatch } from "../../../lambda/dispatch.ts";
import type { DispatcherDependencies } from "../../../lambda/dispatch-record.ts";
import { runDurably } from "../../../lambda/follow/run-durably.ts";
import { laneExecution } from "../../../lambda/lanes/execution-name.ts";
import { createLaneLauncher } from "../../../lambda/lanes/lane-launcher.ts";
import { createBatchGate } from "../../../lambda/lanes/ledger-batch-gate.ts";
import { runLane } from "../../../lambda/lanes/loop/lane-loop.ts";
import type { Log } from "../../../lambda/log.ts";
import type { Metrics } from "../../../lambda/metrics.ts";
import { type RunnerOrder, readRunnerOrder } from "../../../lambda/order.ts";
import { ACCEPT_BUDGET_MS, matchRoutes, parseRoutes } from "../../../lambda/routes/routes.ts";
import { createTimeBudget } from "../../../lambda/routes/time-budget.ts";
import type { HttpReply, HttpRequest } from "../../../shared/etlworks/http/http.ts";
import { field } from "../../../shared/json-fields.ts";
import { createChance } from "../../virtual/chance.ts";
import { createMemoryLedger } from "../../virtual/memory-ledger.ts";
import { createVirtualEtlworks } from "../../virtual/virtual-etlworks.ts";
import { createVirtualTime } from "../../virtual/virtual-time.ts";
import { createCountingContext, type DurableToll } from "./counting-context.ts";
import { meterLedger, type TableToll } from "./metered-ledger.ts";

export interface LanesBurst {
  readonly events: number;
  /** In which they come, evenly by chance. */
  readonly withinMs: number;
  readonly flows: number;
  readonly runMs: number;
  /** As a route has it. Missing: a run for each event. */
  readonly batch?: Readonly<Record<string, string | number>>;
  /** The share of events that AWS delivers twice. */
  readonly twice: number;
  /** Deliver one after the other, as a FIFO queue does. */
  readonly inOrder?: boolean;
  readonly seed: number;
}

export interface LanesToll {
  /** Events by how many runs they got: exactly once means that all have one. */
  readonly runsOfEvents: ReadonlyMap<number, number>;
  readonly runs: number;
  readonly outcomes: ReadonlyMap<string, number>;
  readonly requests: number;
  /** Answers 429, and answers of code 1: another run is running. */
  readonly limited: number;
  readonly busy: number;
  /** From an event's arrival to the end of its run, milliseconds, sorted. */
  readonly delays: readonly number[];
  /** Of the last event to arrive. */
  readonly lastDelayMs: number;
  /** Runs that began before one whose event came earlier in the same flow. */
  readonly overtaken: number;
  readonly lastedMs: number;
  readonly table: TableToll;
  readonly durable: DurableToll;
  readonly dispatcher: { invocations: number; milliseconds: number };
  readonly wakes: number;
  readonly manifests: number;
  readonly finishedEvents: number;
}

/** How long Etlworks takes to answer, the table, and Lambda to take an asynchronous call. */
const ANSWER_MS = 150;
const TABLE_MS = 5;
const WAKE_MS = 25;

const DISPATCHERS = 5;
const RECORDS = 10;
const LIMIT = 600;

/**
 * A burst of S3 events through a queue: the real dispatcher, ledger's callers, lanes and runners,
 * into one organisation with 600 requests a minute and flows that run one at a time. Only AWS, the
 * table's insides and the clock are played.
 */
export async function playBurst(burst: LanesBurst): Promise<LanesToll> {
  const chance = createChance(burst.seed).random;
  const begin = Date.UTC(2026, 10, 23, 12);
  const time = createVirtualTime(begin);
  const flows = Array.from({ length: burst.flows }, (_, index) => 1_000 + index);
  const etlworks = createVirtualEtlworks({
    now: time.now,
    flows: flows.map(id => ({ id, name: `flow ${id}`, runs: [{ runningMs: burst.runMs }] })),
    requestsPerMinute: LIMIT,
  });
  const { batch } = burst;
  const routes = parseRoutes(
    flows.map(flow => ({
      name: `route-${flow}`,
      when: { source: ["aws.s3"], detail: { object: { key: [{ prefix: `${flow}/` }] } } },
      flow,
      parameters: { files: batch === undefined ? "{key}" : "{batch.manifest}" },
      ...(batch !== undefined && { batch }),
    })),
  );

  const counts = { busy: 0, wakes: 0, finishedEvents: 0 };
  const network = etlworks.connect({ sleep: time.sleep, thereMs: ANSWER_MS });
  const send = async (request: HttpRequest): Promise<HttpReply> => {
    const reply = await network(request);
    const isBusy = reply.kind === "answer" && /"status":\s*1\b/.test(reply.body);
    if (request.method === "POST" && isBusy) counts.busy += 1;
    return reply;
  };
  const client = etlworks.client(send);

  // --- AWS ---

  const table: TableToll = { writeUnits: 0, readUnits: 0, calls: new Map() };
  const durable: DurableToll = {
    operations: 0,
    mostOperations: 0,
    writtenBytes: 0,
    invocations: 0,
    executions: 0,
  };
  const memory = createMemoryLedger({ pageSize: 1_000 });
  const ledger = meterLedger(memory, table, () => time.sleep(TABLE_MS));
  const lists = new Map<string, string>();
  const patience = {
    attempts: 6,
    sleep: (milliseconds: number) => time.sleep(milliseconds),
    random: chance,
  };
  const outcomes = new Map<string, number>();
  const putEvent = async () => {
    counts.finishedEvents += 1;
  };

  const runner = async (order: RunnerOrder): Promise<unknown> => {
    const arn = `runner/${order.lane}/${order.batch}/${order.gen}`;
    const context = createCountingContext(time, durable);
    const end = await runDurably(
      order,
      {
        step: context.step,
        waitForCondition: context.waitForCondition,
        executionContext: { durableExecutionArn: arn },
        lambdaContext: LAMBDA_CONTEXT,
      },
      {
        client,
        gateOf: (own, self) =>
          createBatchGate(own, { ...patience, ledger, epochMs: time.now, runner: self }),
        putEvent,
        runQuery: "",
        logParameters: false,
        epochMs: time.now,
        random: chance,
        log: SILENT,
        metrics: NO_METRICS,
      },
    );
    const kind = "kind" in end ? end.kind : "checked";
    outcomes.set(kind, (outcomes.get(kind) ?? 0) + 1);
    return end;
  };

  const executions = new Set<string>();
  const running: Promise<unknown>[] = [];
  const wake = async (lane: string, gen: number): Promise<string> => {
    counts.wakes += 1;
    await time.sleep(WAKE_MS);
    const { name } = laneExecution({ lane, gen }, "lane");
    if (!executions.has(name)) {
      executions.add(name);
      const operations = createCountingContext(time, durable, async input => {
        const order = readRunnerOrder(input);
        return order === undefined ? null : runner(order);
      });
      running.push(
        runLane(
          { lane, gen },
          {
            ...patience,
            ledger,
            operations,
            wake,
            epochMs: time.now,
            askExecution: async () => ({ kind: "running" }),
            runner: "runner",
            runnerTimeoutMs: 180_000,
            executionArn: name,
            manifests: {
              address: list => `s3://lists/${list}`,
              write: async (list, csv) => void lists.set(`s3://lists/${list}`, csv),
            },
            log: SILENT,
          },
        ),
      );
    }
    return name;
  };

  const launcher = createLaneLauncher(
    { ...patience, ledger, wake, epochMs: time.now },
    async () => ({ ok: true, flows: {}, problems: [] }),
  );
  const dependencies: DispatcherDependencies = {
    route: trigger =>
      matchRoutes(
        routes,
        trigger,
        createTimeBudget(ACCEPT_BUDGET_MS, () => 0),
      ),
    launch: (records, remainingMs) => launcher.launch(records, remainingMs),
    ownFunctions: [],
    routedFlows: new Set(flows),
    startsOnce: true,
    check: async () => ({}),
    remainingMs: () => 60_000,
    logParameters: false,
    log: SILENT,
    metrics: NO_METRICS,
  };

  // --- The bucket, and the queue that the dispatchers empty ---

  const arrivals = Array.from({ length: burst.events }, () => begin + chance() * burst.withinMs)
    .toSorted((one, other) => one - other)
    .map((at, index) => ({ key: `${flows[index % flows.length]}/${index}.csv`, at }));
  const arrivedAt = new Map(arrivals.map(({ key, at }) => [key, at]));
  const deliveries = arrivals
    .flatMap(arrival =>
      chance() < burst.twice
        ? [arrival, { ...arrival, at: arrival.at + chance() * 60_000 }]
        : [arrival],
    )
    .toSorted((one, other) => one.at - other.at);
  const dispatcher = { invocations: 0, milliseconds: 0 };
  let next = 0;
  const dispatchAll = async (): Promise<void> => {
    while (next < deliveries.length) {
      const first = deliveries[next];
      if (first !== undefined && first.at > time.now()) await time.sleep(first.at - time.now());
      const taken: typeof deliveries = [];
      while (taken.length < RECORDS && (deliveries[next]?.at ?? Infinity) <= time.now()) {
        const delivery = deliveries[next];
        if (delivery !== undefined) taken.push(delivery);
        next += 1;
      }
      if (taken.length === 0) continue;
      const from = time.now();
      const answer = await dispatch({ Records: taken.map(queueRecord) }, "request", dependencies);
      dispatcher.invocations += 1;
      dispatcher.milliseconds += time.now() - from;
      const failures = field(answer, "batchItemFailures");
      if (!Array.isArray(failures) || failures.length > 0) {
        throw new Error(`The dispatcher gave back: ${JSON.stringify(answer)}`);
      }
    }
  };

  const everything = Array.from({ length: burst.inOrder === true ? 1 : DISPATCHERS }, dispatchAll);
  await time.finish();
  await Promise.all([...everything, ...running]);

  // --- What came of it ---

  const runs = etlworks.model.runs.map(run => {
    const files = run.parameters["files"] ?? "";
    const keys = batch === undefined ? [files] : keysIn(lists.get(files) ?? "");
    return {
      flow: run.flowId,
      keys,
      startedAt: run.startedAt,
      endedAt: run.startedAt + burst.runMs,
    };
  });
  const runsOf = new Map<string, number>();
  const delayOf = new Map<string, number>();
  for (const { keys, endedAt } of runs) {
    for (const key of keys) {
      runsOf.set(key, (runsOf.get(key) ?? 0) + 1);
      delayOf.set(key, endedAt - (arrivedAt.get(key) ?? 0));
    }
  }
  const runsOfEvents = new Map<number, number>();
  for (const { key } of arrivals) {
    const count = runsOf.get(key) ?? 0;
    runsOfEvents.set(count, (runsOfEvents.get(count) ?? 0) + 1);
  }
  return {
    runsOfEvents,
    runs: runs.length,
    outcomes,
    ...counts,
    requests: etlworks.arrivals.length,
    limited: etlworks.arrivals.filter(({ status }) => status === 429).length,
    delays: [...delayOf.values()].toSorted((one, other) => one - other),
    lastDelayMs: delayOf.get(arrivals.at(-1)?.key ?? "") ?? Number.POSITIVE_INFINITY,
    overtaken: countOvertaken(runs, arrivedAt),
    lastedMs: time.now() - begin,
    table,
    durable,
    dispatcher,
    manifests: lists.size,
  };
}

function queueRecord({ key }: { readonly key: string }, index: number) {
  const event = {
    version: "0",
    id: `event-${key}`,
    source: "aws.s3",
    "detail-type": "Object Created",
    account: "123456789012",
    region: "eu-central-1",
    time: "2026-11-23T12:00:00Z",
    resources: ["arn:aws:s3:::landing"],
    detail: {
      version: "0",
      bucket: { name: "landing" },
      object: { key, size: 1_024, etag: "d41d8cd98f00b204e9800998ecf8427e", sequencer: "1" },
      reason: "PutObject",
    },
  };
  return {
    messageId: `message-${index}`,
    receiptHandle: "handle",
    body: JSON.stringify(event),
    attributes: {},
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:eu-central-1:123456789012:events",
    awsRegion: "eu-central-1",
  };
}

function keysIn(csv: string): readonly string[] {
  return csv
    .split("\r\n")
    .slice(1, -1)
    .map(row => row.split(",")[1] ?? "");
}

/** By the earliest event of each run. */
function countOvertaken(
  runs: readonly {
    readonly flow: number;
    readonly keys: readonly string[];
    readonly startedAt: number;
  }[],
  arrivedAt: ReadonlyMap<string, number>,
): number {
  let overtaken = 0;
  for (const ofFlow of Map.groupBy(runs, ({ flow }) => flow).values()) {
    let latest = Number.NEGATIVE_INFINITY;
    for (const { keys } of ofFlow.toSorted((one, other) => one.startedAt - other.startedAt)) {
      const times = keys.map(key => arrivedAt.get(key) ?? 0);
      if (Math.min(...times) < latest) overtaken += 1;
      latest = Math.max(latest, ...times);
    }
  }
  return overtaken;
}

const LAMBDA_CONTEXT: Context = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: "runner",
  functionVersion: "7",
  invokedFunctionArn: "arn:aws:lambda:eu-central-1:123456789012:function:runner:live",
  memoryLimitInMB: "512",
  awsRequestId: "c0ffee00-0000-4000-8000-000000000000",
  logGroupName: "/aws/lambda/runner",
  logStreamName: "2026/11/23/[7]0123",
  getRemainingTimeInMillis: () => 180_000,
  done: () => {},
  fail: () => {},
  succeed: () => {},
};
const SILENT: Log = { info() {}, warn() {}, error() {}, with: () => SILENT };
const NO_METRICS: Metrics = { add() {}, flush() {} };
