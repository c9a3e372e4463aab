import type { InvokeCommandInput, LambdaClient } from "@aws-sdk/client-lambda";
import { isObject } from "../shared/json.ts";
import type { Carrier, Delivery } from "./carrier.ts";
import type { CheckReport } from "./check-setup.ts";
import { field, parseJsonSafely, textField } from "./safe-json.ts";

/**
 * Hands decisions to the runner, a durable function. The AWS SDK is loaded with the first call; its
 * endpoint, region and credentials come from its usual variables, and it tries throttled calls
 * three times by itself.
 *
 * The name makes a start idempotent: as long as AWS keeps the execution (it is going, or ended
 * within the retention period), the same name never begins another one. With the same payload the
 * call succeeds and changes nothing; with another one it fails with 409. Both are a duplicate, and
 * only the second can be told from a first start.
 * https://docs.aws.amazon.com/lambda/latest/dg/durable-execution-idempotency.html
 */
export function createRunnerCarrier(runner: string): Carrier {
  let client: LambdaClient | undefined;
  const invoke = async (
    payload: string,
    how: Pick<InvokeCommandInput, "InvocationType" | "DurableExecutionName">,
  ) => {
    const sdk = await import("./aws-lambda-client.ts");
    client ??= new sdk.LambdaClient({
      requestHandler: {
        connectionTimeout: 3_000,
        requestTimeout: 60_000,
        throwOnRequestTimeout: true,
      },
    });
    const Payload = new TextEncoder().encode(payload);
    return client.send(new sdk.InvokeCommand({ ...how, FunctionName: runner, Payload }));
  };

  return {
    async deliver({ identity }): Promise<Delivery> {
      const { name, payload } = identity;
      try {
        const { DurableExecutionArn: executionArn } = await invoke(payload, {
          InvocationType: "Event",
          DurableExecutionName: name,
        });
        return { kind: "delivered", result: { executionArn } };
      } catch (error) {
        if (nameOf(error) === "DurableExecutionAlreadyStartedException")
          return { kind: "duplicate" };
        return { kind: "failed", message: explain(error, runner) };
      }
    },
    /** It is the runner that may read the secret, so the runner looks. */
    async check(flows) {
      const payload = JSON.stringify({ check: true, flows });
      try {
        const output = await invoke(payload, { InvocationType: "RequestResponse" });
        const text = new TextDecoder().decode(output.Payload);
        return readReport(text, output.FunctionError);
      } catch (error) {
        return checkFailed(explain(error, runner));
      }
    },
    finish() {},
  };
}

function readReport(text: string, functionError: string | undefined): CheckReport {
  const parsed = parseJsonSafely(text);
  const value = parsed.kind === "json" ? parsed.value : undefined;
  const flows = field(value, "flows");
  const problems = field(value, "problems");
  if (functionError !== undefined || !isObject(flows) || !Array.isArray(problems)) {
    return checkFailed(textField(value, "errorMessage") ?? `the runner answered ${text}`);
  }
  const texts = Object.entries(flows).map(([id, found]): [string, string] => [id, String(found)]);
  return {
    ok: field(value, "ok") === true,
    flows: Object.fromEntries(texts),
    problems: problems.map(String),
  };
}

function checkFailed(problem: string): CheckReport {
  return { ok: false, flows: {}, problems: [problem] };
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
