import { apiKeyCredentials } from "../../shared/etlworks/credentials.ts";
import {
  createEtlworksClient,
  type EtlworksClient,
} from "../../shared/etlworks/etlworks-client.ts";
import {
  type HttpReply,
  type HttpRequest,
  MAX_BODY,
  type SendHttp,
} from "../../shared/etlworks/http/http.ts";
import {
  createFaults,
  type Fault,
  type FaultHandle,
  type FaultRule,
  reachesTheServer,
  spoil,
} from "../sandbox/faults.ts";
import { createModel, type Model, type ModelOptions } from "../sandbox/model.ts";
import type { ApiReply } from "../sandbox/reply.ts";
import { exampleUsers, type Role } from "../sandbox/users.ts";

/** By default there are the example users, and no flows. */
export interface VirtualEtlworksOptions extends Omit<Partial<ModelOptions>, "now"> {
  /** The server's clock, ms since 1970. */
  readonly now: () => number;
  /** Whose key is `apiKey`. Default `Operator`. */
  readonly role?: Role;
}

/** A request that the server has seen. */
export interface Arrival {
  readonly at: number;
  readonly method: string;
  /** With `/rest` and the query. */
  readonly path: string;
  readonly status: number;
}

/** The one Etlworks without sockets: what the sandbox is over HTTP, this is to a function call. */
export interface VirtualEtlworks {
  /** The truth: flows, runs, tokens, limits. */
  readonly model: Model;
  readonly baseUrl: URL;
  readonly apiKey: string;
  /** Everything that reached it, in order. */
  readonly arrivals: readonly Arrival[];
  /** Sets a rule for the faults of `exchange`. */
  fault(rule: FaultRule): FaultHandle;
  /** The next fault that the rules have for this request. */
  takeFault(request: HttpRequest): Fault | undefined;
  /** Lets a request take effect, and tells what the server says to it. */
  arrive(request: HttpRequest): ApiReply;
  /** A request and what its caller gets of the answer, without a fault or with the given one. */
  exchange(request: HttpRequest, fault?: Fault): HttpReply | "nothing";
  /** HTTP to it on a network that takes so long. */
  connect(network: Network): SendHttp;
  /** A client with the key of `apiKey`, by the server's clock unless it has its own. */
  client(send: SendHttp, epochMs?: () => number): EtlworksClient;
}

/** Takes time there and back, and loses nothing but what the rules spoil. */
export interface Network {
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly thereMs: number;
  /** Default 0. */
  readonly backMs?: number;
}

export function createVirtualEtlworks(options: VirtualEtlworksOptions): VirtualEtlworks {
  const { now, role = "Operator", users = exampleUsers(), flows = [], ...choices } = options;
  const model = createModel({ ...choices, now, users, flows });
  const faults = createFaults();
  const arrivals: Arrival[] = [];
  const baseUrl = new URL("https://etlworks.example/rest");
  const apiKey = users.find(user => user.role === role)?.apiKey ?? "";

  const etlworks: VirtualEtlworks = {
    model,
    baseUrl,
    apiKey,
    arrivals,
    fault: rule => faults.add(rule),
    takeFault: request => faults.take(request.method, pathOf(request)),
    arrive(request) {
      const { method, headers, body = "" } = request;
      const path = pathOf(request);
      const at = now();
      const reply = model.answer({ method, path, headers, body });
      arrivals.push({ at, method, path, status: reply.status });
      return reply;
    },
    exchange(request, fault) {
      const arrives = fault === undefined || reachesTheServer(fault);
      return afterFault(fault, request, now(), arrives ? etlworks.arrive(request) : undefined);
    },
    connect: ({ sleep, thereMs, backMs = 0 }) =>
      async function send(request) {
        if (thereMs > 0) await sleep(thereMs);
        const reply = etlworks.exchange(request, etlworks.takeFault(request));
        if (reply === "nothing") {
          await sleep(request.timeLimitMs);
          return { kind: "broken", reason: "no complete answer in time" };
        }
        if (backMs > 0) await sleep(backMs);
        return reply;
      },
    client: (send, epochMs = now) =>
      createEtlworksClient({
        send,
        baseUrl,
        credentials: apiKeyCredentials(apiKey),
        redact: text => text,
        epochMs,
        monotonicMs: epochMs,
      }),
  };
  return etlworks;
}

export function pathOf({ url }: Pick<HttpRequest, "url">): string {
  return url.pathname + url.search;
}

/** What the caller sees of an answer after the fault had its way; `undefined`: nobody answered. */
export function afterFault(
  fault: Fault | undefined,
  request: Pick<HttpRequest, "url">,
  serverNow: number,
  own: ApiReply | undefined,
): HttpReply | "nothing" {
  if (fault === undefined) return own === undefined ? "nothing" : toHttp(own);
  switch (fault.kind) {
    case "hang":
      return "nothing";
    case "reset":
    case "hang-up":
      return { kind: "broken", reason: "connection reset (ECONNRESET)" };
    case "half-body":
      return { kind: "broken", reason: "the answer broke off in the middle" };
    case "endless-body":
      return { ...toHttp(own ?? { status: 200, headers: {}, body: "" }), body: endless, cut: true };
    case "answer":
    case "body":
    case "cut-json":
    case "delay":
    case "empty-body":
    case "empty-object":
    case "garbage":
    case "html":
    case "null":
    case "other-audit-id":
    case "rate-limited":
    case "redirect":
    case "slow-drip":
    case "status-word":
      return toHttp(spoil(fault, request.url.pathname, serverNow, own));
  }
}

/** The sandbox sends blanks for ever; what is read of them is looked at once and thrown away. */
const endless = " ".repeat(Math.min(8_192, MAX_BODY));

function toHttp({ status, headers, body }: ApiReply): Extract<HttpReply, { kind: "answer" }> {
  return { kind: "answer", status, headers, body, cut: false };
}
