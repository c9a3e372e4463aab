import http, { type IncomingHttpHeaders } from "node:http";
import { isIP, connect as openSocket, type Socket } from "node:net";
import tls from "node:tls";
import {
  type ConnectionFault,
  clientCertificateFault,
  describeConnectionError,
  isTlsAlert,
} from "./connection-errors.ts";
import { LENIENT_PARSING } from "./http-message.ts";
import { bareHost, type HttpProxy, portOf } from "./proxy.ts";

/** A connection on which not one byte of a request was written, or why there is none. */
export type Connected = { readonly kind: "connected"; readonly socket: Socket } | Failed;

type Failed = { readonly kind: "failed" } & ConnectionFault;

/**
 * Makes a connection of its own for one request, directly or through a proxy, with TLS where the
 * address says https. The signal destroys it at any time, also after it was handed over.
 */
export async function openConnection(
  url: URL,
  proxy: HttpProxy | undefined,
  signal: AbortSignal,
): Promise<Connected> {
  const secure = url.protocol === "https:";
  const host = bareHost(url);
  const track = trackSockets(signal);
  if (proxy === undefined) {
    const plain = await dial(host, portOf(url), track);
    return plain.kind === "connected" && secure ? encrypt(plain.socket, host, track) : plain;
  }
  const hop = await connectToProxy(proxy, track);
  if (hop.kind === "failed" || !secure) return hop;
  const tunnel = await openTunnel(hop.socket, proxy, url);
  if (tunnel.kind === "failed") return tunnel;
  const end = await encrypt(tunnel.socket, host, track);
  if (end.kind === "connected") return end;
  // Some proxies say that they have connected before they have tried. And what answers through a
  // tunnel may be the proxy itself: with a page of its own, or with its own certificate.
  return end.cause === "connection"
    ? proxyFailed(`${notConnected(proxy, url)}: ${end.reason}`, end.permanent)
    : { ...end, reason: `${end.reason}, through the proxy ${proxyName(proxy)}` };
}

async function connectToProxy(proxy: HttpProxy, track: Track): Promise<Connected> {
  const plain = await dial(proxy.hostname, proxy.port, track);
  const hop =
    plain.kind === "connected" && proxy.secure
      ? await encrypt(plain.socket, proxy.hostname, track)
      : plain;
  if (hop.kind === "connected") return hop;
  return proxyFailed(`cannot reach the proxy ${proxyName(proxy)}: ${hop.reason}`, hop.permanent);
}

function dial(host: string, port: number, track: Track): Promise<Connected> {
  return new Promise(resolve => {
    const socket = openSocket({ host, port, noDelay: true });
    track(socket);
    // For the whole life of the connection: an error that nobody hears ends the process.
    socket.on("error", error => resolve(failed(describeConnectionError(error))));
    socket.once("connect", () => resolve({ kind: "connected", socket }));
    socket.once("close", () => resolve(failed(CLOSED)));
  });
}

function encrypt(socket: Socket, host: string, track: Track): Promise<Connected> {
  return new Promise(resolve => {
    const secured = tls.connect({
      socket,
      host,
      ALPNProtocols: ["http/1.1"],
      ...serverName(host),
    });
    track(secured);
    let asked = false;
    const fail = (fault: ConnectionFault) => {
      // A broken handshake, after a certificate was asked for and none was there to send.
      const ours = fault.cause === "certificate" || fault.cause === "bad-certificate";
      const refused = asked && !ours;
      resolve(failed(refused ? clientCertificateFault() : fault));
    };
    // In TLS 1.2 this is the last moment to ask: after an error the session is gone. Its text holds
    // keys and is not looked at.
    secured.on("keylog", () => {
      asked ||= askedForCertificate(secured);
    });
    secured.on("error", (error: Error) => {
      fail(describeConnectionError(error));
    });
    secured.once("close", () => fail(CLOSED));
    secured.once("secureConnect", () => {
      asked ||= askedForCertificate(secured);
      if (asked && secured.getProtocol() === "TLSv1.3") whenAccepted(secured, ready);
      else ready();
    });
    const ready = () => resolve({ kind: "connected", socket: secured });
  });
}

/** The name to ask for in TLS: never an address, and without the dot that ends a whole name (RFC 6066). */
export function serverName(host: string): { readonly servername?: string } {
  return isIP(host) === 0 ? { servername: host.replace(/\.$/, "") } : {};
}

/** Told of each new socket; the last one is destroyed with the signal. */
type Track = (socket: Socket) => void;

/** Never destroys a socket below TLS: Node then reads the end of the stream twice. */
function trackSockets(signal: AbortSignal): Track {
  let held: Socket | undefined;
  signal.addEventListener("abort", () => held?.destroy(), { once: true });
  return socket => {
    held = socket;
    if (signal.aborted) socket.destroy();
  };
}

