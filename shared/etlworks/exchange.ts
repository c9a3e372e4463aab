import http from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import { parseJson } from "../json.ts";
import { decodeBody } from "./body.ts";
import {
  askedForCertificate,
  connect,
  loginRefused,
  proxyExpectsHttps,
  proxyHeaders,
  proxyName,
  serverName,
} from "./connect.ts";
import {
  type ConnectionFault,
  clientCertificateFault,
  demandsClientCertificate,
  describeConnectionError,
  HTTPS_EXPECTED,
  isTlsAlert,
} from "./connection-errors.ts";
import { type HttpReply, type HttpRequest, LENIENT_PARSING } from "./http-message.ts";
import { bareHost, type HttpProxy } from "./proxy.ts";

/** How a request reaches the server. */
interface Route {
  /** Idle connections to use first. Only for requests that may be sent twice. */
  readonly pool: http.Agent | undefined;
  readonly proxy: HttpProxy | undefined;
  readonly onSent: () => void;
  readonly maxBody: number;
}

/**
 * One request and what becomes of it, within its time limit. Always resolves. A request on a pooled
 * connection that breaks before any byte of an answer is sent once more on a connection of its own.
 */
export function exchange(request: HttpRequest, route: Route): Promise<HttpReply> {
  return new Promise(resolve => {
    let mayHaveArrived = false;
    let settled = false;
    /** Destroys connections of our own, however far they are. */
    const over = new AbortController();
    let outgoing: http.ClientRequest | undefined;
    /** Takes an answer as it is, if all that matters of it is there. */
    let takeWhole = () => false;

    const settle = (reply: HttpReply) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      request.signal?.removeEventListener("abort", stop);
      request.unsentSignal?.removeEventListener("abort", stopUnsent);
      resolve(reply);
      over.abort();
      if (reply.kind !== "answer" || reply.cut) outgoing?.destroy();
    };
    const fail = (fault: ConnectionFault) => {
      if (mayHaveArrived) settle({ kind: "broken", reason: fault.reason + throughProxy(route) });
      else unreachable(fault);
    };
    const unreachable = ({ reason, permanent, cause }: ConnectionFault) =>
      settle({ kind: "unreachable", reason, permanent, cause });
    const stop = () => settle({ kind: "stopped", mayHaveArrived });
    const stopUnsent = () => {
      if (!mayHaveArrived) stop();
    };
    const giveUp = () => {
      if (takeWhole()) return;
      const within = `within ${Math.max(1, Math.round(request.timeLimitMs / 1_000))} s`;
      const { proxy } = route;
      if (mayHaveArrived) fail({ ...NO_ANSWER, reason: `no complete answer ${within}` });
      else if (proxy === undefined) fail({ ...NO_ANSWER, reason: `no connection ${within}` });
      else {
        const reason = `no connection through the proxy ${proxyName(proxy)} ${within}`;
        fail({ reason, permanent: false, cause: "proxy" });
      }
    };
    // A process that stood still looks first at what has come meanwhile.
    const timer = setTimeout(() => setImmediate(giveUp), request.timeLimitMs);

    const sendOwn = async (): Promise<void> => {
      const connection = await connect(request.url, route.proxy, over.signal);
      if (settled) return;
      if (connection.kind === "failed") return fail(connection);
      const { socket } = connection;
      const sending = openRequest(request, {
        proxy: route.proxy,
        createConnection: () => socket,
      });
      mayHaveArrived = true;
      converse(sending, fail);
    };
    const sendPooled = (pool: http.Agent) => {
      const pooled = openRequest(request, { agent: pool });
      let assigned: { readonly socket: Socket; readonly bytesRead: number } | undefined;
      pooled.on("socket", socket => {
        assigned = { socket, bytesRead: socket.bytesRead };
        whenConnected(socket, pooled.reusedSocket, () => {
          mayHaveArrived = true;
        });
      });
      converse(pooled, fault => {
        const refusedTls = !mayHaveArrived && fault.cause === "protocol";
        const silent = assigned?.socket.bytesRead === assigned?.bytesRead;
        // An idle connection may have been closed long ago. And a server that asks for a client
        // certificate is only told from a broken one with more patience.
        const again =
          mayHaveArrived &&
          silent &&
          (pooled.reusedSocket || askedForCertificate(assigned?.socket));
        if (!again && !refusedTls) return fail(fault);
        mayHaveArrived = false;
        void sendOwn();
      });
    };
    /** Sends the request, and reads what comes back; `onBroken` hears of no answer at all. */
    const converse = (sending: http.ClientRequest, onBroken: (fault: ConnectionFault) => void) => {
      outgoing = sending;
      let answered = false;
      let whole = false;
      let broken = false;
      takeWhole = () => false;
      const breakOff = (fault: ConnectionFault) => {
        if (whole || broken || settled || takeWhole()) return;
        broken = true;
        if (answered) fail(fault);
        else onBroken(fault);
      };
      sending.on("finish", route.onSent);
      sending.on("error", error => {
        // Both say that the server has read nothing of the request.
        if (!answered && demandsClientCertificate(error)) unreachable(clientCertificateFault());
        else if (!answered && isTlsAlert(error)) unreachable(httpsExpected(request, route));
        else breakOff(describeConnectionError(error));
      });
      sending.on("upgrade", (_incoming, socket) => {
        socket.destroy();
        breakOff({ ...NO_ANSWER, reason: "the server wants to speak another protocol (101)" });
      });
      sending.on("close", () => {
        if (!answered) breakOff(NO_ANSWER);
      });
      sending.on("response", incoming => {
        answered = true;
        if (incoming.statusCode === 407 && route.proxy !== undefined) {
          return unreachable({
            reason: loginRefused(route.proxy, incoming.headers),
            permanent: true,
            cause: "proxy",
          });
        }
        takeWhole = readBytes(incoming, route.maxBody, {
          onWhole: (bytes, cut) => {
            whole = true;
            if (cut || !incoming.complete) sending.destroy();
            void toAnswer(incoming, bytes, { cut, limit: route.maxBody }).then(answer =>
              settle({ ...answer, ...via(request, route) }),
            );
          },
          onBroken: () => breakOff({ ...NO_ANSWER, reason: "the answer broke off in the middle" }),
        });
      });
      sending.end(request.body);
    };

    request.signal?.addEventListener("abort", stop);
    request.unsentSignal?.addEventListener("abort", stopUnsent);
    if (request.signal?.aborted || request.unsentSignal?.aborted) stop();
    else if (route.pool !== undefined) sendPooled(route.pool);
    else void sendOwn();
  });
}

