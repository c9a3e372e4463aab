import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HttpReply, HttpRequest } from "../../../shared/etlworks/http/http.ts";
import { createRequestBudget } from "../../../shared/etlworks/request-budget.ts";
import { createVirtualTime } from "../../virtual/virtual-time.ts";

const MINUTE_MS = 60_000;

const OK: HttpReply = { kind: "answer", status: 200, headers: {}, body: "{}", cut: false };

const tooMany = (retryAfter?: number): HttpReply => ({
  kind: "answer",
  status: 429,
  headers: retryAfter === undefined ? {} : { "retry-after": String(retryAfter) },
  body: "",
  cut: false,
});

const poll = (flow = 1) => toRequest("GET", `/rest/v1/executions/${flow}?auditId=7`);
const history = (flow = 1) => toRequest("GET", `/rest/v1/executions/${flow}/history?limit=20`);
const stopOf = (flow = 1) => toRequest("POST", `/rest/v1/flows/${flow}/stop`);
const start = (flow = 1) => toRequest("POST", `/rest/v1/flows/${flow}/run`);

function toRequest(method: string, path: string): HttpRequest {
  const url = new URL(path, "https://etl.example");
  return { method, url, headers: {}, timeLimitMs: 30_000 };
}

function stage(options: { perMinute?: number; stopsToKeep?: () => number } = {}) {
  const time = createVirtualTime();
  const clock = { monotonicMs: time.now, epochMs: time.now };
  const budget = createRequestBudget({ clock, sleep: time.sleep, ...options });
  const sent: { readonly at: number; readonly what: string }[] = [];
  let answer: (what: string) => HttpReply = () => OK;
  const send = async ({ method, url }: HttpRequest) => {
    const what = `${method} ${url.pathname.replace("/rest/v1", "")}`;
    sent.push({ at: time.now(), what });
    return answer(what);
  };
  return {
    time,
    budget,
    sent,
    send,
    answerWith: (next: typeof answer) => {
      answer = next;
    },
  };
}

/** The most that went in any 60 seconds. */
function busiest(times: readonly number[]): number {
  return Math.max(
    0,
    ...times.map(from => times.filter(at => at >= from && at < from + MINUTE_MS).length),
  );
}

