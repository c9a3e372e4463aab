import type { EtlworksClient } from "../../shared/etlworks/etlworks-client.ts";
import type { HttpReply } from "../../shared/etlworks/http/http.ts";
import { ACTIVE_STATUSES, TERMINAL_STATUSES } from "../../shared/etlworks/replies/run-status.ts";
import { purposeOf } from "./adversary.ts";
import type { Defect } from "./experiment.ts";

/**
 * Mistakes that a person might make in the core, each put in from outside. The laboratory is worth
 * as much as it finds of them.
 */
export const DEFECTS: Readonly<Record<string, Planted>> = {
  "sends a start again after a 503": {
    breaks: "starts once",
    client: client => ({
      ...client,
      async start(...call) {
        const reply = await client.start(...call);
        const again = reply.kind === "fault" && reply.message.includes("503");
        return again ? client.start(...call) : reply;
      },
    }),
  },
  "takes a broken connection for one that was never made": {
    breaks: "starts once",
    from: 81,
    send: send => async request => {
      const reply = await send(request);
      return reply.kind === "broken" ? { ...reply, kind: "unreachable", permanent: false } : reply;
    },
  },
  "sends a start after the stop": {
    breaks: "starts once",
    from: 141,
    client: client => ({
      ...client,
      start: (flowId, parameters, runQuery, call) =>
        client.start(flowId, parameters, runQuery, { ...call, unsentSignal: undefined }),
    }),
  },
  "adopts without a baseline": {
    breaks: "adopts only what can be ours",
    from: 381,
    client: client => {
      let baseline = true;
      return withHistory(client, executions => {
        const forgotten = baseline ? [] : executions.map(run => without(run, "startedAt"));
        baseline = false;
        return forgotten;
      });
    },
  },
  "adopts a run that a schedule began": {
    breaks: "adopts only what can be ours",
    from: 151,
    client: client =>
      withHistory(client, executions => executions.map(run => without(run, "scheduled"))),
  },
  "takes a run that the history hides for one that has just begun": {
    breaks: "adopts only what can be ours",
    from: 4_301,
    client: client => ({
      ...client,
      async latestExecution(...call) {
        const reply = await client.latestExecution(...call);
        if (reply.kind !== "value" || reply.serverTime === undefined) return reply;
        return { ...reply, value: { ...reply.value, startedAt: reply.serverTime } };
      },
    }),
  },
  "believes an answer about another run": {
    breaks: "tells the truth about the end",
    from: 401,
    send: send => async request => {
      const reply = await send(request);
      const auditId = request.url.searchParams.get("auditId");
      if (reply.kind !== "answer" || purposeOf(request) !== "look" || auditId === null)
        return reply;
      const body = reply.body
        .replace(/"auditId":"?\d+"?/, `"auditId":${auditId}`)
        .replace(/"(running|queued)"/i, reply.body.includes(auditId) ? '"$1"' : '"success"');
      return { ...reply, body };
    },
  },
  "takes code 1 for a start": {
    breaks: "stops only its own run",
    from: 191,
    client: client => ({
      ...client,
      async start(...call) {
        const reply = await client.start(...call);
        return reply.kind === "value" && reply.value.code === "1"
          ? { ...reply, value: { ...reply.value, code: "0" } }
          : reply;
      },
    }),
  },
  "takes an unknown word for the end": {
    breaks: "tells the truth about the end",
    client: client => ({
      ...client,
      async execution(...call) {
        const reply = await client.execution(...call);
        if (reply.kind !== "value") return reply;
        const known = [...ACTIVE_STATUSES, ...TERMINAL_STATUSES].some(
          word => word === reply.value.status,
        );
        return known ? reply : { ...reply, value: { ...reply.value, status: "success" } };
      },
    }),
  },
  "gives up at the first fault": {
    breaks: "blames the user only with cause",
    client: client => ({
      ...client,
      async execution(...call) {
        const reply = await client.execution(...call);
        return reply.kind === "fault"
          ? { ...reply, kind: "rejected", status: 403, fromApi: true }
          : reply;
      },
    }),
  },
  "sleeps past the deadline": {
    breaks: "ends in time",
    sleep: sleep => (milliseconds, signal) => sleep(Math.max(15_000, milliseconds), signal),
  },
  "goes on when told to stop": {
    breaks: "ends in time",
    from: 131,
    host: host => ({ ...host, stop: new AbortController().signal }),
  },
  "ignores Retry-After": {
    breaks: "waits as long as it was asked",
    send: send => async request => withoutHeader(await send(request), "retry-after"),
  },
  "looks all the time": {
    breaks: "looks no more often than it may",
    sleep: sleep => (milliseconds, signal) => sleep(milliseconds / 10, signal),
  },
  "hardly ever looks": {
    breaks: "notices the end",
    from: 161,
    sleep: sleep => (milliseconds, signal) => sleep(milliseconds * 5, signal),
  },
  "shows what the server wrote": {
    breaks: "keeps secrets",
    redact: text => text,
  },
  "stops the wrong run": {
    breaks: "stops only its own run",
    from: 61,
    client: client => ({
      ...client,
      send: (method, path, call) =>
        client.send(
          method,
          path.replace(/\d+$/, auditId => String(BigInt(auditId) - 1n)),
          call,
        ),
    }),
  },
};

export interface Planted extends Defect {
  /** The promise that it must break; others may go with it. */
  readonly breaks: string;
  /** The first world to try: a few before the first that shows it today. Default 1. */
  readonly from?: number;
}

function without<Value extends object, Key extends keyof Value>(
  value: Value,
  key: Key,
): Omit<Value, Key> {
  const { [key]: _, ...others } = value;
  return others;
}

type Executions = Extract<
  Awaited<ReturnType<EtlworksClient["history"]>>,
  { kind: "value" }
>["value"]["executions"];

function withHistory(
  client: EtlworksClient,
  change: (executions: Executions) => Executions,
): EtlworksClient {
  return {
    ...client,
    async history(...call) {
      const reply = await client.history(...call);
      if (reply.kind !== "value") return reply;
      return { ...reply, value: { ...reply.value, executions: change(reply.value.executions) } };
    },
  };
}

function withoutHeader(reply: HttpReply, name: string): HttpReply {
  if (reply.kind !== "answer") return reply;
  return { ...reply, headers: without(reply.headers, name) };
}
