import { type Credentials, SIGN_IN_LATE, type Token } from "./credentials.ts";
import type { HttpReply } from "./http/http-message.ts";
import { refusedCredentials } from "./replies/refused-credentials.ts";
import type { Call, Failure } from "./replies/reply.ts";
import {
  type ApiRequest,
  describePlace,
  type Server,
  transmit,
  USUAL_TIME_LIMIT_MS,
} from "./transmit.ts";

/** A server, and what it lets us in with. */
export interface Session extends Server {
  readonly credentials: Credentials;
  /** For time limits: no change of the system time makes one longer or shorter. */
  readonly monotonicMs: () => number;
}

export interface SignedRequest extends ApiRequest {
  /** Whether a 401 with this body is no promise that nothing was done. */
  readonly mayHaveActed?: ((body: unknown) => boolean) | undefined;
}

type Raw =
  | { readonly where: string; readonly reply: HttpReply }
  | { readonly where: string; readonly failure: Failure };

/**
 * Sends with credentials; on a 401 once more with fresh ones. A 401 is a promise: nothing was done.
 * Some servers say 403 of a token that has expired, so a read has a second try then too.
 */
export async function sendWithCredentials(
  session: Session,
  request: SignedRequest,
  whole: Call,
): Promise<Raw> {
  const where = describePlace(session.baseUrl, request.path);
  const limitMs = whole.timeLimitMs ?? USUAL_TIME_LIMIT_MS;
  const left = timeLeft(limitMs, session.monotonicMs);
  const call = withTimeLeft(left, whole);
  // Signing in is not yet the request: told to stop meanwhile, it is not sent at all.
  const { unsentSignal } = whole;
  const signIn = withTimeLeft(left, { signal: unsentSignal ?? whole.signal });
  // With little time left, a start would likely be cut off and its fate unknown. Not sending it is
  // safe, and the next attempt has the token already. A read uses its token at once: one that lives
  // for seconds would be gone by the next attempt, and a run would never be polled.
  const isRead = request.method === "GET";
  const tooLate = () => !isRead && left() < limitMs / 2;

  const stopped: Failure = { kind: "stopped", mayHaveArrived: false };
  const toldToStop = () => unsentSignal?.aborted === true;
  const first = await session.credentials.token(signIn);
  if (first.kind !== "token") return { where, failure: first };
  if (toldToStop()) return { where, failure: stopped };
  if (tooLate()) return { where, failure: SIGN_IN_LATE };
  const reply = await transmit(session, request, first.token, call);
  const refused =
    reply.kind === "answer" ? refusedCredentials(reply, request.mayHaveActed) : undefined;
  const forbidden = refused === 403 && isRead;
  if (refused !== 401 && !forbidden) return { where, reply };
  const second: Token | Failure = await session.credentials.renew(first.token, signIn);
  // The words of the 401 itself say more; but a page in the way of the login is no answer to it.
  if (second.kind === "unauthorized" && second.fromApi) return { where, reply };
  if (forbidden && second.kind !== "token") return { where, reply };
  if (second.kind !== "token") return { where, failure: second };
  if (toldToStop()) return { where, failure: stopped };
  if (tooLate()) return { where, failure: SIGN_IN_LATE };
  return { where, reply: await transmit(session, request, second.token, call) };
}

/** One time limit for a call and the signing in that it takes: each request of it gets what is left. */
function timeLeft(limitMs: number, monotonicMs: () => number): () => number {
  const startedAt = monotonicMs();
  return () => Math.max(1, limitMs - (monotonicMs() - startedAt));
}

function withTimeLeft(left: () => number, { signal, unsentSignal }: Call): Call {
  return {
    signal,
    unsentSignal,
    get timeLimitMs() {
      return left();
    },
  };
}
