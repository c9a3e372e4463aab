import { isObject } from "../../../shared/json.ts";
import { type Loopback, type LoopbackReply, startLoopback } from "./loopback.ts";

/** A service of AWS that answers as a test says and keeps what it was asked, word for word. */
export interface ToldCalls extends Loopback {
  /** Answers for the next calls, in order; each is used once. */
  next(...replies: readonly LoopbackReply[]): void;
  /** The calls since this was asked last. */
  taken(): readonly ToldCall[];
}

export interface ToldCall {
  readonly method: string;
  readonly path: string;
  readonly target: unknown;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

export async function startToldCalls(): Promise<ToldCalls> {
  const replies: LoopbackReply[] = [];
  let calls: ToldCall[] = [];
  const server = await startLoopback(({ method, path, headers, body }) => {
    const target = String(headers["x-amz-target"]).split(".")[1];
    calls.push({ method, path, target, headers, body: parsed(body) });
    return replies.shift() ?? failed(500, "NobodySaidWhatToAnswer");
  });
  return {
    ...server,
    next: (...more) => void replies.push(...more),
    taken() {
      const taken = calls;
      calls = [];
      replies.length = 0;
      return taken;
    },
  };
}

export function answered(
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): LoopbackReply {
  return { status: 200, headers: { "content-type": "application/json", ...headers }, body };
}

/** A refusal as both kinds of AWS's services write it. */
export function failed(status: number, type: string, more: object = {}): LoopbackReply {
  const headers = { "content-type": "application/json", "x-amzn-errortype": type };
  return {
    status,
    headers,
    body: { __type: type, message: "so it says", Message: "so it says", ...more },
  };
}

function parsed(body: string): unknown {
  if (body === "") return undefined;
  const value: unknown = JSON.parse(body);
  return isObject(value) ? value : String(value);
}
