import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type DurableService, type Execution, startDurableService } from "./durable-service.ts";
import type { LambdaFunction } from "./lambda-function.ts";
import { listenOnLoopback, readBody } from "./loopback-server.ts";
import type { InvocationResult } from "./runtime-api.ts";

/**
 * Lambda's Invoke API on loopback, over functions in real execution environments and AWS's emulator
 * of the durable service. Ours are only the routing and the rules of execution names:
 * https://docs.aws.amazon.com/lambda/latest/dg/durable-execution-idempotency.html
 */
export interface LambdaService {
  /** For `AWS_ENDPOINT_URL_LAMBDA` of a function that invokes others. */
  readonly url: string;
  readonly durable: DurableService;
  /** Makes a function known. A durable one is invoked by the durable service alone. */
  add(lambdaFunction: LambdaFunction, kind: "plain" | "durable"): void;
  /** The calls of Invoke that began an execution or found one, in order. */
  readonly calls: readonly InvokeCall[];
  /** Waits for the end of the execution with this name. */
  ended(name: string): Promise<Execution>;
  /** Everything that the durable service keeps of the execution with this name, as JSON. */
  history(name: string): Promise<string>;
  /** Stops the execution with this name, as somebody does in the console. */
  stopExecution(name: string): Promise<void>;
  stop(): Promise<void>;
}

interface InvokeCall {
  readonly name: string;
  readonly payload: string;
  readonly answer: "started" | "known" | "refused";
}

export async function startLambdaService(): Promise<LambdaService> {
  const functions = new Map<string, { run: LambdaFunction; kind: "plain" | "durable" }>();
  const executions = new Map<string, { readonly payload: string; readonly arn: string }>();
  const calls: InvokeCall[] = [];
  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => {
      reply(response, 500, { Type: "Service", Message: String(error) }, "ServiceException");
    });
  });
  const url = `http://${await listenOnLoopback(server)}`;
  const durable = await startDurableService(url);

  return {
    url,
    durable,
    calls,
    add(run, kind) {
      functions.set(run.name, { run, kind });
    },
    async ended(name) {
      const known = executions.get(name);
      if (known === undefined) throw new Error(`No execution has the name ${name}.`);
      return endOf(known.arn);
    },
    history: name => durable.history(executions.get(name)?.arn ?? ""),
    async stopExecution(name) {
      const arn = encodeURIComponent(executions.get(name)?.arn ?? "");
      const stopped = await fetch(`${durable.url}${DURABLE_CALLS}durable-executions/${arn}/stop`, {
        method: "POST",
        body: "{}",
      });
      if (!stopped.ok) throw new Error(`It was not stopped: ${await stopped.text()}`);
    },
    async stop() {
      await durable.stop();
      for (const { run } of functions.values()) await run.stop();
      await new Promise<void>(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const payload = await readBody(request);
    if (request.url?.startsWith(DURABLE_CALLS) === true) {
      return forward(request, payload, response);
    }
    const path = decodeURIComponent((request.url ?? "").replace(/\?.*$/, ""));
    const name =
      /^\/2015-03-31\/functions\/(?:arn:.*:function:)?(?<name>[\w-]+)(?::[\w$-]+)?\/invocations$/.exec(
        path,
      )?.groups?.["name"];
    const known = functions.get(name ?? "");
    if (known === undefined) {
      const Message = `Function not found: ${path}`;
      return reply(response, 404, { Type: "User", Message }, "ResourceNotFoundException");
    }
    const byService = request.headers["x-dex-handler-invoke"] !== undefined;
    if (known.kind === "plain" || byService) {
      return replyWith(response, await known.run.invoke(JSON.parse(payload)));
    }
    return beginOrFind(known.run.name, payload, request, response);
  }

  async function beginOrFind(
    functionName: string,
    payload: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const given = request.headers["x-amz-durable-execution-name"];
    const name = typeof given === "string" ? given : crypto.randomUUID();
    const before = executions.get(name);
    if (before !== undefined && before.payload !== payload) {
      calls.push({ name, payload, answer: "refused" });
      const Message = `Durable execution ${name} exists with another payload`;
      const exception = "DurableExecutionAlreadyStartedException";
      return reply(response, 409, { Type: "User", Message }, exception);
    }
    const arn = before?.arn ?? (await durable.begin({ functionName, name, payload }));
    executions.set(name, { payload, arn });
    calls.push({ name, payload, answer: before === undefined ? "started" : "known" });
    response.setHeader("x-amz-durable-execution-arn", arn);
    if (request.headers["x-amz-invocation-type"] === "Event") {
      response.writeHead(202).end();
      return undefined;
    }
    const { status, result, errorType, errorMessage } = await endOf(arn);
    return replyWith(
      response,
      status === "SUCCEEDED"
        ? { kind: "response", payload: result }
        : { kind: "error", errorType, errorMessage },
    );
  }

  /** The calls about executions, which share an endpoint with Invoke on AWS. */
  async function forward(
    request: IncomingMessage,
    payload: string,
    response: ServerResponse,
  ): Promise<void> {
    const { method = "GET", url: path = "" } = request;
    const answered = await fetch(`${durable.url}${path}`, {
      method,
      headers: { "content-type": "application/json" },
      ...(payload !== "" && { body: payload }),
    });
    const type = answered.headers.get("x-amzn-errortype");
    response.writeHead(answered.status, {
      "content-type": "application/json",
      ...(type !== null && { "x-amzn-errortype": type }),
    });
    response.end(await answered.text());
  }

  async function endOf(arn: string): Promise<Execution> {
    for (let attempt = 0; attempt < 600; attempt += 1) {
      const execution = await durable.describe(arn);
      if (execution.status !== "RUNNING") return execution;
      await new Promise(resolve => setTimeout(resolve, 100));
    }
    throw new Error(`The execution ${arn} did not end within a minute.`);
  }
}

const DURABLE_CALLS = "/2025-12-01/";

function replyWith(response: ServerResponse, result: InvocationResult): void {
  if (result.kind !== "response") response.setHeader("x-amz-function-error", "Unhandled");
  reply(response, 200, payloadOf(result));
}

function payloadOf(result: InvocationResult): unknown {
  switch (result.kind) {
    case "error":
      return { errorType: result.errorType, errorMessage: result.errorMessage };
    case "timed-out":
      return { errorType: "Sandbox.Timedout", errorMessage: "Task timed out" };
    case "exited":
      return { errorType: "Runtime.ExitError", errorMessage: result.how };
    case "response":
      return result.payload;
  }
}

function reply(response: ServerResponse, status: number, body: unknown, exception?: string): void {
  response.writeHead(status, {
    "content-type": "application/json",
    "x-amzn-requestid": crypto.randomUUID(),
    ...(exception !== undefined && { "x-amzn-errortype": exception }),
  });
  response.end(JSON.stringify(body) ?? "null");
}
