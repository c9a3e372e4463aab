import { isObject } from "../shared/json.ts";
import { UserError } from "../shared/user-error.ts";
import { cutText, MAX_ERROR } from "./cut-text.ts";
import type { Decision } from "./decision.ts";
import { DELIVERED_BEFORE, type DispatcherDependencies, openRecord } from "./dispatch-record.ts";
import { directDecision } from "./events/direct-run.ts";
import { readInvocation } from "./events/invocation.ts";

/** Whether only a report is asked for, and the event without the word for it. */
export interface DryRunReading {
  readonly dryRun: boolean;
  readonly event: unknown;
}

/**
 * Takes `dryRun` from what a person invokes the dispatcher with: a direct invoke, an event with
 * `force`, a check, or an event in AWS's envelope, which has no such field by itself. In any other
 * event it is a field of somebody's own.
 */
export function takeDryRun(event: unknown): DryRunReading {
  if (!isObject(event) || !Object.hasOwn(event, "dryRun") || !isByHand(event)) {
    return { dryRun: false, event };
  }
  const { dryRun, ...rest } = event;
  if (typeof dryRun !== "boolean") {
    throw new UserError("dryRun must be true or false. Nothing was started.");
  }
  return { dryRun, event: rest };
}

function isByHand(event: { readonly [name: string]: unknown }): boolean {
  const has = (name: string) => Object.hasOwn(event, name);
  const isEvent = has("Records") || (has("source") && has("detail-type") && has("detail"));
  return has("flow") || (has("force") && has("event")) || isEvent || isCheck(event);
}

function isCheck(event: { readonly [name: string]: unknown }): boolean {
  return event["check"] === true && Object.keys(event).length === 2;
}

/** What would be started. Values of parameters stay out, as in a log. */
export interface DryRun {
  readonly dryRun: true;
  readonly runs: readonly PlannedRun[];
  /** Sentences about what could not be started. */
  readonly failures: readonly string[];
  /** Why nothing is to be started for something, such as an event that no route wants; warnings. */
  readonly remarks?: readonly string[];
}

interface PlannedRun {
  readonly route: string;
  readonly flow: number;
  readonly lane: string;
  readonly identity: string;
  readonly parameters: readonly string[];
}

/** Reads an invocation as `dispatch` does, and delivers nothing. */
export async function planRuns(
  event: unknown,
  invocationId: string,
  dependencies: DispatcherDependencies,
): Promise<unknown> {
  const invocation = readInvocation(event, invocationId, dependencies.ownFunctions);
  switch (invocation.kind) {
    case "rejected":
      throw new UserError(cutText(invocation.message, MAX_ERROR));
    case "check":
      return dependencies.check();
    case "direct":
      return answer([directDecision(invocation.run)], [], [], dependencies);
    case "records": {
      // The alarms count what was to be delivered, and nothing was.
      const silent = { ...dependencies, metrics: { add() {}, flush() {} } };
      const decisions: Decision[] = [];
      const failures: string[] = [];
      const remarks: string[] = [];
      for (const record of invocation.records) {
        const open = await openRecord(record, silent);
        decisions.push(...open.requests.map(({ decision }) => decision));
        failures.push(...open.failures);
        remarks.push(...open.remarks);
      }
      return answer(decisions, failures, remarks, dependencies);
    }
  }
}

async function answer(
  decisions: readonly Decision[],
  failures: readonly string[],
  remarks: readonly string[],
  { knownEvents }: DispatcherDependencies,
): Promise<DryRun> {
  // Copies of one event are one run, and what came before is none.
  const distinct = new Map(decisions.map(decision => [decision.identity, decision]));
  const before = await knownEvents?.([...distinct.keys()]);
  const runs: PlannedRun[] = [];
  const all = [...remarks];
  for (const { route, flow, lane, identity, parameters } of distinct.values()) {
    const became = before?.get(identity);
    if (became === undefined) {
      runs.push({ route, flow, lane, identity, parameters: Object.keys(parameters) });
    } else {
      all.push(`${route}: ${deliveredBefore(became)}`);
    }
  }
  return { dryRun: true, runs, failures, ...(all.length > 0 && { remarks: all }) };
}

function deliveredBefore(became: string): string {
  const state = became === "waiting" ? "It is waiting." : `It ended as ${became}.`;
  return `${DELIVERED_BEFORE}. ${state}`;
}
