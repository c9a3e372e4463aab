import { formatDuration } from "../shared/duration.ts";
import type { OutcomeKind } from "../shared/outcome.ts";
import type { Verdict } from "../shared/verdict.ts";
import type { Parameters } from "./parameters.ts";
import { cutToBytes, plainLine, plainLines } from "./plain-text.ts";
import type { RunReport } from "./run-report.ts";
import { usualDuration } from "./usual-duration.ts";
import { isoTime } from "./write-outputs.ts";

/**
 * The job summary, as Markdown. Whatever comes from outside stands in HTML with every sign escaped
 * and without line breaks, where Markdown is not read: it can break no table and start no heading.
 */
export function renderSummary(
  report: RunReport,
  about: {
    readonly verdict: Verdict;
    readonly host: string;
    readonly parameters: Parameters;
    readonly nextStep: string | undefined;
  },
): string {
  const { outcome } = report;
  const heading = `### ${ICONS[outcome.kind]} ${HEADINGS[outcome.kind]}`;
  const rows: [string, string | undefined][] = [
    ["Flow", describeFlow(report)],
    ["Instance", escapeHtml(about.host)],
    ["Run (audit id)", report.auditId === undefined ? undefined : describeRun(report)],
    ["Outcome", `<b>${outcome.kind}</b>${about.verdict === "fail" ? ", job failed" : ""}`],
    ["Duration", describeDuration(report)],
    ["Started", describeTime(report.startedAt)],
    ["Ended", describeTime(report.endedAt)],
    ["Records", describeRecords(report)],
    ["On the way", describeEffort(report)],
  ];
  const parts = [
    heading,
    table(rows),
    report.outcome.kind === "success" ? "" : messageBlock(report.message),
    about.verdict === "fail" && about.nextStep !== undefined ? `**Next:** ${about.nextStep}` : "",
    parametersBlock(about.parameters),
    timeline(report),
  ];
  return `${parts.filter(part => part !== "").join("\n\n")}\n`;
}

const ICONS: Readonly<Record<OutcomeKind, string>> = {
  success: "✅",
  warning: "⚠️",
  error: "❌",
  canceled: "🚫",
  started: "▶️",
  skipped: "⏭️",
  busy: "⛔",
  "not-started": "❌",
  "start-unknown": "❓",
  "timed-out": "⏱️",
  lost: "❓",
  aborted: "🛑",
};

const HEADINGS: Readonly<Record<OutcomeKind, string>> = {
  success: "Flow succeeded",
  warning: "Flow ended with a warning",
  error: "Flow failed",
  canceled: "Flow was canceled",
  started: "Flow started",
  skipped: "Flow skipped: another run is going",
  busy: "Flow not started: another run is going",
  "not-started": "Flow not started",
  "start-unknown": "Unknown whether the flow was started",
  "timed-out": "No end within the timeout",
  lost: "The run's record is gone",
  aborted: "Stopped before the end",
};

function describeFlow(report: RunReport): string {
  const id = `<code>${report.flowId}</code>`;
  return report.flowName === undefined ? id : `${escapeHtml(cut(report.flowName, 300))} (${id})`;
}

function describeRun(report: RunReport): string {
  const { outcome } = report;
  const origin = "origin" in outcome ? outcome.origin : undefined;
  const note = {
    started: "",
    adopted: ", found in the history",
    attached: ", started by somebody else",
  };
  return `<code>${report.auditId ?? ""}</code>${origin === undefined ? "" : note[origin]}`;
}

function describeDuration(report: RunReport): string | undefined {
  if (report.durationMs === undefined) return undefined;
  const usual = usualDuration(report.pastSeconds);
  const comparison = usual === undefined ? "" : ` (usually ${formatDuration(usual.medianMs)})`;
  return `${formatDuration(report.durationMs)}${comparison}`;
}

function describeTime(milliseconds: number | undefined): string | undefined {
  return isoTime(milliseconds)
    ?.replace("T", " ")
    .replace(/\.\d+Z$/, " UTC");
}

function describeRecords(report: RunReport): string | undefined {
  const records = "execution" in report.outcome ? report.outcome.execution?.records : undefined;
  return records?.toLocaleString("en-US");
}

