import { createHash } from "node:crypto";
import { durationOf, endOf, startOf } from "../../shared/etlworks/replies/execution.ts";
import type { Outcome } from "../../shared/run/outcome.ts";
import type { Verdict } from "../../shared/run/verdict.ts";
import type { BusEvent } from "../aws/event-bus.ts";
import { cutText } from "../cut-text.ts";
import type { EventOrigin } from "../decision.ts";
import { FINISHED_SOURCE } from "../trigger.ts";
import { consoleLink } from "./console-link.ts";

/** A batch whose run has ended, or that will never have one. */
export interface FinishedBatch {
  readonly lane: string;
  readonly id: number;
  readonly count: number;
  readonly manifest?: string;
  readonly route: string;
  readonly flow: number;
  /** Of the first event. */
  readonly origin?: EventOrigin;
  readonly parameterNames: readonly string[];
}

/** What is known of its end: an outcome of ours, or what the lane settled without a run. */
export type FinishedRun =
  | Outcome
  | { readonly kind: string; readonly message: string; readonly auditId?: string };

export const FINISHED_DETAIL_TYPE = "Etlworks Run Finished";

/** EventBridge takes 256 KB; a message is for a person. */
const MAX_MESSAGE = 4_096;

/**
 * The event that tells others of the end of a batch. Its values are no secrets: of the parameters it
 * has the names only. AWS may deliver it twice, and it may be put twice: `id` is the same then.
 */
export function finishedEvent(
  batch: FinishedBatch,
  run: FinishedRun,
  verdict: Verdict,
  execution: { readonly arn: string; readonly at: number },
): BusEvent {
  const { lane, id, count, manifest, route, flow, origin, parameterNames } = batch;
  const { arn, at } = execution;
  return {
    source: FINISHED_SOURCE,
    detailType: FINISHED_DETAIL_TYPE,
    resources: [arn],
    at,
    detail: {
      id: eventId(arn, lane, id),
      outcome: run.kind,
      verdict,
      flowId: flow,
      ...resultOf(run),
      message: cutText(run.message, MAX_MESSAGE),
      route,
      lane,
      batch: { id, count, ...(manifest !== undefined && { manifest }) },
      parameters: parameterNames,
      ...(origin !== undefined && { origin }),
      link: consoleLink(arn),
    },
  };
}

/** One for each batch of a deployment, whichever of its functions tells of it. */
function eventId(arn: string, lane: string, batch: number): string {
  const [, , , region, account] = arn.split(":");
  const name = JSON.stringify([region, account, lane, batch]);
  return createHash("sha256").update(name).digest("hex").slice(0, 32);
}

/** As the Action's output `result` has it. What is unknown is absent. */
function resultOf(run: FinishedRun) {
  const execution = "execution" in run ? run.execution : undefined;
  const [startedAt, endedAt] = [startOf(execution ?? {}), endOf(execution ?? {})];
  const elapsedMs = "elapsedMs" in run ? run.elapsedMs : undefined;
  const durationMs = durationOf(execution ?? {}) ?? elapsedMs;
  return defined({
    flowName: execution?.flowName,
    auditId: "auditId" in run ? run.auditId : undefined,
    otherAuditId: "otherAuditId" in run ? run.otherAuditId : undefined,
    status: execution?.status,
    startedAt: startedAt === undefined ? undefined : new Date(startedAt).toISOString(),
    endedAt: endedAt === undefined ? undefined : new Date(endedAt).toISOString(),
    durationSeconds: durationMs === undefined ? undefined : Math.round(durationMs / 1_000),
    records: execution?.records,
    ...("counts" in run ? run.counts : {}),
  });
}

function defined(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
