import { describe, expect, it } from "vitest";
import { claimOf } from "../../../action/inputs/login.ts";
import {
  type Claim,
  checkRun,
  namesTheRun,
  type RunCheck,
  stopOwnRun,
} from "../../../action/runner/own-run.ts";
import type { RunState } from "../../../action/runner/step-state.ts";
import type { EtlworksClient } from "../../../shared/etlworks/etlworks-client.ts";
import type { Execution } from "../../../shared/etlworks/replies/execution.ts";
import type { Reply } from "../../../shared/etlworks/replies/reply.ts";
import { fakeRunner } from "../fake-runner.ts";

const SENT_AT = Date.UTC(2026, 4, 9, 12);
const NOBODY: Claim = { foreignRuns: new Set() };
const BY_ID = { method: "POST", path: "/v1/flows/{flow-id}/stop?auditId={audit-id}" };
const WHATEVER_RUNS = { method: "POST", path: "/v1/flows/{flow-id}/stop" };

function runOf(more: Partial<RunState> = {}): RunState {
  return { flowId: 7, auditId: "100", origin: "started", phase: "following", ...more };
}

function clientWith(reply: Reply<Execution>, sent: string[] = []): EtlworksClient {
  const refuse = async () => {
    throw new Error("Nobody expected this call.");
  };
  return {
    flows: refuse,
    flowPages: () => {
      throw new Error("Nobody expected this call.");
    },
    flow: refuse,
    start: refuse,
    execution: async () => reply,
    latestExecution: refuse,
    history: refuse,
    historyPages: () => {
      throw new Error("Nobody expected this call.");
    },
    consoleLog: refuse,
    send: async (method, path) => {
      sent.push(`${method} ${path}`);
      return { kind: "value", value: true };
    },
  };
}

const value = (more: Partial<Execution>): Reply<Execution> => ({
  kind: "value",
  value: { auditId: "100", status: "running", ...more },
});

function check(run: RunState, record: Partial<Execution>, claim = NOBODY): Promise<RunCheck> {
  return checkRun(run, claim, { client: clientWith(value(record)), timeLimitMs: 1_000 });
}

describe("a look at a run before it is stopped", () => {
  const alice = claimOf({ kind: "password", username: "alice", password: "x" }, new Set());
  const strange: readonly (readonly [string, RunState, Partial<Execution>, RegExp, Claim?])[] = [
    [
      "began long before the start",
      runOf({ sentAt: SENT_AT }),
      { startedAt: SENT_AT - 3_600_000 },
      /it began 1h 00m before the start was sent/,
    ],
    [
      "began before the last run of the history",
      runOf({ sentAt: SENT_AT, newestAt: SENT_AT - 5_000 }),
      { startedAt: SENT_AT - 20_000 },
      /it began 15s before the last entry in the history that was read first/,
    ],
    ["is of another flow", runOf(), { flowId: 8 }, /it is a run of flow 8/],
    ["is of another flow, adopted", runOf({ origin: "adopted" }), { flowId: 8 }, /flow 8/],
    ["is of another flow, attached", runOf({ origin: "attached" }), { flowId: 8 }, /flow 8/],
    ["a schedule began", runOf({ origin: "adopted" }), { scheduled: true }, /a schedule/],
    ["a listener began", runOf({ origin: "adopted" }), { messageId: "m-1" }, /a listener/],
    ["is a retry", runOf({ origin: "adopted" }), { retries: 1 }, /automatic retry/],
    ["has a parent", runOf({ origin: "adopted" }), { parentAuditId: "99" }, /automatic retry/],
    ["another user began", runOf({ origin: "adopted" }), { user: "bob" }, /another user/, alice],
    [
      "another start of this step began",
      runOf({ origin: "adopted" }),
      {},
      /another start of this process/,
      { foreignRuns: new Set(["100"]) },
    ],
    [
      "was seen, and has a parent after all",
      runOf({ origin: "adopted", seen: true }),
      { parentAuditId: "99" },
      /automatic retry/,
    ],
  ];
  it.for(strange)("knows a run for another's that %s", async ([, run, record, why, claim]) => {
    const seen = await check(run, record, claim);
    expect(seen.kind === "not-ours" ? seen.why : seen.kind).toMatch(why);
  });

  const ours: readonly (readonly [string, RunState, Partial<Execution>])[] = [
    ["without a word on its beginning", runOf({ sentAt: SENT_AT }), {}],
    ["that began just then", runOf({ sentAt: SENT_AT }), { startedAt: SENT_AT - 900, flowId: 7 }],
    ["that was adopted", runOf({ origin: "adopted" }), { user: "alice", retries: 0, flowId: 7 }],
    [
      "that was retried since it was seen",
      runOf({ origin: "adopted", seen: true }),
      { retries: 2 },
    ],
    ["of a user, where only the key is known", runOf({ origin: "adopted" }), { user: "bob" }],
  ];
  it.for(ours)("leaves us a run %s", async ([, run, record]) => {
    expect(await check(run, record)).toEqual({ kind: "ours", ended: undefined });
  });

  it("says how the run ended", async () => {
    expect(await check(runOf(), { status: "canceled" })).toEqual({
      kind: "ours",
      ended: "canceled",
    });
  });
});

