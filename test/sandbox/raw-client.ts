import { request } from "node:http";
import { plainHeaders } from "./reply.ts";

/** What a caller sees of one exchange, down to the broken ones. */
export type Exchange =
  | {
      readonly kind: "reply";
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  /** The head came, but the body was cut. */
  | { readonly kind: "cut"; readonly status: number; readonly body: string }
  /** No answer at all. The reason is Node's: `read ECONNRESET` after a RST, `socket hang up` after a FIN. */
  | { readonly kind: "failed"; readonly reason: string };

export interface RawRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Gives up on silence after this time. */
  readonly patienceMs?: number;
  /** Stops reading after this many characters. */
  readonly enough?: number;
}

/** One exchange over a connection of its own, with nothing retried, followed or decoded. */
export function exchange(origin: string, wanted: RawRequest): Promise<Exchange> {
  const { method = "GET", path, headers = {}, body = "", patienceMs, enough } = wanted;
  return new Promise(resolve => {
    const call = request(`${origin}${path}`, { method, headers, agent: false }, response => {
      const { statusCode: status = 0 } = response;
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
        if (enough !== undefined && text.length > enough) response.destroy();
      });
      response.on("end", () => {
        resolve({ kind: "reply", status, headers: plainHeaders(response.headers), body: text });
      });
      response.on("close", () => {
        if (!response.complete) resolve({ kind: "cut", status, body: text });
      });
      // The cut itself is reported by "close".
      response.on("error", () => undefined);
    });
    if (patienceMs !== undefined) {
      call.setTimeout(patienceMs, () => call.destroy(new Error("silence")));
    }
    call.on("error", error => resolve({ kind: "failed", reason: error.message }));
    call.end(body);
  });
}
