import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { DurableLambdaHandler } from "@aws/durable-execution-sdk-js";
import { LocalDurableTestRunner } from "@aws/durable-execution-sdk-js-testing";
import { isObject } from "../../shared/json.ts";
import { startLambdaInvoke } from "../lambda/stand-ins/lambda-invoke.ts";
import { startSecretsManager } from "../lambda/stand-ins/secrets-manager.ts";
import type { Sandbox } from "../sandbox/server.ts";

const KEY = "orders/2026-11-23/eu west+1.csv";

/** As S3 writes it into its notification: form-encoded. */
const NOTIFICATION = {
  Records: [
    {
      eventVersion: "2.5",
      eventSource: "aws:s3",
      awsRegion: "eu-central-1",
      eventTime: "2026-11-23T02:00:00.000Z",
      eventName: "ObjectCreated:Put",
      s3: {
        bucket: { name: "landing", arn: "arn:aws:s3:::landing" },
        object: {
          key: "orders/2026-11-23/eu+west%2B1.csv",
          size: 48_213,
          eTag: "d41d8cd98f00b204",
          sequencer: "0055AED6DCD90281E5",
        },
      },
    },
  ],
};

const ROUTES = [
  {
    name: "orders",
    when: {
      source: ["aws.s3"],
      detail: { bucket: { name: ["landing"] }, object: { key: [{ wildcard: "orders/*.csv" }] } },
    },
    flow: 12346,
    parameters: { file: "s3://{bucket}/{key}" },
  },
];

/**
 * The same S3 notification twice, as S3 may send it, through the built dispatcher; then the runner,
 * on AWS's local runner for durable functions. Secrets Manager and Lambda's Invoke are stand-ins.
 */
export async function demonstrateLambda(sandbox: Sandbox): Promise<void> {
  const [secrets, lambda] = await Promise.all([startSecretsManager(), startLambdaInvoke()]);
  secrets.secrets.set("etlworks/api-key", { text: sandbox.apiKey });
  Object.assign(process.env, {
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "demo",
    AWS_SECRET_ACCESS_KEY: "demo",
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.origin,
    AWS_ENDPOINT_URL_LAMBDA: lambda.origin,
    ETLWORKS_BASE_URL: sandbox.baseUrl,
    ETLWORKS_SECRET_ID: "etlworks/api-key",
    ETLWORKS_RUNNER: "arn:aws:lambda:eu-central-1:123456789012:function:etlworks-runner:live",
    ETLWORKS_ROUTES: JSON.stringify(ROUTES),
  });
  try {
    const dispatcher = await importHandler("dispatcher");
    console.log(`  S3 announces s3://landing/${KEY}, twice\n`);
    for (const awsRequestId of ["demo-1", "demo-2"]) {
      const context = { awsRequestId, getRemainingTimeInMillis: () => 30_000 };
      await dispatcher.invoke(NOTIFICATION, context);
    }
    const [execution] = lambda.executions;
    if (execution === undefined) throw new Error("the dispatcher started nothing");
    const [name, payload] = execution;
    console.log(`\n  Two events, ${lambda.executions.size} durable execution: ${name}`);
    console.log(`  its input: ${payload}\n`);

    await LocalDurableTestRunner.setupTestEnvironment({ skipTime: false });
    const runner = await importHandler("runner");
    const service = new LocalDurableTestRunner({ handlerFunction: runner.durable });
    const result = await service.run({ payload: JSON.parse(payload) });
    console.log(
      `\n  The execution: ${result.getStatus()}, ${result.getOperations().length} operations`,
    );
    console.log(`  ${JSON.stringify(result.getResult())}`);
    await LocalDurableTestRunner.teardownTestEnvironment();
  } finally {
    await Promise.all([secrets.close(), lambda.close()]);
  }
}

interface BuiltHandler {
  readonly invoke: (event: unknown, context: unknown) => Promise<unknown>;
  readonly durable: DurableLambdaHandler;
}

async function importHandler(name: string): Promise<BuiltHandler> {
  const file = join(import.meta.dirname, "..", "..", "dist", "lambda", `${name}.mjs`);
  const module: unknown = await import(pathToFileURL(file).href);
  const handler = isObject(module) ? module["handler"] : undefined;
  if (!isHandler(handler)) throw new Error(`${name}.mjs exports no handler`);
  return { invoke: handler, durable: handler };
}

/** A bundle has no types: that it exports a function is all that can be seen of it. */
function isHandler(value: unknown): value is DurableLambdaHandler & BuiltHandler["invoke"] {
  return typeof value === "function";
}
