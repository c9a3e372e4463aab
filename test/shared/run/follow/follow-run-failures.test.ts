import { describe, expect, it } from "vitest";
import type { Execution } from "../../../../shared/etlworks/replies/execution.ts";
import type { Failure, Reply } from "../../../../shared/etlworks/replies/reply.ts";
import { describeFailing } from "../../../../shared/run/follow/failing-polls.ts";
import { followRun } from "../../../../shared/run/follow/follow-run.ts";
import type { Origin } from "../../../../shared/run/outcome.ts";
import { UserError } from "../../../../shared/user-error.ts";
import { fault, type Play, stage, status } from "../stage.ts";

/** Follows run 11 and looks each second, unless told otherwise; it began when the clock did. */
async function follow(play: Play, { origin = "started" }: { readonly origin?: Origin } = {}) {
  const { task, time, calls, events } = stage({ request: { pollIntervalMs: 1_000 }, ...play });
  const at = task.host.clock.monotonicMs();
  const start = { kind: "started", auditId: "11", origin, at, pastSeconds: [] } as const;
  const { end, counts } = await time.until(followRun(task, start, Number.MAX_SAFE_INTEGER));
  const polledAt = calls.flatMap(call =>
    call.startsWith("look") ? [Number(call.slice("look ".length))] : [],
  );
  const reasons = events.flatMap(event => (event.kind === "poll-failed" ? [event.reason] : []));
  return { end, counts, events, polledAt, reasons };
}

const running = status("running");
const success = status("success");
const times = (count: number, reply: Reply<Execution>) =>
  Array.from({ length: count }, () => reply);
const ended = { kind: "ended", status: "success" };

describe("a poll without a usable answer", () => {
  it.each<[string, Reply<Execution>]>([
    ["401: no", { kind: "unauthorized", message: "no", fromApi: true }],
    ["401: no", { kind: "unauthorized", message: "no", fromApi: false }],
    ["400: no", { kind: "rejected", status: 400, message: "no", fromApi: true }],
    ["403: no", { kind: "rejected", status: 403, message: "no", fromApi: true }],
    ["403: no", { kind: "rejected", status: 403, message: "no", fromApi: false }],
    ["409: no", { kind: "rejected", status: 409, message: "no", fromApi: true }],
    ["reset", { kind: "unreachable", permanent: false, message: "reset" }],
    ["it broke", fault()],
    ["the answer is about a run of flow 8", status("success", { flowId: 8 })],
  ])("is told with the reason: %s", async (reason, reply) => {
    const { reasons, end } = await follow({ execution: [running, reply, success] });
    expect(reasons).toEqual([reason]);
    expect(end).toEqual(ended);
  });

  it("about another flow's run is a fault also for another's run that was seen before", async () => {
    const others = status("success", { flowId: 8 });
    const { end, counts } = await follow(
      { execution: [running, others, success] },
      { origin: "attached" },
    );
    expect(end).toEqual(ended);
    expect(counts).toMatchObject({ polls: 3, faults: 1 });
  });

  it.each([
    [1, "The one status check within 5m 00s had no usable answer: it broke."],
    [2, "None of 2 status checks within 5m 00s had a usable answer; the last one: it broke."],
    [8, "None of 8 status checks within 5m 00s had a usable answer; the last one: it broke."],
  ])("is put into one sentence at the deadline: %d of them", (polls, sentence) => {
    for (const failing of ["it broke", "it broke."]) {
      expect(describeFailing(failing, polls, 300_000)).toBe(sentence);
    }
  });
});

describe("a refusal that goes on", () => {
  const refusals: Extract<Failure, { kind: "unauthorized" | "rejected" }>[] = [
    { kind: "unauthorized", message: "no", fromApi: true },
    { kind: "rejected", status: 403, message: "no", fromApi: true },
  ];

  it.each(refusals)(
    "is asked about more and more rarely, and right when its minute is over: %j",
    async failure => {
      const { end, polledAt, events } = await follow({ execution: [running, failure] });
      expect(end).toEqual({ kind: "refused", failure });
      expect(polledAt).toEqual([1_000, 2_000, 3_000, 5_000, 9_000, 17_000, 33_000, 62_000]);
      // The end says it; nobody need hear first that polls fail.
      expect(events.map(({ kind }) => kind)).toEqual([
        "status",
        ...Array.from({ length: 6 }, () => "poll-failed"),
      ]);
    },
  );

  it.each([
    { kind: "rejected", status: 409, message: "conflict", fromApi: true },
    { kind: "rejected", status: 302, message: "moved", fromApi: true },
    { kind: "unauthorized", message: "a page", fromApi: false },
  ] as const)("ends nothing where it says nothing of the credentials: %j", async failure => {
    const { end, counts } = await follow({ execution: [running, ...times(30, failure), success] });
    expect(end).toEqual(ended);
    expect(counts.faults).toBe(30);
  });

  it("is told by the code that the server gave, also when it was the login's", async () => {
    const login = {
      kind: "unauthorized",
      status: 409,
      message: "the login was answered with 409: no",
      fromApi: false,
    } as const;
    const plain = { kind: "unauthorized", message: "a page", fromApi: false } as const;
    const { events } = await follow({ execution: [running, login, plain, success] });
    const reasons = events.flatMap(event => (event.kind === "poll-failed" ? [event.reason] : []));
    expect(reasons).toEqual(["the login was answered with 409: no", "401: a page"]);
  });

  it("is no absence either: a balancer's 404 of a run that was seen", async () => {
    const page = { kind: "absent", status: 404, message: "an HTML page", fromApi: false } as const;
    const { end, counts } = await follow({ execution: [running, ...times(30, page), success] });
    expect(end).toEqual(ended);
    expect(counts.faults).toBe(30);
    expect(await follow({ execution: [page] })).toMatchObject({ end: { kind: "lost" } });
    const gone = { ...page, fromApi: true };
    expect(await follow({ execution: [running, gone] })).toMatchObject({ end: { kind: "lost" } });
  });
});

describe("a time in which polls fail", () => {
  it("is told of when it has lasted for a minute", async () => {
    const limited = { kind: "rate-limited", retryAfterMs: 60_000 } as const;
    const play = (retryAfterMs: number) =>
      follow({ execution: [{ ...limited, retryAfterMs }, limited, success], random: () => 0 });
    const told = (await play(60_000)).events.filter(({ kind }) => kind === "polls-failing");
    const reason = "429, too many requests";
    expect(told).toEqual([{ kind: "polls-failing", auditId: "11", reason, failingMs: 60_000 }]);
    const { events } = await play(59_999);
    expect(events.filter(({ kind }) => kind === "polls-failing")).toEqual([]);
  });
});

describe("our side that cannot ask", () => {
  const denied = (): never => {
    throw new UserError("may not read the secret");
  };
  const day = 86_400_000;

  it("is given up after a day, and not before", async () => {
    const { end, polledAt } = await follow({ execution: [denied] });
    expect(end).toEqual({ kind: "denied", message: "may not read the secret" });
    const [first = 0] = polledAt;
    expect((polledAt.at(-1) ?? 0) - first).toBeGreaterThan(day);
    expect((polledAt.at(-1) ?? 0) - first).toBeLessThan(day + 120_000);
  });

  it("is not given up at once by a process that has run for days", async () => {
    const { end } = await follow({ execution: [denied, denied, success], begin: 3 * day });
    expect(end).toEqual(ended);
  });
});
