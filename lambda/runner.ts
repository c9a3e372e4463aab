import { withDurableExecution } from "@aws/durable-execution-sdk-js";
import { processClock, sleepInProcess } from "../shared/run/process-host.ts";
import { createSecrets } from "../shared/secrets.ts";
import { createDurableClient } from "./aws/durable-client.ts";
import { connectEtlworks } from "./aws/etlworks-access.ts";
import { CONFIRMED_WHILE_FOLLOWING_MS } from "./aws/etlworks-secret.ts";
import { createEventBus } from "./aws/event-bus.ts";
import { readEnvironment } from "./environment.ts";
import { RUN_FAILED, type RunnerDependencies, runDurably } from "./follow/run-durably.ts";
import { createDynamoLedger } from "./lanes/ledger/dynamo-ledger.ts";
import { createBatchGate } from "./lanes/ledger-batch-gate.ts";
import { LEDGER_ATTEMPTS } from "./lanes/retry-ledger.ts";
import { createLog } from "./log.ts";
import { logFailure } from "./log-failure.ts";
import { createMetrics } from "./metrics.ts";
import { createPlainLog, writeOut } from "./process-output.ts";

/** What lives as long as the process: the caches, the counters, the connections. */
interface Application {
  readonly dependencies: RunnerDependencies;
  readonly finish: () => void;
}

/**
 * The one variable of this module. Lambda keeps a process for many invocations, so the secret's
 * cache belongs to the process; it is made by the first invocation and not by the import, so that a
 * wrong environment is reported to somebody.
 */
let application: Application | undefined;

const durable = withDurableExecution(
  (input: unknown, context) =>
    logFailure(
      () => {
        const log = application?.dependencies.log ?? createPlainLog();
        return log.with({ requestId: context.lambdaContext.awsRequestId });
      },
      async () => {
        application ??= createApplication();
        return runDurably(input, context, application.dependencies);
      },
      RUN_FAILED,
    ),
  { durableExecutionClient: createDurableClient() },
);

/** The runner, a durable function. Its input is an order of a lane. */
export const handler: typeof durable = async (event, context) => {
  try {
    return await durable(event, context);
  } finally {
    application?.finish();
  }
};

const sleep = (milliseconds: number) => sleepInProcess(milliseconds, new AbortController().signal);

function createApplication(): Application {
  const environment = readEnvironment(process.env, import.meta.dirname);
  const secrets = createSecrets(() => {});
  const { epochMs } = processClock;
  const metrics = createMetrics({ write: writeOut, epochMs, stack: environment.stack });
  const { client, close } = connectEtlworks({
    environment,
    variables: process.env,
    secrets,
    metrics,
    confirmedMs: CONFIRMED_WHILE_FOLLOWING_MS,
  });
  const { ledger: table, eventBus } = environment;
  const patience = { attempts: LEDGER_ATTEMPTS, sleep, random: Math.random };
  const ledger = table === undefined ? undefined : createDynamoLedger(table);
  return {
    dependencies: {
      client,
      ...(ledger !== undefined && {
        gateOf: (order, runner) => createBatchGate(order, { ...patience, ledger, epochMs, runner }),
      }),
      ...(eventBus !== undefined && { putEvent: createEventBus(eventBus) }),
      runQuery: environment.runQuery,
      logParameters: environment.logParameters,
      epochMs,
      random: Math.random,
      log: createLog({ write: writeOut, epochMs, redact: secrets.redact }),
      metrics,
    },
    finish() {
      metrics.flush();
      close();
    },
  };
}
