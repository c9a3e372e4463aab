import { dirname } from "node:path";
import { type Child, startChild } from "./child.ts";
import { type InvocationResult, type RuntimeApi, startRuntimeApi } from "./runtime-api.ts";
import { toolPath } from "./tool-path.ts";

/** A built handler in an execution environment of AWS's own runtime client, aws-lambda-ric. */
export interface LambdaFunction {
  readonly name: string;
  /** With the alias `live`. */
  readonly arn: string;
  /** Invokes once; a function that was killed or has exited starts anew, as in Lambda. */
  invoke(event: unknown): Promise<InvocationResult>;
  /** Everything that its processes have logged. */
  readonly log: string;
  /** How many environments were started. */
  readonly coldStarts: number;
  stop(): Promise<void>;
}

export interface LambdaFunctionOptions {
  readonly name: string;
  /** File of the bundle, with `handler` as its export. */
  readonly bundle: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Default 60 s. */
  readonly timeoutMs?: number;
}

export const REGION = "eu-central-1";
export const ACCOUNT = "123456789012";

export function createLambdaFunction(options: LambdaFunctionOptions): LambdaFunction {
  const { name, bundle, timeoutMs = 60_000 } = options;
  const arn = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}:live`;
  const earlier: string[] = [];
  let current: { readonly api: RuntimeApi; readonly child: Child } | undefined;
  let coldStarts = 0;
  let last: Promise<unknown> = Promise.resolve();

  async function environment(): Promise<{ readonly api: RuntimeApi; readonly child: Child }> {
    if (current !== undefined) return current;
    coldStarts += 1;
    const api = await startRuntimeApi();
    const file = /(?<stem>[^/\\]+)\.mjs$/.exec(bundle)?.groups?.["stem"] ?? bundle;
    const child = startChild(process.execPath, [toolPath(RUNTIME_CLIENT)], {
      environment: {
        PATH: dirname(process.execPath),
        TZ: ":UTC",
        LANG: "en_US.UTF-8",
        _HANDLER: `${file}.handler`,
        LAMBDA_TASK_ROOT: dirname(bundle),
        AWS_LAMBDA_RUNTIME_API: api.address,
        AWS_LAMBDA_FUNCTION_NAME: name,
        AWS_LAMBDA_FUNCTION_VERSION: "1",
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
        AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
        AWS_LAMBDA_LOG_STREAM_NAME: "2026/11/23/[1]0123456789abcdef",
        AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
        AWS_REGION: REGION,
        AWS_DEFAULT_REGION: REGION,
        AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
        AWS_SECRET_ACCESS_KEY: "example",
        AWS_SESSION_TOKEN: "example",
        ...options.environment,
      },
    });
    const started = { api, child };
    current = started;
    void child.ended.then(how => {
      api.processEnded(`exit ${how}`);
      if (current === started) current = undefined;
      earlier.push(child.output);
      return api.close();
    });
    return started;
  }

  async function invokeNow(event: unknown): Promise<InvocationResult> {
    const { api, child } = await environment();
    const result = await api.invoke(event, { functionArn: arn, timeoutMs });
    // Lambda ends an environment that ran into its deadline.
    if (result.kind === "timed-out") await child.stop("SIGKILL");
    return result;
  }

  return {
    name,
    arn,
    get log() {
      return earlier.join("") + (current?.child.output ?? "");
    },
    get coldStarts() {
      return coldStarts;
    },
    // One environment handles one event at a time; the real service would start another one.
    invoke(event) {
      const next = last.then(() => invokeNow(event));
      last = next.catch(() => {});
      return next;
    },
    async stop() {
      await current?.child.stop();
    },
  };
}

const RUNTIME_CLIENT = "runtime-client/node_modules/aws-lambda-ric/index.mjs";
