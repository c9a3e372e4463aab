import { type Loopback, startLoopback } from "./loopback.ts";

/** Lambda's `Invoke` for durable functions: names, and what becomes of one that is used again. */
export interface LambdaInvoke extends Loopback {
  readonly invocations: readonly Invocation[];
  /** Payloads by the name of their execution. */
  readonly executions: ReadonlyMap<string, string>;
  /** What a call gets instead, such as throttling; called for each one. */
  refuse: (count: number) => { readonly status: number; readonly type: string } | undefined;
}

export interface Invocation {
  /** As it stands in the address: name or ARN, decoded. */
  readonly functionName: string;
  readonly type: string;
  readonly name: string | undefined;
  readonly payload: string;
}

const INVOKE = /^\/2015-03-31\/functions\/(?<functionName>[^/]+)\/invocations(?:\?|$)/;

export async function startLambdaInvoke(): Promise<LambdaInvoke> {
  const invocations: Invocation[] = [];
  const executions = new Map<string, string>();
  const server = await startLoopback(({ path, headers, body }) => {
    const functionName = decodeURIComponent(INVOKE.exec(path)?.groups?.["functionName"] ?? "");
    const type = String(headers["x-amz-invocation-type"] ?? "RequestResponse");
    const given = headers["x-amz-durable-execution-name"];
    const name = typeof given === "string" ? given : undefined;
    invocations.push({ functionName, type, name, payload: body });

    const refusal = service.refuse(invocations.length);
    if (refusal !== undefined) return failure(refusal.status, refusal.type);
    // AWS's words for a function whose executions may last longer than that.
    if (type !== "Event") return failure(400, "InvalidParameterValueException");
    if (name === undefined || !/^[\w-]{1,64}$/.test(name)) {
      return failure(400, "InvalidParameterValueException");
    }
    const before = executions.get(name);
    if (before !== undefined && before !== body) {
      return failure(409, "DurableExecutionAlreadyStartedException");
    }
    executions.set(name, body);
    const arn = `${functionName}/durable-execution/${name}/1`;
    return { status: 202, headers: { "x-amz-durable-execution-arn": arn }, body: undefined };
  });
  const service: LambdaInvoke = {
    ...server,
    invocations,
    executions,
    refuse: () => undefined,
  };
  return service;
}

function failure(status: number, type: string) {
  const headers = { "content-type": "application/json", "x-amzn-errortype": type };
  return {
    status,
    headers,
    body: { Type: "User", Message: `${type} of the stand-in`, message: type },
  };
}
