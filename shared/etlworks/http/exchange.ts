import type http from "node:http";
import type { Socket } from "node:net";
import {
  type ConnectionFault,
  clientCertificateFault,
  demandsClientCertificate,
  describeConnectionError,
  HTTPS_EXPECTED,
  isTlsAlert,
} from "./connection-errors.ts";
import type { HttpReply, HttpRequest } from "./http-message.ts";
import {
  askedForCertificate,
  loginRefused,
  openConnection,
  proxyExpectsHttps,
  proxyName,
} from "./open-connection.ts";
import { openRequest } from "./open-request.ts";
import type { HttpProxy } from "./proxy.ts";
import { receiveAnswer } from "./receive-answer.ts";

/** How a request reaches the server. */
interface Transport {
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
export function exchange(request: HttpRequest, transport: Transport): Promise<HttpReply> {
  return new Promise(resolve => {
    let mayHaveArrived = false;
    let settled = false;
    /** Destroys connections of our own, however far they are. */
    const over = new AbortController();
    let outgoing: http.ClientRequest | undefined;
    /** Takes an answer as it is, if all that matters of it is there. */
    let takeOr = (orElse: () => void) => orElse();

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
      if (mayHaveArrived)
        settle({ kind: "broken", reason: fault.reason + throughProxy(transport) });
      else unreachable(fault);
    };
    const unreachable = ({ reason, permanent, cause }: ConnectionFault) =>
      settle({ kind: "unreachable", reason, permanent, cause });
    const stop = () => settle({ kind: "stopped", mayHaveArrived });
    const stopUnsent = () => {
      if (!mayHaveArrived) stop();
    };
    const giveUp = () => takeOr(failInTime);
    const failInTime = () => {
      const within = `within ${Math.max(1, Math.round(request.timeLimitMs / 1_000))} s`;
      const { proxy } = transport;
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
      const connection = await openConnection(request.url, transport.proxy, over.signal);
      if (settled) return;
      if (connection.kind === "failed") return fail(connection);
      const { socket } = connection;
      const sending = openRequest(request, {
        proxy: transport.proxy,
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
      let broken = false;
      takeOr = orElse => orElse();
      const breakOff = (fault: ConnectionFault) => {
        if (broken || settled) return;
        broken = true;
        takeOr(() => (answered ? fail(fault) : onBroken(fault)));
      };
      sending.on("finish", transport.onSent);
      sending.on("error", error => {
        // Both say that the server has read nothing of the request.
        if (!answered && demandsClientCertificate(error)) unreachable(clientCertificateFault());
        else if (!answered && isTlsAlert(error)) unreachable(httpsExpected(request, transport));
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
        if (incoming.statusCode === 407 && transport.proxy !== undefined) {
          return unreachable({
            reason: loginRefused(transport.proxy, incoming.headers),
            permanent: true,
            cause: "proxy",
          });
        }
        const asJson = request.headers["accept"] === "application/json";
        takeOr = receiveAnswer(
          incoming,
          { limit: transport.maxBody, asJson },
          {
            onAnswer: answer => {
              if (!incoming.complete) sending.destroy();
              settle({ ...answer, ...via(request, transport) });
            },
            onBroken: () =>
              breakOff({ ...NO_ANSWER, reason: "the answer broke off in the middle" }),
          },
        );
      });
      sending.end(request.body);
    };

    request.signal?.addEventListener("abort", stop);
    request.unsentSignal?.addEventListener("abort", stopUnsent);
    if (request.signal?.aborted || request.unsentSignal?.aborted) stop();
    else if (transport.pool !== undefined) sendPooled(transport.pool);
    else void sendOwn();
  });
}

const NO_ANSWER: ConnectionFault = {
  reason: "the connection was closed without an answer",
  permanent: false,
  cause: "connection",
};

function throughProxy({ proxy }: Transport): string {
  return proxy === undefined ? "" : `, through the proxy ${proxyName(proxy)}`;
}

/** Into a tunnel no proxy can speak. */
function via({ url }: HttpRequest, { proxy }: Transport): { readonly via?: string } {
  return proxy === undefined || url.protocol === "https:" ? {} : { via: proxyName(proxy) };
}

/** A plain request that goes through a proxy comes to the proxy's port. */
function httpsExpected({ url }: HttpRequest, { proxy }: Transport): ConnectionFault {
  if (proxy === undefined || url.protocol === "https:") return HTTPS_EXPECTED;
  return { reason: proxyExpectsHttps(proxy), permanent: true, cause: "proxy" };
}

/** Before this moment no byte of the request was written; afterwards some may have been. */
function whenConnected(socket: Socket, reused: boolean, tell: () => void): void {
  const secure = "secureConnecting" in socket;
  const handshaking = secure && socket.secureConnecting === true;
  if (reused || !(socket.connecting || handshaking)) tell();
  else socket.once(secure ? "secureConnect" : "connect", tell);
}