const NO_ANSWER: ConnectionFault = {
  reason: "the connection was closed without an answer",
  permanent: false,
  cause: "connection",
};

function throughProxy({ proxy }: Route): string {
  return proxy === undefined ? "" : `, through the proxy ${proxyName(proxy)}`;
}

/** Into a tunnel no proxy can speak. */
function via({ url }: HttpRequest, { proxy }: Route): { readonly via?: string } {
  return proxy === undefined || url.protocol === "https:" ? {} : { via: proxyName(proxy) };
}

/** A plain request that goes through a proxy comes to the proxy's port. */
function httpsExpected({ url }: HttpRequest, { proxy }: Route): ConnectionFault {
  if (proxy === undefined || url.protocol === "https:") return HTTPS_EXPECTED;
  return { reason: proxyExpectsHttps(proxy), permanent: true, cause: "proxy" };
}

function openRequest(
  request: HttpRequest,
  way: {
    readonly agent?: http.Agent;
    readonly createConnection?: () => Socket;
    readonly proxy?: HttpProxy | undefined;
  },
): http.ClientRequest {
  const { method, url } = request;
  const { proxy, agent, createConnection } = way;
  const secure = url.protocol === "https:";
  // A proxy gets the whole address of a plain request; of a secure one it sees nothing.
  const whole = proxy !== undefined && !secure;
  const options: http.RequestOptions = {
    ...LENIENT_PARSING,
    method,
    headers: {
      // Plain text: the answers that matter are some hundred bytes, and of a compressed one that
      // arrives damaged nothing is left. What comes compressed all the same is decoded.
      "accept-encoding": "identity",
      ...request.headers,
      ...(whole ? proxyHeaders(proxy) : {}),
    },
    ...(secure ? serverName(bareHost(url)) : {}),
    ...(whole ? { path: `${url.origin}${url.pathname}${url.search}` } : {}),
    ...(agent === undefined ? {} : { agent }),
    ...(createConnection === undefined ? {} : { createConnection }),
  };
  return secure ? https.request(url, options) : http.request(url, options);
}

