/**
 * Who may send next, and when: at most so many in any 60 seconds, spread, in order of arrival with
 * a head start for what matters more. Only stops may pass the limit, up to twice as many in all.
 * Nothing here knows what is sent.
 */
export interface WaitingLine {
  wait(visitor: Visitor): Promise<"go" | "left" | "too-late">;
  /** Room that was kept by `admit` and is not needed. */
  giveBack(places: number): void;
  /** The server said 429: nobody goes for so long (but `stop`), and then all go more slowly. */
  pause(askedMs: number | undefined): void;
  /** Milliseconds until the pause is over; 0 when there is none. */
  pauseLeftMs(): number;
}

export interface Visitor {
  readonly urgency: Urgency;
  /** It uses room that was kept for it. */
  readonly kept: boolean;
  readonly places: number;
  /** Aborted: it leaves at once. */
  readonly signal: AbortSignal;
  /** On the monotonic clock. */
  readonly deadline: number;
}

/** `admit` keeps room for later and sends nothing itself. */
export type Urgency = keyof typeof HEAD_START_MS;

/**
 * Counts as having arrived so much earlier. Not simply "first": who has waited long enough goes
 * before a newcomer of any rank, so nobody starves. Stops are few and do not come again.
 */
const HEAD_START_MS = { stop: 3_600_000, start: 30_000, poll: 0, admit: 0 } as const;

const MINUTE_MS = 60_000;

/** Requests travel for different times: two that left 60 s apart may arrive closer together. */
const WINDOW_MS = MINUTE_MS + 2_000;

/** How much of a minute's room may go at once; the rest is spread evenly. */
const SHARE_AT_ONCE = 0.2;

/** However often the server says 429, this share of the full rate is left. */
const MIN_SHARE = 0.1;

/** So much of the full rate comes back in each minute without a 429. */
const RECOVERY_A_MINUTE = 0.2;

const USUAL_PAUSE_MS = 5_000;
const MAX_USUAL_PAUSE_MS = 60_000;
/** As long as the longest gap between two polls. A run that was told more waits more by itself. */
const MAX_PAUSE_MS = 300_000;

interface Queued extends Visitor {
  readonly arrivedAt: number;
  readonly settle: (result: "go" | "left" | "too-late") => void;
}

export function createWaitingLine(dependencies: {
  readonly clock: { readonly monotonicMs: () => number };
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly perMinute: number;
  readonly stopsToKeep?: () => number;
}): WaitingLine {
  const { clock, sleep, perMinute } = dependencies;
  const stopsToKeep = dependencies.stopsToKeep ?? (() => 0);
  const now = clock.monotonicMs;
  const throttle = createThrottle(perMinute, now());
  /** When each request of the last minute went, oldest first. */
  const gone: number[] = [];
  let kept = 0;
  const waiting: Queued[] = [];
  let alarm = new AbortController();
  let serving = false;

  const forget = () => {
    const at = now();
    while (gone[0] !== undefined && at - gone[0] >= WINDOW_MS) gone.shift();
  };

  /** Milliseconds until the visitor can go; `Infinity`: when something else has happened. */
  const delayOf = ({ urgency, places, kept: ofTheKept }: Queued): number => {
    const pauseMs = urgency === "stop" ? 0 : throttle.pauseLeftMs(now());
    if (ofTheKept) return pauseMs;
    const room = urgency === "stop" ? 2 * perMinute : perMinute - roomForStops();
    const tooMany = gone.length + kept + places - room;
    const oldest = tooMany <= 0 ? undefined : gone[tooMany - 1];
    const minuteMs = tooMany <= 0 ? 0 : (oldest ?? Number.POSITIVE_INFINITY) + WINDOW_MS - now();
    return Math.max(minuteMs, pauseMs, urgency === "stop" ? 0 : throttle.delayMs(places, now()));
  };
  // Not more: a step with hundreds of runs must still notice their ends in time. Should it have to
  // stop them all, a run that goes on is worse than one minute above our share of the limit.
  const roomForStops = () => Math.min(stopsToKeep(), Math.floor(perMinute / 3));

  const letGo = (visitor: Queued) => {
    const { urgency, places } = visitor;
    if (visitor.kept) kept -= 1;
    else if (urgency !== "stop") throttle.use(places, now());
    if (urgency === "admit") kept += places;
    else gone.push(now());
    leave(visitor, "go");
  };

  const leave = (visitor: Queued, result: "go" | "left" | "too-late") => {
    const place = waiting.indexOf(visitor);
    if (place < 0) return;
    waiting.splice(place, 1);
    // What was kept for somebody who goes away is free again.
    if (visitor.kept && result !== "go") kept -= 1;
    visitor.settle(result);
  };

  /** One loop for all who wait; it sleeps until the next of them can go or is too late. */
  const serve = async () => {
    if (serving) return;
    serving = true;
    while (waiting.length > 0) {
      forget();
      for (const visitor of waiting.filter(({ deadline }) => deadline <= now())) {
        leave(visitor, "too-late");
      }
      const ready = waiting.filter(visitor => visitor.kept && delayOf(visitor) <= 0);
      for (const visitor of ready) letGo(visitor);
      const first = firstOf(waiting);
      if (first === undefined) continue;
      const delayMs = delayOf(first);
      if (delayMs <= 0) {
        letGo(first);
        continue;
      }
      const nextDeadline = Math.min(...waiting.map(({ deadline }) => deadline)) - now();
      alarm = new AbortController();
      // At least a millisecond: a shorter sleep may be lost in the rounding of the clock.
      await sleep(Math.max(1, Math.min(delayMs, nextDeadline, MINUTE_MS)), alarm.signal);
    }
    serving = false;
  };
  const wake = () => {
    alarm.abort();
    void serve();
  };

  return {
    wait: visitor =>
      new Promise(resolve => {
        if (visitor.signal.aborted) {
          if (visitor.kept) kept -= 1;
          return resolve("left");
        }
        const onAbort = () => {
          leave(entry, "left");
          wake();
        };
        const entry: Queued = {
          ...visitor,
          arrivedAt: now(),
          settle: result => {
            visitor.signal.removeEventListener("abort", onAbort);
            resolve(result);
          },
        };
        visitor.signal.addEventListener("abort", onAbort);
        waiting.push(entry);
        wake();
      }),
    giveBack(places) {
      kept -= places;
      wake();
    },
    pause(askedMs) {
      throttle.pause(askedMs, now());
      wake();
    },
    pauseLeftMs: () => throttle.pauseLeftMs(now()),
  };
}

