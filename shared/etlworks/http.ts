import http from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import { UserError } from "../user-error.ts";

/** One request. `timeLimitMs` covers everything from the first look-up to the last byte. */
export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeLimitMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Ends the exchange too, but only before the connection is made. */
  readonly unsentSignal?: AbortSignal | undefined;
}

/**
 * What became of a request. `unreachable` is a promise: not one byte of it can have reached the
 * server, so sending it again cannot do anything twice. After `broken` nobody knows.
 */
export type HttpReply =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      /** The body went on past `MAX_BODY` and was cut there. */
      readonly cut: boolean;
    }
  | { readonly kind: "unreachable"; readonly reason: string; readonly permanent: boolean }
  | { readonly kind: "broken"; readonly reason: string }
  | { readonly kind: "stopped"; readonly mayHaveArrived: boolean };

export type SendHttp = (request: HttpRequest) => Promise<HttpReply>;

/** The largest answer we read: 10 MB. A list of thousands of flows is a tenth of it. */
export const MAX_BODY = 10 * 1024 * 1024;

/**
 * The only place that speaks HTTP.
 *
 * `node:http` and not `fetch`, for two reasons. It tells whether the connection was ever made, and
 * that decides if a start may be sent again. And the first `fetch` of a process loads 30 ms of code
 * (43 ms against 15 ms for the first request on Node 24.21, measured on loopback).
 *
 * Redirects are never followed. Proxy variables are honoured through the agent (`proxyEnv`, Node
 * 24.5 and later). `close` ends idle connections, so that a process can leave at once.
 */
export function createHttp(
  environment: Readonly<Record<string, string | undefined>>,
  /** Told once, when the first request is on the wire: a good moment for work that can wait. */
  onFirstRequest: () => void = () => undefined,
): {
  readonly send: SendHttp;
  readonly close: () => void;
} {
  // An idle connection is dropped after 4 s. Servers close theirs after 5 s and more, and a start
  // written on a connection that is just being closed would be in doubt for no reason.
  const options = { keepAlive: true, timeout: 4_000, proxyEnv: { ...environment } };
  let agents: { readonly plain: http.Agent; readonly secure: https.Agent } | undefined;
  const getAgents = () => {
    agents ??= withProxySentence(() => ({
      plain: new http.Agent(options),
      secure: new https.Agent(options),
    }));
    return agents;
  };
  let first = true;
  const onSent = () => {
    if (first) onFirstRequest();
    first = false;
  };
  return {
    async send(request) {
      const { plain, secure } = getAgents();
      return exchange(request, request.url.protocol === "https:" ? { secure } : { plain }, onSent);
    },
    close() {
      agents?.plain.destroy();
      agents?.secure.destroy();
    },
  };
}

/** Node refuses a proxy variable that it cannot read, and quotes it with its password. */
function withProxySentence<T>(make: () => T): T {
  try {
    return make();
  } catch {
    throw new UserError(
      "A proxy variable (HTTP_PROXY, HTTPS_PROXY or their small forms) is not an address. Write it as http://host:port, with the signs of a password URL-encoded.",
    );
  }
}

type Agents = { readonly plain: http.Agent } | { readonly secure: https.Agent };

