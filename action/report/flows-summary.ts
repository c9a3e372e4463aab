import { formatDuration } from "../../shared/duration.ts";
import type { Parameters } from "../inputs/parameters.ts";
import { plainLines, shortLine } from "../runner/plain-text.ts";
import { countedFlows, countOutcomes, type FlowResult, worstFirst } from "./flow-result.ts";
import { flowsTimeline } from "./flows-timeline.ts";
import { describeDuration, escapeHtml, ICONS, parametersBlock } from "./summary.ts";

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
    failed.length > 0 && about.nextStep !== undefined ? `**Next:** ${about.nextStep}` : "",
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
  const rows = [
    ["Instance", escapeHtml(host)],
    ["Outcomes", countOutcomes(results)],
    ["Duration", `${formatDuration(durationMs)} for all`],
  ];
  const lines = rows.map(([name, value]) => `<tr><td>${name}</td><td>${value}</td></tr>`);
  return `<table>\n${lines.join("\n")}\n</table>`;
}

/** Leaves room for the parameters (50 rows) and the timeline below 64 KB. */
const MAX_TABLE_BYTES = 30_000;

function flowTable(results: readonly FlowResult[]): string {
  const head = ["Flow", "Outcome", "Run (audit id)", "Duration", "Message"].map(
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
  const { outcome, flowId, flowName, auditId } = report;
  const id = `<code>${flowId}</code>`;
  const flow = flowName === undefined ? id : `${escapeHtml(shortLine(flowName, 80))} (${id})`;
  const kind = verdict === "fail" ? `<b>${outcome.kind}</b>` : outcome.kind;
  const cells = [
    flow,
    `${ICONS[outcome.kind]} ${kind}`,
    auditId === undefined ? "" : `<code>${auditId}</code>`,
    describeDuration(report) ?? "",
    outcome.kind === "success" ? "" : escapeHtml(firstLine(report.message)),
  ];
  return `<tr>${cells.map(cell => `<td>${cell}</td>`).join("")}</tr>`;
}

const MAX_PARAMETERS_BYTES = 12_000;

function shortBlock(block: string): string {
  return Buffer.byteLength(block) > MAX_PARAMETERS_BYTES ? "" : block;
}

const MAX_MESSAGE = 200;

function firstLine(message: string): string {
  return shortLine(plainLines(message).find(line => line.trim() !== "") ?? "", MAX_MESSAGE);
}
