import type { HttpReply, HttpRequest, SendHttp } from "./http/http.ts";
import { retryAfter } from "./replies/answer-times.ts";
import { createWaitingLine, type Urgency } from "./waiting-line.ts";

/**
 * One budget of requests for all runs that a process follows, because the limit of Etlworks (600 a
 * minute) belongs to the whole organisation. It wraps whatever sends, so the core does not know it.
 *
 * Requests go in the order of their arrival, those that start a run with a head start, those that
 * stop one before all others. A 429 to one makes all wait as long as the server asks, and
 * afterwards all go at half the rate, which grows back minute by minute.
 */
export interface RequestBudget {
  /** Wraps a sender. Everything that is sent through any of them counts. */
  limit(send: SendHttp, rules?: SenderRules): SendHttp;
  /**
   * Waits until there is room for a whole start, and keeps that room: between reading a flow's
   * history and starting the flow there must be no queue in which others can start it.
   * `undefined` when the signal or the deadline came first.
   */
  admit(rules: AdmissionRules): Promise<Admission | undefined>;
}

export interface SenderRules {
  /** `stop`: before all others, and whatever the rate. Without it each request tells by itself. */
  readonly urgency?: "stop" | "poll";
  /** Once it is aborted, all that is still sent is to find a run and to stop it: urgency `stop`. */
  readonly stopping?: AbortSignal;
  /** By the clock's `monotonicMs`. Who has had no turn by then gets the answer "unreachable". */
  readonly deadline?: number;
  /** Its room is used up before a request has to wait. */
  readonly admission?: Admission;
}

interface AdmissionRules {
  readonly signal: AbortSignal;
  readonly deadline: number;
}

/** Room that is kept for the first requests of a run. */
export interface Admission {
  /** Uses up one place; `false` when there is none left. */
  readonly take: () => boolean;
  /** Gives back what was not used. */
  readonly release: () => void;
}

/** Half of what Etlworks allows an organisation, so that colleagues and schedules keep theirs. */
export const REQUESTS_PER_MINUTE = 300;

/** The history and the start itself. */
const PLACES_OF_A_START = 2;

/** So long may a request come after its deadline: the last poll belongs to the deadline itself. */
const GRACE_MS = 1_000;

/** A start that would wait longer than this first reads the history once more. */
const MAX_WAIT_OF_A_START_MS = 2_000;

export function createRequestBudget(dependencies: {
  readonly clock: { readonly monotonicMs: () => number; readonly epochMs: () => number };
  /** Resolves early, without an error, when the signal is aborted. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly perMinute?: number;
  /** How many requests to stop runs may be needed at any moment: room that others leave free. */
  readonly stopsToKeep?: () => number;
}): RequestBudget {
  const { clock, perMinute = REQUESTS_PER_MINUTE } = dependencies;
  const line = createWaitingLine({ ...dependencies, perMinute });

  /** `go` with what is left of its time. Otherwise the answer that stands for a request not sent. */
  const waitForTurn = async (
    request: HttpRequest,
    { urgency: given, stopping, deadline = Number.POSITIVE_INFINITY, admission }: SenderRules,
  ): Promise<{ readonly kind: "go"; readonly timeLimitMs: number } | HttpReply> => {
    const urgency = stopping?.aborted === true ? "stop" : (given ?? urgencyOf(request));
    const pauseMs = urgency === "stop" ? 0 : line.pauseLeftMs();
    if (isStartRequest(request) && pauseMs > MAX_WAIT_OF_A_START_MS) return sameAnswer(pauseMs);
    const left = AbortSignal.any(
      [request.signal, request.unsentSignal].filter(signal => signal !== undefined),
    );
    const kept = admission?.take() === true;
    const at = clock.monotonicMs();
    // Who stops runs is about to be killed itself.
    const until = urgency === "stop" ? at + request.timeLimitMs : Math.max(deadline, at + GRACE_MS);
    const came = await line.wait({ urgency, kept, places: 1, signal: left, deadline: until });
    if (came === "left") return { kind: "stopped", mayHaveArrived: false };
    if (came === "go") {
      // Its limit was meant to end with the user's time, and part of that has passed in the line.
      const now = clock.monotonicMs();
      const timeLimitMs = now > at ? Math.max(GRACE_MS, until - now) : request.timeLimitMs;
      return { kind: "go", timeLimitMs: Math.min(request.timeLimitMs, timeLimitMs) };
    }
    const reason = "the limit of requests per minute left no room before the timeout";
    return { kind: "unreachable", permanent: false, cause: "request-limit", reason };
  };

  return {
    limit:
      (send, rules = {}) =>
      async request => {
        const turn = await waitForTurn(request, rules);
        if (turn.kind !== "go") return turn;
        const reply = await send({ ...request, timeLimitMs: turn.timeLimitMs });
        if (reply.kind === "answer" && reply.status === 429) {
          line.pause(retryAfter(reply, clock.epochMs).retryAfterMs);
        }
        return reply;
      },
    async admit({ signal, deadline }) {
      const places = PLACES_OF_A_START;
      const came = await line.wait({ urgency: "admit", kept: false, places, signal, deadline });
      if (came !== "go") return undefined;
      let left = places;
      return {
        take() {
          if (left === 0) return false;
          left -= 1;
          return true;
        },
        release() {
          line.giveBack(left);
          left = 0;
        },
      };
    },
  };
}

export function isStartRequest({ method, url }: HttpRequest): boolean {
  return method === "POST" && /\/v1\/flows\/\d+\/run$/.test(url.pathname);
}

/** A poll can wait; what a start needs (signing in, the history, the start itself) goes before it. */
function urgencyOf({ method, url }: HttpRequest): Urgency {
  return method === "GET" && !url.pathname.endsWith("/history") ? "poll" : "start";
}

/**
 * The server's own answer, given a moment ago to another run: asking it again could only be
 * refused. The core then waits as it would after its own 429, and reads the history anew.
 */
function sameAnswer(pauseMs: number): HttpReply {
  const headers = { "retry-after": String(Math.ceil(pauseMs / 1_000)) };
  return { kind: "answer", status: 429, headers, body: "", cut: false };
}
