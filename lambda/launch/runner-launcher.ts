import type { InvokeCommandInput, LambdaClient } from "@aws-sdk/client-lambda";
import type { Launcher, LaunchResult } from "./launcher.ts";

/** Three tries must fit into an invocation, with time for the answer to AWS. */
const ANSWER_MS = 10_000;

/**
 * Hands decisions to the runner, a durable function. The AWS SDK is loaded with the first call; its
 * endpoint, region and credentials come from its usual variables, and it tries throttled calls
 * three times by itself.
 *
 * The name makes a start idempotent: as long as AWS keeps the execution (it is running, or ended
 * within the retention period), the same name never begins another one. With the same payload the
 * call succeeds and changes nothing; with another one it fails with 409. Both are a duplicate, and
 * only the second can be told from a first start.
 * https://docs.aws.amazon.com/lambda/latest/dg/durable-execution-idempotency.html
 */
export function createRunnerLauncher(runner: string): Launcher {
  let client: LambdaClient | undefined;
  const invoke = async (
    payload: string,
    how: Pick<InvokeCommandInput, "InvocationType" | "DurableExecutionName">,
  ) => {
    const sdk = await import("../aws/lambda-client.ts");
    client ??= new sdk.LambdaClient({
      requestHandler: {
        connectionTimeout: 3_000,
        requestTimeout: ANSWER_MS,
        throwOnRequestTimeout: true,
      },
    });
    const Payload = new TextEncoder().encode(payload);
    return client.send(new sdk.InvokeCommand({ ...how, FunctionName: runner, Payload }));
  };

  return {
    async launch({ key }): Promise<LaunchResult> {
      const { name, payload } = key;
      try {
        const { DurableExecutionArn: executionArn } = await invoke(payload, {
          InvocationType: "Event",
          DurableExecutionName: name,
        });
        return { kind: "launched", result: { executionArn } };
      } catch (error) {
        if (nameOf(error) === "DurableExecutionAlreadyStartedException")
          return { kind: "duplicate" };
        return { kind: "failed", message: explain(error, runner) };
      }
    },
    /**
     * It is the runner that may read the secret, so the runner looks. It cannot be waited for: AWS
     * refuses to invoke a function synchronously that may run for more than 15 minutes.
     */
    async check(flows, requestId) {
      try {
        const { DurableExecutionArn: executionArn } = await invoke(
          JSON.stringify({ check: true, flows }),
          { InvocationType: "Event", DurableExecutionName: `check-${requestId}`.slice(0, 64) },
        );
        const command = `aws lambda get-durable-execution --durable-execution-arn ${executionArn}`;
        return { asked: "the runner", executionArn, next: `Read its answer: ${command}` };
      } catch (error) {
        return { ok: false, flows: {}, problems: [explain(error, runner)] };
      }
    },
    finish() {},
  };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "";
}

function explain(error: unknown, runner: string): string {
  const message = error instanceof Error ? error.message : String(error);
  switch (nameOf(error)) {
    case "ResourceNotFoundException":
      return `ETLWORKS_RUNNER names no function: ${runner}. (${message})`;
    case "AccessDeniedException":
      return `The dispatcher may not invoke the runner. Allow its role lambda:InvokeFunction on ${runner}. (${message})`;
    default:
      return `the runner could not be invoked: ${nameOf(error)}: ${message}`;
  }
}
