import type { FlowResult } from "../../action/report/flow-result.ts";
import { renderFlowsSummary } from "../../action/report/flows-summary.ts";
import { redactedParameters } from "../../action/report/redacted-parameters.ts";
import type { RunReport } from "../../action/report/run-report.ts";
import { renderSummary } from "../../action/report/summary.ts";
import type { TerminalStatus } from "../../shared/etlworks/replies/run-status.ts";
import type { Outcome } from "../../shared/run/outcome.ts";
import type { Verdict } from "../../shared/run/verdict.ts";

type Ended = Extract<Outcome, { kind: TerminalStatus }>;

/** The summary that README.md shows: a usual run, with history and a fault on the way. */
export function successfulRun(): string {
  const outcome: Ended = {
    kind: "success",
    flowId: 12345,
    auditId: "8721934",
    origin: "started",
    message: "Flow 12345 ended with status success.",
    counts: { polls: 5, faults: 1, rateLimits: 0 },
    elapsedMs: 708_000,
    execution: { auditId: "8721934", flowId: 12345, status: "success", records: 48_213 },
  };
  return summaryOf(outcome, "pass", {
    flowName: "Stripe to Snowflake — daily",
    durationMs: 708_000,
    changes: [
      { status: "queued", elapsedMs: 4_000 },
      { status: "running", elapsedMs: 46_000 },
      { status: "success", elapsedMs: 708_000 },
    ],
    pastSeconds: [702, 731, 724, 760, 718, 729],
    parameters: { runDate: "2026-05-09", region: "eu", sftp_password: "never shown" },
    nextStep: undefined,
  });
}

/** The summary that README.md shows of a step with several flows: at most three at a time, one failed. */
export function severalRuns(): string {
  const results = NIGHTLY.map((flow, index) => resultOf(flow, 12351 + index, 8_721_940 + index));
  return renderFlowsSummary(results, {
    host: HOST,
    durationMs: 395_000,
    parameters: { runDate: "2026-05-09" },
    nextStep: "Open the run's log in Etlworks, or set show-log: on-failure to see it here.",
    dryRun: false,
  });
}

interface NightlyFlow {
  readonly name: string;
  readonly fromS: number;
  readonly tookS: number;
  readonly usuallyS: number;
  readonly failed?: string;
}

const NIGHTLY: readonly NightlyFlow[] = [
  { name: "Orders", fromS: 0, tookS: 251, usuallyS: 247 },
  { name: "Salesforce contacts", fromS: 1, tookS: 84, usuallyS: 88 },
  {
    name: "Stripe to Snowflake",
    fromS: 1,
    tookS: 37,
    usuallyS: 158,
    failed: "ERROR: value too long for type character varying(12)",
  },
  { name: "Refunds", fromS: 39, tookS: 106, usuallyS: 100 },
  { name: "Exchange rates", fromS: 86, tookS: 33, usuallyS: 31 },
  { name: "Reporting tables", fromS: 120, tookS: 274, usuallyS: 268 },
];

function resultOf(flow: NightlyFlow, flowId: number, id: number): FlowResult {
  const { name, fromS, tookS, usuallyS, failed } = flow;
  const kind = failed === undefined ? "success" : "error";
  const message = failed ?? `Flow ${flowId} ended with status success.`;
  const auditId = String(id);
  const outcome: Ended = {
    kind,
    flowId,
    auditId,
    origin: "started",
    message,
    counts: { polls: 6, faults: 0, rateLimits: 0 },
    elapsedMs: tookS * 1_000,
    execution: { auditId, flowId, status: kind },
  };
  const report = reportOf(outcome, {
    flowName: name,
    durationMs: tookS * 1_000,
    changes: [],
    pastSeconds: [usuallyS, usuallyS + 4, usuallyS - 3],
  });
  const startedAt = STARTED_AT + fromS * 1_000;
  return {
    label: name,
    verdict: failed === undefined ? "pass" : "fail",
    report: { ...report, startedAt, endedAt: startedAt + tookS * 1_000 },
  };
}

/** A failed run whose server says everything that could break a page. */
export function hostileRun(): string {
  return failedRun({
    message: HOSTILE_MESSAGE,
    flowName: `Orders </table><script>document.title = "broken in"</script> | ${"landing ".repeat(60)}`,
    status: "```\n# not a heading",
    parameters: {
      file: `s3://landing/${"a-very-long-folder-name-without-a-single-blank/".repeat(12)}orders.csv`,
      [`<img src=x onerror="document.title='broken in'">`]: "[a link](https://evil.example)",
      markdown: "**bold** `code` <b>html</b> @octocat #1",
      empty: "",
    },
  });
}

/** A failed run with these texts from outside. */
export function failedRun(said: {
  readonly message: string;
  readonly flowName: string;
  readonly status: string;
  readonly parameters: Readonly<Record<string, string>>;
}): string {
  const { message, flowName, status, parameters } = said;
  const outcome: Ended = {
    kind: "error",
    flowId: 12346,
    auditId: "8721935",
    origin: "adopted",
    message,
    counts: { polls: 12, faults: 3, rateLimits: 1 },
    elapsedMs: 95_000,
    execution: { auditId: "8721935", flowId: 12346, status: "error", message },
  };
  return summaryOf(outcome, "fail", {
    flowName,
    durationMs: 95_000,
    changes: [
      { status: "running", elapsedMs: 2_000 },
      { status, elapsedMs: 30_000 },
      { status: "error", elapsedMs: 95_000 },
    ],
    pastSeconds: [700, 720, 715],
    parameters,
    nextStep: "Open the run's log in Etlworks, or set show-log: on-failure to see it here.",
  });
}

export const HOSTILE_MESSAGE = `java.sql.BatchUpdateException: Batch entry 118 INSERT INTO public.orders (order_id, customer, total) VALUES ('10-4471', 'O''Neill & Søns', 100%) was aborted
</pre></details><h1>Not a heading</h1><a href="https://evil.example">not a link</a>
# Not a heading either

| not | a table |
|-----|---------|
\`\`\`
not a fence
<img src="https://evil.example/pixel.png">
${"x".repeat(600)}
${Array.from({ length: 25 }, (_, index) => `  at com.example.etl.Step${index}.run(Step${index}.java:${index})`).join("\n")}
${"The same sentence again and again, until it is longer than anybody reads. ".repeat(200)}`;

/** 2026-05-09T06:00:00Z */
const STARTED_AT = 1_778_306_400_000;
const HOST = "your-instance.etlworks.com";

type Seen = Pick<RunReport, "flowName" | "durationMs" | "changes" | "pastSeconds">;

function summaryOf(
  outcome: Ended,
  verdict: Verdict,
  about: Seen & {
    readonly parameters: Readonly<Record<string, string>>;
    readonly nextStep: string | undefined;
  },
): string {
  const { parameters, nextStep, ...seen } = about;
  const shown = redactedParameters(parameters, text => text);
  return renderSummary(reportOf(outcome, seen), {
    verdict,
    host: HOST,
    parameters: shown,
    nextStep,
  });
}

function reportOf(outcome: Ended, seen: Seen): RunReport {
  return {
    ...seen,
    flowId: outcome.flowId,
    auditId: outcome.auditId,
    otherAuditId: undefined,
    origin: outcome.origin,
    outcome,
    status: outcome.kind,
    startedAt: STARTED_AT,
    endedAt: STARTED_AT + (seen.durationMs ?? 0),
    records: outcome.execution?.records,
    message: outcome.message,
    startDelays: 0,
    waited: false,
    earlierRuns: [],
    stop: undefined,
  };
}
