import http from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import { type HttpRequest, LENIENT_PARSING } from "./http-message.ts";
import { proxyHeaders, serverName } from "./open-connection.ts";
import { bareHost, type HttpProxy } from "./proxy.ts";

/** Opens a request on a pool's connection or on one of ours. Nothing of it is sent before its `end`. */
export function openRequest(
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
