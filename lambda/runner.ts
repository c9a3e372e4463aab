import { withDurableExecution } from "@aws/durable-execution-sdk-js";
import { createSecrets } from "../shared/secrets.ts";
import { connectEtlworks } from "./aws/etlworks-access.ts";
import { readEnvironment } from "./environment.ts";
import { type RunnerDependencies, runDurably } from "./follow/run-durably.ts";
import { createLog } from "./log.ts";
import { createMetrics } from "./metrics.ts";

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

const durable = withDurableExecution((input: unknown, context) => {
  application ??= createApplication();
  return runDurably(input, context, application.dependencies);
});

/** The runner, a durable function. Its input is an order of the dispatcher. */
export const handler: typeof durable = async (event, context) => {
  try {
    return await durable(event, context);
  } finally {
    application?.finish();
  }
};

function createApplication(): Application {
  const environment = readEnvironment(process.env, import.meta.dirname);
  const epochMs = () => Date.now();
  const write = (line: string) => void process.stdout.write(line);
  const secrets = createSecrets(() => {});
  const metrics = createMetrics({ write, epochMs });
  const { client, close } = connectEtlworks({
    environment,
    variables: process.env,
    secrets,
    metrics,
  });
  return {
    dependencies: {
      client,
      runQuery: environment.runQuery,
      logParameters: environment.logParameters,
      epochMs,
      random: Math.random,
      log: createLog({ write, epochMs, redact: secrets.redact }),
      metrics,
    },
    finish() {
      metrics.flush();
      close();
    },
  };
}
