import type { TokenCalls } from "./credentials.ts";
import { parseToken } from "./replies/etlworks-replies.ts";
import { readReply } from "./replies/read-reply.ts";
import type { Call } from "./replies/reply.ts";
import { describePlace, type Server, transmit } from "./transmit.ts";

/** The two calls of a login. Both addresses are documented; the second by the older support pages. */
export function createTokenCalls(
  dependencies: Server & {
    readonly redact: (text: string) => string;
    readonly epochMs: () => number;
    readonly login: string;
    readonly password: string;
  },
): TokenCalls {
  const post = async (path: string, body: string, token: string | undefined, call: Call) => {
    const request = { method: "POST", path, body };
    const raw = {
      where: describePlace(dependencies.baseUrl, path),
      reply: await transmit(dependencies, request, token, call),
    };
    // Not redacted: the answer is the secret itself, and may be one that is known already.
    const plain = { ...raw, now: dependencies.epochMs, redact: (text: string) => text };
    const reply = readReply(raw.reply, { ...plain, read: parseToken });
    if (reply.kind === "value") return reply;
    // An error page may repeat the password that it was sent.
    return readReply<string>(raw.reply, {
      ...plain,
      redact: dependencies.redact,
      read: () => undefined,
    });
  };
  return {
    async login(call) {
      const body = JSON.stringify({ login: dependencies.login, password: dependencies.password });
      const reply = await post("/v1/token-auth", body, undefined, call);
      if (reply.kind !== "absent" || reply.status !== 404) return reply;
      return post("/v1/token-auth/issue", body, undefined, call);
    },
    refresh: (token, call) => post("/v1/token-auth/refresh", "{}", token, call),
  };
}