function describeEffort(report: RunReport): string | undefined {
  const { looks, faults, rateLimits } = report.outcome.effort;
  const counts = [
    counted(looks, "look", "looks"),
    counted(faults, "fault survived", "faults survived"),
    counted(rateLimits, "429", "times 429"),
    counted(report.startDelays, "start repeated", "starts repeated"),
  ].filter(text => text !== "");
  return counts.length === 0 ? undefined : counts.join(", ");
}

function counted(count: number, one: string, many: string): string {
  return count === 0 ? "" : `${count} ${count === 1 ? one : many}`;
}

function table(rows: readonly [string, string | undefined][]): string {
  const lines = rows
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([name, value]) => `<tr><td>${name}</td><td>${value}</td></tr>`);
  return `<table>\n${lines.join("\n")}\n</table>`;
}

/** Far below the limit of 1 MiB a step, and short enough to be read. */
const LARGEST_BLOCK_BYTES = 8_192;

function messageBlock(message: string): string {
  const [first = "", ...rest] = plainLines(message).filter(line => line.trim() !== "");
  if (rest.length === 0 && first.length <= 200) return quote(first);
  return `<details open><summary>Message</summary>${preformatted(message)}</details>`;
}

function quote(line: string): string {
  return line === "" ? "" : `<blockquote>${escapeHtml(line)}</blockquote>`;
}

function preformatted(text: string): string {
  const lines = plainLines(cutToBytes(text, LARGEST_BLOCK_BYTES));
  return `<pre>${lines.map(escapeHtml).join("&#10;")}</pre>`;
}

/** Names that say what they hold. GitHub masks registered secrets; these are hidden besides. */
const SECRET_NAME = /pass(word|wd|phrase)?|secret|token|api[-_]?key|credential|private/i;
const MOST_PARAMETERS = 50;

function parametersBlock(parameters: Parameters): string {
  const entries = Object.entries(parameters);
  if (entries.length === 0) return "";
  const rows = entries.slice(0, MOST_PARAMETERS).map(([name, value]) => {
    const shown = SECRET_NAME.test(name) ? "***" : escapeHtml(cut(value, 200));
    return `<tr><td><code>${escapeHtml(cut(name, 100))}</code></td><td>${shown === "" ? "<i>empty</i>" : shown}</td></tr>`;
  });
  const more = entries.length - rows.length;
  const rest = more > 0 ? `\n<tr><td colspan="2">and ${more} more</td></tr>` : "";
  return `<details><summary>Parameters (${entries.length})</summary><table>\n${rows.join("\n")}${rest}\n</table></details>`;
}

/** A Gantt picture, which GitHub draws from Mermaid: what was seen, and the usual length below it. */
function timeline(report: RunReport): string {
  const { startedAt, durationMs, changes } = report;
  if (startedAt === undefined || durationMs === undefined || durationMs < 1_000) return "";
  const end = startedAt + durationMs;
  const phases = changes.map((change, index) => {
    const from = index === 0 ? startedAt : Math.min(end, startedAt + change.elapsedMs);
    const next = changes[index + 1];
    const to = next === undefined ? end : Math.min(end, startedAt + next.elapsedMs);
    return { name: change.status.replace(/[^a-z]/g, "").slice(0, 20) || "other", from, to };
  });
  const seen = phases.filter(phase => phase.to > phase.from && !isFinal(phase.name));
  const shown = seen.length === 0 ? [{ name: "running", from: startedAt, to: end }] : seen;
  const usual = usualDuration(report.pastSeconds);
  const lines = [
    "```mermaid",
    "gantt",
    "  dateFormat x",
    "  axisFormat %H:%M:%S",
    "  section This run",
    ...shown.map(
      ({ name, from, to }) => `  ${name} :${tagFor(report)}${Math.round(from)}, ${Math.round(to)}`,
    ),
    ...(usual === undefined
      ? []
      : [
          "  section Usually",
          `  median :done, ${Math.round(startedAt)}, ${Math.round(startedAt + usual.medianMs)}`,
        ]),
    "```",
  ];
  return lines.join("\n");
}

function isFinal(status: string): boolean {
  return (
    status === "success" || status === "warning" || status === "error" || status === "canceled"
  );
}

function tagFor(report: RunReport): string {
  return report.outcome.kind === "success" ? "active, " : "crit, ";
}

function cut(text: string, characters: number): string {
  const line = plainLine(text);
  return line.length > characters ? `${line.slice(0, characters)}…` : line;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;")
    .replaceAll("`", "&#96;");
}
