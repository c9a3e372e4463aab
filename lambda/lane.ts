import { withDurableExecution } from "@aws/durable-execution-sdk-js";
import { processClock, sleepInProcess } from "../shared/run/process-host.ts";
import { UserError } from "../shared/user-error.ts";
import { createDurableClient } from "./aws/durable-client.ts";
import { createEventBus } from "./aws/event-bus.ts";
import { readEnvironment } from "./environment.ts";
import { createLaneExecutions } from "./lanes/lane-executions.ts";
import { createDynamoLedger } from "./lanes/ledger/dynamo-ledger.ts";
import type { LaneDependencies } from "./lanes/loop/lane-dependencies.ts";
import { runLane } from "./lanes/loop/lane-loop.ts";
import { createManifestStore } from "./lanes/manifest-store.ts";
import { LEDGER_ATTEMPTS } from "./lanes/retry-ledger.ts";
import { logFailure } from "./log-failure.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { readLaneOrder } from "./order.ts";
import { createPlainLog, writeOut } from "./process-output.ts";

/** What lives as long as the process: the connections, the counters. */
interface Application {
  readonly dependencies: Omit<LaneDependencies, "operations" | "executionArn" | "log">;
  readonly metrics: Metrics;
}

/**
 * The one variable of this module; made by the first invocation and not by the import, so that a
 * wrong environment is reported to somebody.
 */
let application: Application | undefined;

const durable = withDurableExecution(
  (input: unknown, context) => {
    const order = readLaneOrder(input);
    const log = createPlainLog().with({ requestId: context.lambdaContext.awsRequestId });
    return logFailure(
      () => log.with({ ...order }),
      async () => {
        if (order === undefined) {
          throw new UserError(
            'The lane\'s input is not {"lane": …, "gen": …}. Lanes are started by the dispatcher; send events there.',
          );
        }
        application ??= createApplication();
        const { dependencies } = application;
        const executionArn = context.executionContext.durableExecutionArn;
        return runLane(order, { ...dependencies, log, operations: context, executionArn });
      },
    );
  },
  { durableExecutionClient: createDurableClient() },
);

/** One generation of a lane, a durable function. It empties its lane and ends. */
export const handler: typeof durable = async (event, context) => {
  try {
    return await durable(event, context);
  } finally {
    application?.metrics.flush();
  }
};

function createApplication(): Application {
  const environment = readEnvironment(process.env, import.meta.dirname);
  const { ledger, lane, runner, manifests, eventBus, runnerTimeoutMs } = environment;
  if (ledger === undefined || lane === undefined || runner === undefined) {
    throw new UserError(
      "The lane needs ETLWORKS_LEDGER (the ledger's table), ETLWORKS_LANE (its own ARN) and ETLWORKS_RUNNER (the runner's ARN). Set all three.",
    );
  }
  const { epochMs } = processClock;
  const metrics = createMetrics({ write: writeOut, epochMs, stack: environment.stack });
  return {
    metrics,
    dependencies: {
      metrics,
      ledger: createDynamoLedger(ledger),
      ...createLaneExecutions(lane),
      runner,
      runnerTimeoutMs,
      ...(manifests !== undefined && { manifests: createManifestStore(manifests) }),
      ...(eventBus !== undefined && { putEvent: createEventBus(eventBus) }),
      attempts: LEDGER_ATTEMPTS,
      sleep: milliseconds => sleepInProcess(milliseconds, new AbortController().signal),
      random: Math.random,
      epochMs,
    },
  };
}