function firstOf(waiting: readonly Queued[]): Queued | undefined {
  const rank = ({ arrivedAt, urgency }: Queued) => arrivedAt - HEAD_START_MS[urgency];
  // Equal ranks keep their order of arrival.
  return waiting.reduce<Queued | undefined>(
    (first, visitor) => (first === undefined || rank(visitor) < rank(first) ? visitor : first),
    undefined,
  );
}

/** A token bucket whose rate the server's 429 halves and time gives back. */
function createThrottle(perMinute: number, startedAt: number) {
  const atOnce = Math.max(1, Math.floor(perMinute * SHARE_AT_ONCE));
  const fullRate = Math.max(1, perMinute - atOnce) / MINUTE_MS;
  let tokens = atOnce;
  let countedAt = startedAt;
  let share = 1;
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let slowedAt = Number.NEGATIVE_INFINITY;
  let nextUsualMs = USUAL_PAUSE_MS;

  const shareAt = (at: number) => {
    const minutes = Math.max(0, at - Math.max(slowedAt, pausedUntil)) / MINUTE_MS;
    return share === 1 ? 1 : Math.min(1, share + RECOVERY_A_MINUTE * minutes);
  };
  const count = (at: number) => {
    // No room builds up in a pause: afterwards the server is not to be met by a crowd.
    const from = Math.min(at, Math.max(countedAt, pausedUntil));
    tokens = Math.min(atOnce, tokens + (at - from) * fullRate * shareAt(at));
    countedAt = at;
  };
  return {
    delayMs(places: number, at: number): number {
      count(at);
      const missing = Math.min(places, atOnce) - tokens;
      return missing <= 1e-9 ? 0 : Math.ceil(missing / (fullRate * shareAt(at)));
    },
    use(places: number, at: number): void {
      count(at);
      tokens -= Math.min(places, atOnce);
    },
    pauseLeftMs: (at: number) => Math.max(0, pausedUntil - at),
    pause(askedMs: number | undefined, at: number): void {
      count(at);
      const pausing = at < pausedUntil;
      // Those that were under way meanwhile are told the same: it is one refusal, not several.
      if (!pausing) {
        nextUsualMs =
          at - slowedAt < 2 * MINUTE_MS
            ? Math.min(MAX_USUAL_PAUSE_MS, nextUsualMs * 2)
            : USUAL_PAUSE_MS;
        share = Math.max(MIN_SHARE, shareAt(at) / 2);
        tokens = Math.min(tokens, 1);
      }
      slowedAt = at;
      // "Come back in 0 s" is said by servers that do not mean it.
      const asked = askedMs === undefined || askedMs < 1_000 ? nextUsualMs : askedMs;
      const until = at + Math.min(MAX_PAUSE_MS, asked);
      pausedUntil = pausing && askedMs === undefined ? pausedUntil : Math.max(pausedUntil, until);
    },
  };
}