const CLOSED: ConnectionFault = {
  reason: "connection reset (ECONNRESET)",
  permanent: false,
  cause: "connection",
};

/** A server without session tickets gives no sign that it has accepted the client. */
const ACCEPTANCE_MS = 500;

/**
 * In TLS 1.3 the client is ready before the server has looked at the client's certificate. Where
 * one was asked for, a request that is written at once would be in doubt when the server then
 * hangs up; so this waits for the server's first word, a session ticket.
 */
function whenAccepted(socket: tls.TLSSocket, tell: () => void): void {
  const timer = setTimeout(tell, ACCEPTANCE_MS);
  socket.once("session", () => {
    clearTimeout(timer);
    // Not at once: this comes out of the middle of a read, and a write there would never be sent.
    setImmediate(tell);
  });
  socket.once("close", () => clearTimeout(timer));
}

/** Only a server that asks for a certificate tells the client its signature algorithms. */
export function askedForCertificate(socket: Socket | undefined): boolean {
  try {
    return socket instanceof tls.TLSSocket && socket.getSharedSigalgs().length > 0;
  } catch {
    // The handshake has not come so far.
    return false;
  }
}

/** Opens a tunnel to the address through a proxy. */
function openTunnel(socket: Socket, proxy: HttpProxy, url: URL): Promise<Connected> {
  const authority = authorityOf(url);
  return new Promise(resolve => {
    let over = false;
    const end = (outcome: Connected) => {
      if (over) return;
      over = true;
      if (outcome.kind === "failed") socket.destroy();
      resolve(outcome);
    };
    const refuse = (reason: string, permanent = false) => end(proxyFailed(reason, permanent));
    const breakOff = (why: string) => refuse(`${notConnected(proxy, url)}: ${why}`);
    const request = http.request({
      ...LENIENT_PARSING,
      createConnection: () => socket,
      method: "CONNECT",
      path: authority,
      headers: { host: authority, ...proxyHeaders(proxy) },
    });
    request.once("connect", ({ statusCode = 0, headers }, tunnel, head: Buffer) => {
      if (statusCode === 407) return refuse(loginRefused(proxy, headers), true);
      if (statusCode < 200 || statusCode >= 300) {
        return refuse(
          `the proxy ${proxyName(proxy)} refused to connect to ${authority} (${statusCode})`,
        );
      }
      if (head.length > 0) tunnel.unshift(head);
      end({ kind: "connected", socket });
    });
    request.on("error", error => {
      if (isTlsAlert(error)) refuse(proxyExpectsHttps(proxy), true);
      else breakOff(describeConnectionError(error).reason);
    });
    request.once("close", () => breakOff("it closed the connection"));
    request.end();
  });
}

export function proxyHeaders(proxy: HttpProxy): Record<string, string> {
  return proxy.authorization === undefined ? {} : { "proxy-authorization": proxy.authorization };
}

function authorityOf(url: URL): string {
  return `${url.hostname}:${portOf(url)}`;
}

function notConnected(proxy: HttpProxy, url: URL): string {
  return `the proxy ${proxyName(proxy)} did not connect to ${authorityOf(url)}`;
}

export function proxyExpectsHttps(proxy: HttpProxy): string {
  return `the proxy ${proxyName(proxy)} expects https, and ${proxy.variable} says http`;
}

/** What a 407 means: only a proxy says it. */
export function loginRefused(proxy: HttpProxy, headers: IncomingHttpHeaders): string {
  const named = `the proxy ${proxyName(proxy)}`;
  const offers = [headers["proxy-authenticate"] ?? ""].flat().join(", ");
  // A name stands at the beginning or behind a comma; what belongs to one has "=" in it.
  const schemes = [...offers.matchAll(/(?:^|,)\s*([a-z][\w-]{0,30})(?=\s+[^\s=,]|\s*(?:,|$))/gi)]
    .map(([, scheme = ""]) => scheme)
    .filter((scheme, index, all) => all.indexOf(scheme) === index);
  if (schemes.length > 0 && !schemes.some(scheme => /^basic$/i.test(scheme))) {
    return `${named} requires a login by ${schemes.slice(0, 5).join(" or ")} (407), and this program can only send a user name and a password (Basic); use another proxy, or NO_PROXY to connect without it`;
  }
  return proxy.authorization === undefined
    ? `${named} requires a user name and a password (407); write user:password@ in front of its host in ${proxy.variable}`
    : `${named} did not accept the user name and password in ${proxy.variable} (407)`;
}

/** Host and port, for messages. */
export function proxyName({ hostname, port }: HttpProxy): string {
  return isIP(hostname) === 6 ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}

function failed(fault: ConnectionFault): Failed {
  return { kind: "failed", ...fault };
}

function proxyFailed(reason: string, permanent: boolean): Failed {
  return failed({ reason, permanent, cause: "proxy" });
}
