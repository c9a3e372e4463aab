import type { InvokeCommandInput, InvokeCommandOutput, LambdaClient } from "@aws-sdk/client-lambda";
import { parseJsonSafely, textField } from "./safe-json.ts";

/** Hands work to the runner, a durable function. */
export interface RunnerInvoker {
  /** Begins an execution under this name, or finds that it was begun before. */
  begin(name: string, payload: string): Promise<Begun>;
  /** Runs to the end and returns the result. For the set-up check, which takes seconds. */
  ask(payload: string): Promise<Answered>;
}

export type Begun =
  /** Also what AWS answers when an execution with this name and payload exists already. */
  | { readonly kind: "accepted"; readonly executionArn?: string }
  /** An execution with this name exists, and its payload differs. */
  | { readonly kind: "duplicate" }
  | { readonly kind: "failed"; readonly message: string };

export type Answered =
  | { readonly kind: "answer"; readonly value: unknown }
  | { readonly kind: "failed"; readonly message: string };

/**
 * Invokes the runner through the AWS SDK, which is loaded with the first call; endpoint, region and
 * credentials come from its usual variables. It tries throttled calls three times by itself.
 *
 * The name makes a start idempotent: as long as AWS keeps the execution (it is going, or ended
 * within the retention period), the same name never begins another one.
 * https://docs.aws.amazon.com/lambda/latest/dg/durable-execution-idempotency.html
 */
export function createRunnerInvoker(runner: string): RunnerInvoker {
  let client: LambdaClient | undefined;
  const invoke = async (input: Omit<InvokeCommandInput, "FunctionName">) => {
    const sdk = await import("./aws-lambda-client.ts");
    client ??= new sdk.LambdaClient({
      requestHandler: {
        connectionTimeout: 3_000,
        requestTimeout: 60_000,
        throwOnRequestTimeout: true,
      },
    });
    return client.send(new sdk.InvokeCommand({ ...input, FunctionName: runner }));
  };

  return {
    async begin(name, payload) {
      try {
        const { DurableExecutionArn: executionArn } = await invoke({
          InvocationType: "Event",
          DurableExecutionName: name,
          Payload: new TextEncoder().encode(payload),
        });
        return { kind: "accepted", ...(executionArn !== undefined && { executionArn }) };
      } catch (error) {
        if (nameOf(error) === "DurableExecutionAlreadyStartedException")
          return { kind: "duplicate" };
        return { kind: "failed", message: explain(error, runner) };
      }
    },
    async ask(payload) {
      try {
        const output = await invoke({
          InvocationType: "RequestResponse",
          Payload: new TextEncoder().encode(payload),
        });
        return readAnswer(output);
      } catch (error) {
        return { kind: "failed", message: explain(error, runner) };
      }
    },
  };
}

function readAnswer({ Payload, FunctionError }: InvokeCommandOutput): Answered {
  const text = new TextDecoder().decode(Payload);
  const parsed = parseJsonSafely(text);
  const value = parsed.kind === "json" ? parsed.value : undefined;
  if (FunctionError === undefined) return { kind: "answer", value };
  return {
    kind: "failed",
    message: textField(value, "errorMessage") ?? `the runner failed: ${text}`,
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