describe("a budget of requests", () => {
  it("lets a few go at once, spreads the rest, and never passes the limit in any minute", async () => {
    const { time, budget, sent, send } = stage();
    const limited = budget.limit(send);
    await time.until(Promise.all(Array.from({ length: 700 }, () => limited(poll()))));
    const times = sent.map(({ at }) => at);
    expect(times.filter(at => at === 0)).toHaveLength(60);
    expect(busiest(times)).toBeLessThanOrEqual(300);
    // 60 at once and 240 a minute: 640 more take 160 s.
    expect(time.now()).toBeGreaterThan(159_000);
    expect(time.now()).toBeLessThan(162_000);
  });

  it("whatever comes in whatever order: within the limit, and everybody has a turn", async () => {
    const visitor = fc.record({
      afterMs: fc.integer({ min: 0, max: 3_000 }),
      kind: fc.constantFrom("poll", "start", "history", "stop", "admit"),
      leavesAfterMs: fc.option(fc.integer({ min: 0, max: 90_000 }), { nil: undefined }),
      refused: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(visitor, { minLength: 1, maxLength: 150 }),
        fc.integer({ min: 5, max: 40 }),
        fc.integer({ min: 0, max: 60 }),
        async (visitors, perMinute, stops) => {
          const { time, budget, sent, send, answerWith } = stage({
            perMinute,
            stopsToKeep: () => stops,
          });
          const refusals = visitors.map(({ refused }) => refused);
          answerWith(() => (refusals.shift() === true ? tooMany(1) : OK));
          let at = 0;
          const visits = visitors.map(async ({ afterMs, kind, leavesAfterMs }) => {
            at += afterMs;
            const never = new AbortController();
            await time.sleep(at, never.signal);
            const leaving = new AbortController();
            if (leavesAfterMs !== undefined) time.after(leavesAfterMs, () => leaving.abort());
            const waiting = { signal: leaving.signal, deadline: Number.POSITIVE_INFINITY };
            if (kind === "admit") {
              const admission = await budget.admit(waiting);
              if (admission === undefined) return;
              const own = budget.limit(send, { admission });
              await own(history());
              admission.release();
              return;
            }
            const rules = kind === "stop" ? { urgency: "stop" as const } : {};
            const what = { poll, start, history, stop: stopOf }[kind]();
            const call = { ...what, signal: leaving.signal, timeLimitMs: 600_000 };
            await budget.limit(send, rules)(call);
          });
          // A visit that never ends would make the virtual time complain.
          await time.until(Promise.all(visits));
          const others = sent.filter(({ what }) => !what.endsWith("/stop"));
          expect(busiest(others.map(each => each.at))).toBeLessThanOrEqual(perMinute);
          expect(busiest(sent.map(each => each.at))).toBeLessThanOrEqual(2 * perMinute);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([
    [100_000, 30_000],
    [45_000, 25_000],
    // Enough for a quick answer.
    [20_500, 1_000],
  ])(
    "gives what has waited for 20 s until its deadline at %d ms: %d ms",
    async (deadline, left) => {
      const { time, budget, sent, send, answerWith } = stage();
      answerWith(() => (sent.length === 1 ? tooMany(20) : OK));
      const limits: number[] = [];
      const limited = budget.limit(
        request => {
          limits.push(request.timeLimitMs);
          return send(request);
        },
        { deadline },
      );
      await time.until(limited(poll()).then(() => limited(poll())));
      expect(sent.map(({ at }) => at)).toEqual([0, 20_000]);
      expect(limits).toEqual([30_000, left]);
    },
  );

  it("serves what is sent after a cancel whatever the pause", async () => {
    const { time, budget, sent, send, answerWith } = stage();
    const stopping = new AbortController();
    answerWith(() => (sent.length === 1 ? tooMany(60) : OK));
    const limited = budget.limit(send, { stopping: stopping.signal });
    await limited(poll());
    const before = limited(history());
    time.after(1_000, () => stopping.abort());
    time.after(2_000, () => void limited(history(2)));
    await time.until(before);
    expect(sent.slice(1)).toEqual([
      { at: 2_000, what: "GET /executions/2/history" },
      { at: 60_000, what: "GET /executions/1/history" },
    ]);
  });

  it("sends a start before polls that came a moment earlier, and a stop before all", async () => {
    const { time, budget, sent, send } = stage({ perMinute: 10 });
    const limited = budget.limit(send);
    const urgent = budget.limit(send, { urgency: "stop" });
    const first = Array.from({ length: 8 }, (_, flow) => limited(poll(flow)));
    const late = time
      .sleep(1_000, new AbortController().signal)
      .then(() => Promise.all([limited(start(99)), urgent(start(100))]));
    await time.until(Promise.all([...first, late]));
    const order = sent.map(({ what }) => what);
    expect(order.indexOf("POST /flows/100/run")).toBe(2);
    expect(order.indexOf("POST /flows/99/run")).toBe(3);
  });

  it("does not let a stream of starts starve a poll", async () => {
    const { time, budget, sent, send } = stage({ perMinute: 10 });
    const limited = budget.limit(send);
    const stream = Array.from({ length: 40 }, async (_, index) => {
      await time.sleep(index * 2_000, new AbortController().signal);
      await limited(start(index));
    });
    await time.until(Promise.all([limited(poll()), limited(poll()), limited(poll()), ...stream]));
    const third = sent.filter(({ what }) => what.startsWith("GET"))[2];
    // Only the starts of the first 30 s, about 15, go before it; all 40 take four minutes.
    expect(third?.at).toBeLessThanOrEqual(130_000);
    expect(time.now()).toBeGreaterThan(200_000);
  });

  it("leaves the line at once when the call is given up, and sends nothing", async () => {
    const { time, budget, sent, send } = stage({ perMinute: 5 });
    const limited = budget.limit(send);
    const full = limited(poll());
    const leaving = new AbortController();
    const unsent = new AbortController();
    const one = limited({ ...poll(2), signal: leaving.signal });
    const other = limited({ ...start(3), unsentSignal: unsent.signal });
    time.after(10, () => leaving.abort());
    time.after(20, () => unsent.abort());
    expect(await time.until(one)).toEqual({ kind: "stopped", mayHaveArrived: false });
    expect(time.now()).toBe(10);
    expect(await time.until(other)).toEqual({ kind: "stopped", mayHaveArrived: false });
    expect(time.now()).toBe(20);
    await full;
    expect(sent).toHaveLength(1);
    expect(await limited({ ...poll(4), signal: leaving.signal })).toMatchObject({
      kind: "stopped",
    });
  });

  it("keeps nobody past the deadline of a run", async () => {
    const { time, budget, send, answerWith } = stage();
    answerWith(() => tooMany(120));
    await time.until(budget.limit(send)(poll(1)));
    const late = budget.limit(send, { deadline: 20_000 })(poll(2));
    expect(await time.until(late)).toMatchObject({ kind: "unreachable", permanent: false });
    expect(time.now()).toBe(20_000);
    const after = budget.limit(send, { deadline: 5_000 })(poll(3));
    expect(await time.until(after)).toMatchObject({ kind: "unreachable" });
    expect(time.now()).toBe(21_000);
  });

  it("makes all wait when one is told 429, gives a start the same answer, and lets a stop pass", async () => {
    const { time, budget, sent, send, answerWith } = stage();
    const limited = budget.limit(send);
    answerWith(() => tooMany(7));
    await time.until(limited(poll(1)));
    answerWith(() => OK);
    const held = limited(poll(2));
    const refused = await limited(start(3));
    expect(refused).toMatchObject({ status: 429, headers: { "retry-after": "7" } });
    await time.until(budget.limit(send, { urgency: "stop" })(start(4)));
    expect(sent.map(({ what }) => what)).toEqual(["GET /executions/1", "POST /flows/4/run"]);
    await time.until(held);
    expect(time.now()).toBe(7_000);
  });

  it("halves the rate after a 429, and gives it back in minutes without one", async () => {
    const { time, budget, sent, send, answerWith } = stage();
    const limited = budget.limit(send);
    answerWith(() => tooMany(10));
    await time.until(limited(poll()));
    answerWith(() => OK);
    await time.until(Promise.all(Array.from({ length: 1_000 }, () => limited(poll()))));
    const during = (from: number, to: number) =>
      sent.filter(({ at }) => at >= from && at < to).length;
    expect(during(1, 10_000)).toBe(0);
    const first = during(10_000, 70_000);
    expect(first).toBeGreaterThan(115);
    expect(first).toBeLessThan(165);
    expect(during(190_000, 250_000)).toBeGreaterThan(230);
  });

  it("takes the refusals of one crowd for one", async () => {
    const { time, budget, sent, send, answerWith } = stage();
    const limited = budget.limit(async request => {
      await time.sleep(200, new AbortController().signal);
      return send(request);
    });
    answerWith(() => tooMany(5));
    await time.until(Promise.all(Array.from({ length: 50 }, () => limited(poll()))));
    answerWith(() => OK);
    const before = sent.length;
    await time.until(Promise.all(Array.from({ length: 200 }, () => limited(poll()))));
    // Half the rate and not a 2^50th of it: 120 a minute and more.
    expect(sent.length - before).toBe(200);
    expect(time.now()).toBeLessThan(110_000);
  });

  it("admits a run only when its history and start can go without waiting", async () => {
    const { time, budget, sent, send } = stage({ perMinute: 20 });
    const signal = new AbortController().signal;
    const run = async (flow: number) => {
      const admission = await budget.admit({ signal, deadline: Number.POSITIVE_INFINITY });
      const own = budget.limit(send, admission === undefined ? {} : { admission });
      await own(history(flow));
      const read = time.now();
      await own(start(flow));
      admission?.release();
      return time.now() - read;
    };
    const others = Promise.all(Array.from({ length: 40 }, () => budget.limit(send)(poll())));
    const waits = await time.until(Promise.all(Array.from({ length: 12 }, (_, flow) => run(flow))));
    expect(waits).toEqual(waits.map(() => 0));
    await time.until(others);
    expect(busiest(sent.map(({ at }) => at))).toBeLessThanOrEqual(20);
  });

  it("leaves room to stop the runs that are under way, at most a third of all", async () => {
    const { time, budget, sent, send } = stage({ perMinute: 30, stopsToKeep: () => 25 });
    const limited = budget.limit(send);
    const leaving = new AbortController();
    const polls = Promise.all(
      Array.from({ length: 40 }, () => limited({ ...poll(), signal: leaving.signal })),
    );
    await time.until(time.sleep(40_000, new AbortController().signal));
    expect(sent).toHaveLength(20);
    leaving.abort();
    await polls;
    const urgent = budget.limit(send, { urgency: "stop" });
    await Promise.all(Array.from({ length: 10 }, (_, flow) => urgent(start(flow))));
    expect(sent).toHaveLength(30);
    expect(time.now()).toBe(40_000);
  });

  it("lets stops pass the limit, but never twice of it, and gives them up in time", async () => {
    const { time, budget, sent, send } = stage({ perMinute: 5 });
    const urgent = budget.limit(send, { urgency: "stop" });
    await Promise.all(Array.from({ length: 10 }, (_, flow) => urgent(stopOf(flow))));
    expect(time.now()).toBe(0);
    const late = urgent({ ...stopOf(11), timeLimitMs: 5_000 });
    expect(await time.until(late)).toMatchObject({ kind: "unreachable" });
    expect(time.now()).toBe(5_000);
    expect(sent).toHaveLength(10);
  });

  it("gives back the room that a run did not use", async () => {
    const { time, budget, sent, send } = stage({ perMinute: 5 });
    const signal = new AbortController().signal;
    const admission = await time.until(budget.admit({ signal, deadline: 100_000 }));
    admission?.release();
    admission?.release();
    expect(admission?.take()).toBe(false);
    await time.until(Promise.all(Array.from({ length: 5 }, () => budget.limit(send)(poll()))));
    expect(sent).toHaveLength(5);
    expect(time.now()).toBeLessThan(90_000);
  });

  it.each(["before it waits", "while it waits"])(
    "gives back the room of a request of a run that is given up %s",
    async when => {
      const { time, budget, sent, send, answerWith } = stage({ perMinute: 5 });
      const signal = new AbortController().signal;
      const admissions = [
        await time.until(budget.admit({ signal, deadline: 100_000 })),
        await time.until(budget.admit({ signal, deadline: 100_000 })),
      ].filter(admission => admission !== undefined);
      expect(admissions).toHaveLength(2);
      // A pause is all that a request with room of its own waits for.
      answerWith(() => tooMany(10));
      await time.until(budget.limit(send, { urgency: "stop" })(stopOf()));
      answerWith(() => OK);
      const leaving = new AbortController();
      if (when === "before it waits") leaving.abort();
      else time.after(10, () => leaving.abort());
      const given = [...admissions, ...admissions].map(admission =>
        budget.limit(send, { admission })({ ...history(), signal: leaving.signal }),
      );
      const stopped = { kind: "stopped", mayHaveArrived: false };
      expect(await time.until(Promise.all(given))).toEqual(given.map(() => stopped));
      expect(admissions.map(admission => admission.take())).toEqual([false, false]);
      const begun = time.now();
      await time.until(Promise.all(Array.from({ length: 4 }, () => budget.limit(send)(poll()))));
      expect(sent).toHaveLength(5);
      // With room that is still kept for others, only one could go in each minute.
      expect(time.now() - begun).toBeLessThan(120_000);
    },
  );
});