/** Before this moment no byte of the request was written; afterwards some may have been. */
function whenConnected(socket: Socket, reused: boolean, tell: () => void): void {
  const secure = "secureConnecting" in socket;
  const handshaking = secure && socket.secureConnecting === true;
  if (reused || !(socket.connecting || handshaking)) tell();
  else socket.once(secure ? "secureConnect" : "connect", tell);
}

/**
 * Returns a function that takes the answer as it is, if it says what it has to say, when the
 * connection breaks or the time is over. A wrong length and a missing last chunk do not make half of
 * JSON that is whole.
 */
function readBytes(
  incoming: http.IncomingMessage,
  limit: number,
  tell: {
    readonly onWhole: (bytes: Buffer, cut: boolean) => void;
    readonly onBroken: () => void;
  },
): () => boolean {
  const parts: Buffer[] = [];
  let size = 0;
  const finish = (cut: boolean) => tell.onWhole(Buffer.concat(parts), cut);
  incoming.on("data", (part: Buffer) => {
    const room = limit - size;
    // Negative: cut already. Zero is no end: the body may be full to the byte and go on.
    if (room < 0) return;
    parts.push(part.subarray(0, room));
    size += part.length;
    if (part.length > room) finish(true);
  });
  incoming.on("end", () => {
    if (size <= limit) finish(false);
  });
  // After a whole answer this comes too late to change anything.
  incoming.on("close", tell.onBroken);
  // What broke it is told by "close" as well; but an error that nobody hears ends the process.
  incoming.on("error", () => undefined);
  return () => {
    // What is read here comes as "data" as well.
    while (incoming.read() !== null);
    // What follows a whole answer may be nonsense, and comes before the answer's own end is told.
    const whole = incoming.complete || (size <= MAX_TAKEN && isWholeJson(Buffer.concat(parts)));
    // What an error means its status says, however much of its page is missing.
    const refused = (incoming.statusCode ?? 0) >= 300;
    if (!whole && !refused) return false;
    if (size <= limit) finish(!whole);
    return true;
  };
}

/** The answers that matter have some hundred bytes, the longest history less than this. */
const MAX_TAKEN = 1_000_000;

/** No beginning of an object or a list is one itself. */
function isWholeJson(bytes: Buffer): boolean {
  const text = bytes.toString("utf8").trim();
  if (!/^[{[]/.test(text) || !/[}\]]$/.test(text)) return false;
  try {
    parseJson(text);
    return true;
  } catch {
    return false;
  }
}

async function toAnswer(
  incoming: http.IncomingMessage,
  bytes: Buffer,
  { cut, limit }: { readonly cut: boolean; readonly limit: number },
): Promise<Extract<HttpReply, { kind: "answer" }>> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  const body = await decodeBody(bytes, headers, { limit, whole: !cut });
  return {
    kind: "answer",
    status: incoming.statusCode ?? 0,
    headers,
    body: body.text,
    cut: body.cut,
    ...(body.unread === undefined ? {} : { unread: body.unread }),
  };
}
