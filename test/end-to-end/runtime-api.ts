import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { record, text } from "./fields.ts";
import { listenOnLoopback, readBody } from "./loopback-server.ts";

/**
 * Lambda's Runtime API for one execution environment: hands out one invocation at a time and takes
 * its answer, as https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html says.
 */
export interface RuntimeApi {
  /** For `AWS_LAMBDA_RUNTIME_API`: host and port. */
  readonly address: string;
  /** Queues an event and resolves with what came of it. Never rejects. */
  invoke(event: unknown, options: InvokeOptions): Promise<InvocationResult>;
  /** Tells every invocation under way, and every later one, that the process has ended. */
  processEnded(how: string): void;
  close(): Promise<void>;
}

interface InvokeOptions {
  readonly functionArn: string;
  /** Ms; what the context's `getRemainingTimeInMillis` counts down from. */
  readonly timeoutMs: number;
}

export type InvocationResult =
  | { readonly kind: "response"; readonly payload: unknown }
  /** The function threw, or could not be loaded. */
  | { readonly kind: "error"; readonly errorType: string; readonly errorMessage: string }
  | { readonly kind: "timed-out" }
  | { readonly kind: "exited"; readonly how: string };

export async function startRuntimeApi(): Promise<RuntimeApi> {
  const queue: Invocation[] = [];
  const pending = new Map<string, Invocation>();
  let waiting: ServerResponse | undefined;
  let ended: string | undefined;

  const server = createServer((request, response) => {
    void answer(request, response);
  });
  const address = await listenOnLoopback(server);

  return {
    address,
    invoke(event, { functionArn, timeoutMs }) {
      return new Promise(resolve => {
        const id = randomUUID();
        const finish = (result: InvocationResult) => {
          clearTimeout(timer);
          pending.delete(id);
          resolve(result);
        };
        // The real service stops the environment at the deadline; see LambdaFunction.
        const timer = setTimeout(() => finish({ kind: "timed-out" }), timeoutMs);
        const invocation = { id, event, functionArn, deadline: Date.now() + timeoutMs, finish };
        pending.set(id, invocation);
        if (ended === undefined) queue.push(invocation);
        else finish({ kind: "exited", how: ended });
        handOut();
      });
    },
    processEnded(how) {
      ended = how;
      for (const { finish } of pending.values()) finish({ kind: "exited", how });
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "";
    const body = await readBody(request);
    if (path === `${ROOT}/invocation/next`) {
      waiting = response;
      handOut();
      return;
    }
    const ending = /\/invocation\/([^/]+)\/(response|error)$/.exec(path);
    if (ending !== null) {
      const invocation = pending.get(ending[1] ?? "");
      if (invocation === undefined) return reply(response, 400, { errorType: "InvalidRequestID" });
      invocation.finish(
        ending[2] === "error"
          ? readError(request, body)
          : { kind: "response", payload: parse(body) },
      );
      return reply(response, 202, { status: "OK" });
    }
    if (path === `${ROOT}/init/error`) {
      const result = readError(request, body);
      for (const { finish } of pending.values()) finish(result);
      return reply(response, 202, { status: "OK" });
    }
    return reply(response, 404, { errorType: "NotFound" });
  }

  function handOut(): void {
    if (waiting === undefined) return;
    const invocation = queue.shift();
    if (invocation === undefined) return;
    const response = waiting;
    waiting = undefined;
    response.writeHead(200, {
      "content-type": "application/json",
      "lambda-runtime-aws-request-id": invocation.id,
      "lambda-runtime-deadline-ms": String(invocation.deadline),
      "lambda-runtime-invoked-function-arn": invocation.functionArn,
      "lambda-runtime-trace-id": `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-0123456789abcdef01234567;Sampled=0`,
    });
    response.end(JSON.stringify(invocation.event));
  }
}

interface Invocation {
  readonly id: string;
  readonly event: unknown;
  readonly functionArn: string;
  readonly deadline: number;
  readonly finish: (result: InvocationResult) => void;
}

const ROOT = "/2018-06-01/runtime";

function readError(request: IncomingMessage, body: string): InvocationResult {
  const fields = record(parse(body));
  const header = request.headers["lambda-runtime-function-error-type"];
  return {
    kind: "error",
    errorType: text(fields["errorType"]) || text(header),
    errorMessage: text(fields["errorMessage"]),
  };
}

function parse(body: string): unknown {
  return body === "" ? undefined : JSON.parse(body);
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
