import type { SendHttp } from "../../shared/etlworks/http/http.ts";

/** What Octokit gives to a `fetch`. */
interface Init {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/**
 * Lets Octokit send as we do: the toolkit's own `fetch` goes around a proxy that is written without
 * a scheme (`proxy.corp:8080`), and around `ALL_PROXY`, in silence. The time is for all requests.
 */
export function githubFetch(send: SendHttp, timeLimitMs: number) {
  const signal = AbortSignal.timeout(timeLimitMs);
  return async (url: string, { method, headers, body }: Init): Promise<Response> => {
    const request = { method, url: new URL(url), headers, timeLimitMs, signal };
    const reply = await send(body === undefined ? request : { ...request, body });
    switch (reply.kind) {
      case "answer": {
        const { status, headers: answered } = reply;
        if (status < 200 || status > 599) throw new Error(`the answer has the status ${status}`);
        const empty = [204, 205, 304].includes(status);
        const contentType = answered["content-type"] ?? "";
        const response = new Response(empty ? null : reply.body, {
          status,
          headers: /^[\x20-\x7e]+$/.test(contentType) ? { "content-type": contentType } : {},
        });
        // Nothing else says where it came from.
        return Object.defineProperty(response, "url", { value: url });
      }
      case "unreachable":
      case "broken":
        throw new Error(reply.reason);
      case "stopped":
        throw new Error(
          `no complete answer within ${Math.max(1, Math.round(timeLimitMs / 1_000))} s`,
        );
    }
  };
}
