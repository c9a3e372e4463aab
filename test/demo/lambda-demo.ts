import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { DurableLambdaHandler } from "@aws/durable-execution-sdk-js";
import { LocalDurableTestRunner } from "@aws/durable-execution-sdk-js-testing";
import { isObject } from "../../shared/json.ts";
import { startDynamoDb } from "../lambda/stand-ins/dynamodb.ts";
import { type LambdaInvoke, startLambdaInvoke } from "../lambda/stand-ins/lambda-invoke.ts";
import { startS3 } from "../lambda/stand-ins/s3.ts";
import { startSecretsManager } from "../lambda/stand-ins/secrets-manager.ts";
import type { Sandbox } from "../sandbox/server.ts";
import { showLogReadably } from "./readable-lines.ts";

/** Succeeds, fails, and succeeds again. */
export const FLOW_OF_DEMO = 12_347;

const FUNCTION = "arn:aws:lambda:eu-central-1:123456789012:function";
const RUNNER = `${FUNCTION}:etlworks-runner:live`;

const ROUTES = [
  {
    name: "orders",
    when: {
      source: ["aws.s3"],
      detail: { bucket: { name: ["landing"] }, object: { key: [{ wildcard: "orders/*.csv" }] } },
    },
    flow: FLOW_OF_DEMO,
    batch: { quiet: "2s" },
    parameters: { files: "{batch.manifest}", count: "{batch.count}" },
  },
];

/**
 * Twelve files land and one run loads them; then a batch fails, and is run again. The dispatcher, the
 * lane and the runner are the built ones, on AWS's local runner for durable functions; DynamoDB, S3,
 * Secrets Manager and Lambda's Invoke are stand-ins.
 */
export async function demonstrateLambda(sandbox: Sandbox): Promise<void> {
  const [secrets, lambda, dynamo, s3] = await Promise.all([
    startSecretsManager(),
    startLambdaInvoke(),
    startDynamoDb(),
    startS3(),
  ]);
  secrets.secrets.set("etlworks/api-key", { text: sandbox.apiKey });
  // Of whoever runs the demo, such as for the probe; a function refuses what it does not know.
  for (const name of Object.keys(process.env)) {
    if (/^ETLWORKS/i.test(name)) delete process.env[name];
  }
  Object.assign(process.env, {
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "demo",
    AWS_SECRET_ACCESS_KEY: "demo",
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.origin,
    AWS_ENDPOINT_URL_LAMBDA: lambda.origin,
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.origin,
    AWS_ENDPOINT_URL_S3: s3.origin,
    ETLWORKS_BASE_URL: sandbox.baseUrl,
    ETLWORKS_SECRET_ID: "etlworks/api-key",
    ETLWORKS_LEDGER: "ledger",
    ETLWORKS_LANE: `${FUNCTION}:etlworks-lane:live`,
    ETLWORKS_RUNNER: RUNNER,
    ETLWORKS_MANIFESTS: "s3://lists/etlworks",
    ETLWORKS_ROUTES: JSON.stringify(ROUTES),
  });
  const showAsItIs = showLogReadably();
  try {
    const dispatcher = await importHandler("dispatcher");
    const ask = async (event: unknown) => {
      const awsRequestId = `demo-${lambda.invocations.length}`;
      const invokedFunctionArn = `${FUNCTION}:etlworks-dispatcher:live`;
      const getRemainingTimeInMillis = () => 30_000;
      return dispatcher.invoke(event, {
        awsRequestId,
        invokedFunctionArn,
        getRemainingTimeInMillis,
      });
    };
    const lanes = await startLanes(lambda);

    console.log("  Twelve files land in s3://landing/orders/, in three notifications\n");
    for (const first of [1, 5, 9]) {
      await ask(notification([first, first + 1, first + 2, first + 3]));
    }
    await lanes.run();
    const [[name, list] = []] = s3.objects;
    console.log(`\n  One run loaded them, from its list of files s3://${name}:`);
    for (const line of (list ?? "").trimEnd().split("\r\n")) console.log(`    ${line}`);

    console.log("\n  Two more files land, and their run fails\n");
    await ask(notification([13, 14]));
    await lanes.run();

    console.log('\n  The flow is fixed. {"again": {"outcomes": ["error"]}}\n');
    console.log(`  ${JSON.stringify(await ask({ again: { outcomes: ["error"] } }))}\n`);
    await lanes.run();

    console.log(`\n  {"lanes": true}\n  ${JSON.stringify(await ask({ lanes: true }))}`);
    const runs = sandbox.model.runs.filter(({ flowId }) => flowId === FLOW_OF_DEMO);
    console.log(`\n  Fourteen files, ${runs.length} runs:`);
    for (const { auditId, parameters } of runs) {
      console.log(`    run ${auditId}: ${parameters["count"]} files`);
    }
    if (runs.length !== 3) throw new Error(`The demo began ${runs.length} runs, not 3.`);
    await lanes.close();
  } finally {
    showAsItIs();
    await Promise.all([secrets.close(), lambda.close(), dynamo.close(), s3.close()]);
  }
}

/** The durable functions: whatever execution of a lane was asked for is run to its end. */
async function startLanes(lambda: LambdaInvoke) {
  await LocalDurableTestRunner.setupTestEnvironment({ skipTime: false });
  const lane = await importHandler("lane");
  const runner = await importHandler("runner");
  const done = new Set<string>();
  return {
    async run() {
      for (const [name, payload] of lambda.executions) {
        if (done.has(name)) continue;
        done.add(name);
        const service = new LocalDurableTestRunner({ handlerFunction: lane.durable });
        service.registerDurableFunction(RUNNER, runner.durable);
        const result = await service.run({ payload: JSON.parse(payload) });
        console.log(
          `\n  The lane's execution: ${result.getStatus()}, ${result.getOperations().length} operations`,
        );
      }
    },
    close: () => LocalDurableTestRunner.teardownTestEnvironment(),
  };
}

/** As S3 writes it: the keys are form-encoded. */
function notification(numbers: readonly number[]) {
  return {
    Records: numbers.map(number => ({
      eventVersion: "2.5",
      eventSource: "aws:s3",
      awsRegion: "eu-central-1",
      eventTime: `2026-11-23T02:00:${String(number).padStart(2, "0")}.000Z`,
      eventName: "ObjectCreated:Put",
      s3: {
        bucket: { name: "landing", arn: "arn:aws:s3:::landing" },
        object: {
          key: `orders/eu+west-${number}.csv`,
          size: 48_213 + number,
          eTag: `d41d8cd98f00b2${String(number).padStart(2, "0")}`,
          sequencer: `0055AED6DCD90281${String(number).padStart(2, "0")}`,
        },
      },
    })),
  };
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