function exchange(request: HttpRequest, agents: Agents, onSent: () => void): Promise<HttpReply> {
  return new Promise(resolve => {
    let mayHaveArrived = false;
    let settled = false;

    const outgoing = open(request, agents);
    const settle = (reply: HttpReply) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      request.signal?.removeEventListener("abort", stop);
      request.unsentSignal?.removeEventListener("abort", stopUnsent);
      resolve(reply);
      if (reply.kind !== "answer" || reply.cut) outgoing.destroy();
    };
    const fail = (reason: string, permanent = false) => {
      settle(
        mayHaveArrived ? { kind: "broken", reason } : { kind: "unreachable", reason, permanent },
      );
    };
    const stop = () => settle({ kind: "stopped", mayHaveArrived });
    const stopUnsent = () => {
      if (!mayHaveArrived) stop();
    };
    const timer = setTimeout(() => {
      const seconds = Math.max(1, Math.round(request.timeLimitMs / 1_000));
      fail(
        mayHaveArrived
          ? `no complete answer within ${seconds} s`
          : `no connection within ${seconds} s`,
      );
    }, request.timeLimitMs);

    request.signal?.addEventListener("abort", stop);
    request.unsentSignal?.addEventListener("abort", stopUnsent);
    outgoing.on("socket", socket => {
      whenConnected(socket, outgoing.reusedSocket, "secure" in agents, () => {
        mayHaveArrived = true;
      });
    });
    outgoing.on("finish", onSent);
    outgoing.on("error", error => fail(describe(error), isLasting(error)));
    outgoing.on("response", incoming => {
      readBody(incoming, reply =>
        reply === "broken" ? fail("the answer broke off in the middle") : settle(reply),
      );
    });
    if (request.signal?.aborted || request.unsentSignal?.aborted) stop();
    else outgoing.end(request.body);
  });
}

function open(request: HttpRequest, agents: Agents): http.ClientRequest {
  const { method, url, headers } = request;
  return "secure" in agents
    ? https.request(url, { method, headers, agent: agents.secure })
    : http.request(url, { method, headers, agent: agents.plain });
}

/** Before this moment no byte of the request was written; afterwards some may have been. */
function whenConnected(socket: Socket, reused: boolean, secure: boolean, tell: () => void): void {
  const handshaking = "secureConnecting" in socket && socket.secureConnecting === true;
  if (reused || !(socket.connecting || handshaking)) tell();
  else socket.once(secure ? "secureConnect" : "connect", tell);
}

function readBody(
  incoming: http.IncomingMessage,
  settle: (reply: Extract<HttpReply, { kind: "answer" }> | "broken") => void,
): void {
  const parts: Buffer[] = [];
  let size = 0;
  const answer = (cut: boolean) => {
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(incoming.headers)) {
      if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
    }
    const body = Buffer.concat(parts).toString("utf8");
    settle({ kind: "answer", status: incoming.statusCode ?? 0, headers, body, cut });
  };
  incoming.on("data", (part: Buffer) => {
    const room = MAX_BODY - size;
    // Negative: cut already. Zero is no end: the body may be full to the byte and go on.
    if (room < 0) return;
    parts.push(part.subarray(0, room));
    size += part.length;
    if (part.length > room) answer(true);
  });
  incoming.on("end", () => answer(false));
  // After a whole answer this comes too late to change anything.
  incoming.on("close", () => settle("broken"));
  // What broke it is told by "close" as well; but an error that nobody hears ends the process.
  incoming.on("error", () => undefined);
}

const WORDS_FOR_CODES: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset",
  EHOSTUNREACH: "no route to the host",
  ENETUNREACH: "the network cannot be reached",
  ENOTFOUND: "the host name is not known",
  EAI_AGAIN: "the host name could not be looked up",
  ETIMEDOUT: "the connection timed out",
  EPIPE: "the connection was closed",
  DEPTH_ZERO_SELF_SIGNED_CERT: "the certificate is self-signed",
  SELF_SIGNED_CERT_IN_CHAIN: "the certificate chain has a self-signed certificate",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the certificate's issuer is not known",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "the certificate's issuer is not known",
  CERT_HAS_EXPIRED: "the certificate has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "the certificate is for another host",
  ERR_PROXY_TUNNEL: "the proxy refused to connect",
};

/** Certificate faults stay until somebody mends them; asking again only costs time. */
const LASTING_CODES = /CERT|SIGNATURE|ALTNAME|EPROTO|ERR_SSL/;

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "";
}

function isLasting(error: Error): boolean {
  return LASTING_CODES.test(codeOf(error));
}

function describe(error: Error): string {
  const code = codeOf(error);
  const words = WORDS_FOR_CODES[code];
  if (words !== undefined) return `${words} (${code})`;
  return code === "" ? error.message : `${error.message} (${code})`;
}