describe("stopping a run of ours", () => {
  const unread: RunCheck = { kind: "unreadable", why: "answered 500" };
  const absent: RunCheck = { kind: "absent", why: "no record" };
  const running: RunCheck = { kind: "ours", ended: undefined };

  async function stop(
    run: RunState,
    seen: Exclude<RunCheck, { kind: "not-ours" }> | undefined,
    stopRequest = BY_ID,
  ) {
    const sent: string[] = [];
    const said: string[] = [];
    const runner = fakeRunner({
      line: text => void said.push(text),
      warning: async text => void said.push(`warning: ${text}`),
    });
    const client = clientWith(value({}), sent);
    const result = await stopOwnRun(run, seen, {
      client,
      runner,
      stopRequest,
      timeLeftMs: () => 1_000,
    });
    return { sent, said, result };
  }

  const adopted = runOf({ origin: "adopted" });
  const rows: readonly (readonly [
    string,
    RunState,
    Exclude<RunCheck, { kind: "not-ours" }> | undefined,
    typeof BY_ID,
    boolean,
  ])[] = [
    ["seen running", runOf(), running, BY_ID, true],
    ["that was seen before", runOf(), undefined, BY_ID, true],
    ["without a record yet", runOf(), absent, BY_ID, true],
    ["whose record cannot be read", runOf(), unread, BY_ID, true],
    ["adopted and seen", adopted, running, BY_ID, true],
    ["adopted, without a record", adopted, absent, BY_ID, false],
    ["adopted, unreadable", adopted, unread, BY_ID, false],
    ["adopted, unreadable now and seen before", { ...adopted, seen: true }, unread, BY_ID, true],
    ["seen running, by a request without its id", runOf(), running, WHATEVER_RUNS, true],
    ["without a record, by a request without its id", runOf(), absent, WHATEVER_RUNS, false],
    ["unreadable, by a request without its id", runOf(), unread, WHATEVER_RUNS, false],
    ["that has ended", runOf(), { kind: "ours", ended: "error" }, BY_ID, false],
    [
      "that has ended, without its id",
      runOf(),
      { kind: "ours", ended: "error" },
      WHATEVER_RUNS,
      false,
    ],
    ["of another, attached", runOf({ origin: "attached" }), unread, BY_ID, false],
  ];
  it.for(rows)("%s", async ([, run, seen, request, isSent]) => {
    const { sent, said, result } = await stop(run, seen, request);
    expect(sent).toHaveLength(isSent ? 1 : 0);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(result.sentence);
    expect(result.kind === "accepted").toBe(isSent);
  });

  it("says why no request was sent, and that the run may go on", async () => {
    expect((await stop(adopted, unread)).said).toEqual([
      "warning: The record of run 100 could not be read (answered 500), so it is not certain that this step started it, and no stop request was sent. The run may still be running.",
    ]);
    expect((await stop(runOf(), absent, WHATEVER_RUNS)).said).toEqual([
      "warning: Etlworks has no record of run 100, and stop-request names no run, so it was not sent: it could stop another run of the flow. Run 100 may still be running.",
    ]);
  });

  it("knows which requests name the run", () => {
    expect([BY_ID, WHATEVER_RUNS].map(namesTheRun)).toEqual([true, false]);
  });
});
