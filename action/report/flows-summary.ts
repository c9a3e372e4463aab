import { formatDuration } from "../../shared/duration.ts";
import type { Parameters } from "../inputs/parameters.ts";
import { shortLine } from "../runner/plain-text.ts";
import {
  countedFlows,
  countOutcomes,
  type FlowResult,
  firstSentences,
  worstFirst,
} from "./flow-result.ts";
import { flowsTimeline } from "./flows-timeline.ts";
import type { RunReport } from "./run-report.ts";
import { escapeHtml, ICONS, nextLine, parametersBlock, table } from "./summary.ts";
import { typicalDuration } from "./typical-duration.ts";

/**
 * The job summary of a step that runs several flows: one table, the worst first, and one timeline.
 * At most 64 KB, however many flows there are and whatever they are called. As in the summary of
 * one flow, what comes from outside stands in HTML with every sign escaped.
 */
export function renderFlowsSummary(
  results: readonly FlowResult[],
  about: {
    readonly host: string;
    readonly durationMs: number;
    /** What every flow got, as it may be shown. */
    readonly parameters: Parameters;
    readonly nextStep: string | undefined;
    readonly dryRun: boolean;
  },
): string {
  const failed = results.filter(({ verdict }) => verdict === "fail");
  const sections = [
    about.dryRun ? `### ${ICONS.skipped} Dry run` : heading(results.length, failed.length),
    failed.length > 0 && about.nextStep !== undefined ? nextLine(about.nextStep) : "",
    overview(results, about),
    flowTable(worstFirst(results)),
    shortBlock(parametersBlock(about.parameters)),
    flowsTimeline(results),
  ];
  return `${sections.filter(section => section !== "").join("\n\n")}\n`;
}

function heading(count: number, failed: number): string {
  return failed === 0
    ? `### ✅ ${count === 1 ? "The flow" : `All ${count} flows`} passed`
    : `### ❌ ${failed} of ${countedFlows(count)} failed`;
}

function overview(
  results: readonly FlowResult[],
  { host, durationMs }: { readonly host: string; readonly durationMs: number },
): string {
  return table([
    ["Instance", escapeHtml(host)],
    ["Outcomes", countOutcomes(results)],
    ["Duration", `${formatDuration(durationMs)} for all`],
  ]);
}

/** Leaves room for the parameters (50 rows) and the timeline below 64 KB. */
const MAX_TABLE_BYTES = 40_000;

function flowTable(results: readonly FlowResult[]): string {
  const head = ["Flow", "Outcome", "Audit id", "Duration", "Usually", "Message"].map(
    name => `<td><b>${name}</b></td>`,
  );
  const rows: string[] = [];
  let bytes = 0;
  for (const result of results) {
    const row = flowRow(result);
    bytes += Buffer.byteLength(row);
    if (bytes > MAX_TABLE_BYTES) break;
    rows.push(row);
  }
  const hidden = results.slice(rows.length);
  const rest =
    hidden.length === 0
      ? ""
      : `\n<tr><td colspan="2">and ${hidden.length} more: ${countOutcomes(hidden)}</td></tr>`;
  return `<table>\n<tr>${head.join("")}</tr>\n${rows.join("\n")}${rest}\n</table>`;
}

function flowRow({ report, verdict }: FlowResult): string {
  const { outcome, flowId, flowName } = report;
  const id = `<code>${flowId}</code>`;
  const flow = flowName === undefined ? id : `${escapeHtml(shortLine(flowName, 80))} (${id})`;
  const usual = typicalDuration(report.pastSeconds);
  const { kind } = outcome;
  const cells = [
    flow,
    `${ICONS[kind]}\u00a0${verdict === "fail" ? `<b>${kind}</b>` : kind}`,
    runsCell(report),
    report.durationMs === undefined ? "" : unbroken(report.durationMs),
    usual === undefined ? "" : unbroken(usual.medianMs),
    kind === "success" ? "" : escapeHtml(shortLine(firstSentences(report), MAX_MESSAGE)),
  ];
  return `<tr>${cells.map(cell => `<td>${cell}</td>`).join("")}</tr>`;
}

/** In one line, however narrow the column. */
function unbroken(milliseconds: number): string {
  return formatDuration(milliseconds).replaceAll(" ", "\u00a0");
}

const MAX_PARAMETERS_BYTES = 12_000;

function shortBlock(block: string): string {
  return Buffer.byteLength(block) > MAX_PARAMETERS_BYTES ? "" : block;
}

const MAX_MESSAGE = 300;

/** The run, after those that ended in error before it. */
function runsCell({ auditId, earlierRuns }: RunReport): string {
  if (auditId === undefined) return "";
  const earlier = earlierRuns.slice(-MAX_EARLIER).map(run => `<code>${run.auditId}</code> error, `);
  const left = earlierRuns.length - earlier.length;
  return `${left > 0 ? `${left} more, ` : ""}${earlier.join("")}<code>${auditId}</code>`;
}

const MAX_EARLIER = 3;
