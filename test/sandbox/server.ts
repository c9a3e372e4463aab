import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { exampleFlows } from "./example-flows.ts";
import {
  createFaults,
  type Fault,
  type FaultHandle,
  type FaultRule,
  reachesTheServer,
  spoil,
} from "./faults.ts";
import { createModel, type Model, type ModelOptions } from "./model.ts";
import { type ApiReply, plainHeaders } from "./reply.ts";
import { exampleUsers, type Role } from "./users.ts";

/** A request as it arrived on the wire, whole, faults or not. */
export interface RecordedRequest {
  readonly method: string;
  /** With `/rest` and the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Ms since 1970, by the sandbox's clock. */
  readonly at: number;
  /** The fault that it met. */
  readonly fault: Fault["kind"] | undefined;
  /** What the model answered on arrival; `undefined` when the request did not reach it (yet). */
  readonly status: number | undefined;
}

/** Everything of the model may be chosen; by default there are example users and flows. */
export interface SandboxOptions extends Partial<ModelOptions> {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Whose API key is `sandbox.apiKey`. Default `Operator`. */
  readonly role?: Role;
  readonly onRequest?: (request: RecordedRequest) => void;
}

/** A running stand-in for an Etlworks instance. */
export interface Sandbox {
  /** For example `http://127.0.0.1:40123`. */
  readonly origin: string;
  /** The origin with `/rest`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly model: Model;
  readonly requests: readonly RecordedRequest[];
  fault(rule: FaultRule): FaultHandle;
  /** Cuts every connection, drops every pending answer, and resolves when the port is free. */
  close(): Promise<void>;
}

/** Starts the stand-in on 127.0.0.1. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { now = Date.now, port = 0, role = "Operator", onRequest, ...choices } = options;
  const users = options.users ?? exampleUsers();
  const flows = options.flows ?? exampleFlows(now());
  const model = createModel({ ...choices, now, users, flows });
  const requests: RecordedRequest[] = [];
  const faults = createFaults();
  const timers = new Set<NodeJS.Timeout>();

  const server = createServer((request, response) => {
    void receive(request, response);
  });
  server.listen(port, "127.0.0.1");
  await new Promise<void>((resolve, reject) => {
    server.once("listening", resolve);
    server.once("error", reject);
  });
  const address = server.address();
  if (address === null || typeof address === "string") {
    throw new Error("The sandbox got no TCP port; check that 127.0.0.1 can be bound.");
  }
  const origin = `http://127.0.0.1:${address.port}`;

  return {
    origin,
    baseUrl: `${origin}/rest`,
    apiKey: users.find(user => user.role === role)?.apiKey ?? "",
    model,
    requests,
    fault: rule => faults.add(rule),
    close: () =>
      new Promise(resolve => {
        for (const timer of timers) clearTimeout(timer);
        timers.clear();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    if (body === undefined) return;
    const method = request.method ?? "GET";
    const path = request.url ?? "/";
    const headers = plainHeaders(request.headers);
    const at = now();
    const fault = faults.take(method, path);
    const ask = (): ApiReply => model.answer({ method, path, headers, body });
    const late = fault?.kind === "delay" && fault.when !== "after";
    const reply = fault === undefined || (reachesTheServer(fault) && !late) ? ask() : undefined;
    const recorded = { method, path, headers, body, at, fault: fault?.kind, status: reply?.status };
    requests.push(recorded);
    onRequest?.(recorded);
    if (fault === undefined) {
      if (reply !== undefined) send(response, reply);
    } else if (fault.kind === "delay") {
      after(fault.ms, () => send(response, reply ?? ask()));
    } else {
      const pathname = path.replace(/\?.*$/s, "");
      sendSpoiled(response, fault, spoil(fault, pathname, now(), reply));
    }
  }

  function sendSpoiled(response: ServerResponse, fault: Fault, reply: ApiReply): void {
    switch (fault.kind) {
      case "hang":
        return;
      case "reset":
        response.socket?.resetAndDestroy();
        return;
      case "hang-up":
        response.socket?.destroy();
        return;
      case "half-body":
        sendHalf(response, reply);
        return;
      case "endless-body":
        sendForEver(response, reply);
        return;
      case "slow-drip":
        drip(response, reply, fault.everyMs, fault.bytes ?? 1);
        return;
      case "delay":
      case "answer":
      case "html":
      case "rate-limited":
      case "redirect":
      case "cut-json":
      case "empty-body":
      case "null":
      case "empty-object":
      case "garbage":
      case "body":
      case "other-audit-id":
      case "status-word":
        send(response, reply);
    }
  }

  function drip(response: ServerResponse, reply: ApiReply, everyMs: number, bytes: number): void {
    const body = writeHead(response, reply);
    let sent = 0;
    const next = (): void => {
      if (response.destroyed) return;
      response.write(body.subarray(sent, sent + bytes));
      sent += bytes;
      if (sent >= body.length) response.end();
      else after(everyMs, next);
    };
    response.flushHeaders();
    after(everyMs, next);
  }

  function after(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, ms);
    timers.add(timer);
  }
}

/** The whole body, or `undefined` when the caller went away in the middle of its own request. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) {
      if (Buffer.isBuffer(chunk)) chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString("utf8");
}

function send(response: ServerResponse, reply: ApiReply): void {
  if (response.destroyed) return;
  response.end(writeHead(response, reply));
}

/** Declares the whole body and hands it back. */
function writeHead(response: ServerResponse, reply: ApiReply): Buffer {
  const body = Buffer.from(reply.body, "utf8");
  response.writeHead(reply.status, { ...reply.headers, "content-length": String(body.length) });
  return body;
}

function sendHalf(response: ServerResponse, reply: ApiReply): void {
  const body = writeHead(response, reply);
  // The callback waits until the bytes have left, so that the reader sees them before the cut.
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.socket?.destroy());
}

function sendForEver(response: ServerResponse, reply: ApiReply): void {
  const chunk = `${" ".repeat(64 * 1024 - 1)}\n`;
  response.writeHead(reply.status, reply.headers);
  const fill = (): void => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on("drain", fill);
  fill();
}
