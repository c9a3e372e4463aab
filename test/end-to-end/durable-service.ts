import { type Child, startChild } from "./child.ts";
import { record, text } from "./fields.ts";
import { ACCOUNT, REGION } from "./lambda-function.ts";
import { freePort } from "./loopback-server.ts";
import { toolPath } from "./tool-path.ts";

/**
 * AWS's own emulator of the durable execution service, `dex-local-runner` of the Python package
 * aws-durable-execution-sdk-python-testing, which `sam local` uses too. Timers run in real time.
 */
export interface DurableService {
  /** The endpoint for checkpoints. */
  readonly url: string;
  /** Begins an execution and resolves with its ARN. */
  begin(execution: NewExecution): Promise<string>;
  describe(arn: string): Promise<Execution>;
  /** The history with all inputs and results, as JSON. */
  history(arn: string): Promise<string>;
  stop(): Promise<void>;
}

interface NewExecution {
  readonly functionName: string;
  readonly name: string;
  /** JSON, as the caller of Invoke sent it. */
  readonly payload: string;
}

export interface Execution {
  readonly status: "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "STOPPED" | "";
  readonly result: unknown;
  readonly errorType: string;
  readonly errorMessage: string;
}

/** What a durable function may invoke; without it the emulator refuses. */
const FUNCTION_CONFIGS = {
  runner: { DurableConfig: { ExecutionTimeout: 3_600, RetentionPeriodInDays: 14 } },
};

/** Starts the emulator; it invokes functions at the given endpoint of Lambda's Invoke API. */
export async function startDurableService(lambdaUrl: string): Promise<DurableService> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = startChild(
    toolPath("durable-service/bin/dex-local-runner"),
    "start-server --host 127.0.0.1 --port"
      .split(" ")
      .concat(String(port), "--lambda-endpoint", lambdaUrl, "--local-runner-region", REGION)
      .concat("--function-configs", JSON.stringify(FUNCTION_CONFIGS)),
    {
      environment: {
        AWS_ACCESS_KEY_ID: "example",
        AWS_SECRET_ACCESS_KEY: "example",
        AWS_DEFAULT_REGION: REGION,
        PYTHONUNBUFFERED: "1",
      },
    },
  );
  await answers(`${url}/health`, child);

  return {
    url,
    async begin({ functionName, name, payload }) {
      const reply = await call(`${url}/start-durable-execution`, {
        AccountId: ACCOUNT,
        FunctionName: functionName,
        FunctionQualifier: "live",
        ExecutionName: name,
        ExecutionTimeoutSeconds: 3_600,
        ExecutionRetentionPeriodDays: 14,
        Input: payload,
      });
      return text(record(reply)["ExecutionArn"]);
    },
    async describe(arn) {
      const path = `/2025-12-01/durable-executions/${encodeURIComponent(arn)}`;
      const fields = record(await call(`${url}${path}`));
      const error = record(fields["Error"]);
      return {
        status: STATUSES.find(status => status === fields["Status"]) ?? "",
        result: parseResult(text(fields["Result"])),
        errorType: text(error["ErrorType"]),
        errorMessage: text(error["ErrorMessage"]),
      };
    },
    async history(arn) {
      const path = `/2025-12-01/durable-executions/${encodeURIComponent(arn)}/history`;
      return JSON.stringify(await call(`${url}${path}?IncludeExecutionData=true&MaxItems=1000`));
    },
    stop: () => child.stop(),
  };
}

const STATUSES = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "STOPPED"] as const;

/** Waits until a server that was just started answers. */
export async function answers(url: string, child: Child): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const ready = await fetch(url).then(
      reply => reply.ok,
      () => false,
    );
    if (ready) return;
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  throw new Error(`Nothing answers at ${url}:\n${child.output}`);
}

function parseResult(result: string): unknown {
  return result === "" ? undefined : JSON.parse(result);
}

async function call(url: string, body?: unknown): Promise<unknown> {
  const reply = await fetch(
    url,
    body === undefined ? {} : { method: "POST", body: JSON.stringify(body) },
  );
  const answer = await reply.text();
  if (!reply.ok) throw new Error(`The durable service answered ${reply.status}: ${answer}`);
  return JSON.parse(answer);
}
