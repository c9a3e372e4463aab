import { formatDuration } from "../../shared/duration.ts";
import {
  ACTIVE_STATUSES,
  isTerminal,
  TERMINAL_STATUSES,
} from "../../shared/etlworks/replies/run-status.ts";
import type { OutcomeKind } from "../../shared/run/outcome.ts";
import type { Verdict } from "../../shared/run/verdict.ts";
import type { Parameters } from "../inputs/parameters.ts";
import { cutToBytes, plainLines, shortLine } from "../runner/plain-text.ts";
import { timeText } from "./outputs.ts";
import type { RunReport } from "./run-report.ts";
import { typicalDuration } from "./typical-duration.ts";

/**
 * The job summary, as Markdown. Whatever comes from outside stands in HTML with every sign escaped
 * and without line breaks, where Markdown is not read: it can break no table and start no heading.
 */
export function renderSummary(
  report: RunReport,
  about: {
    readonly verdict: Verdict;
    readonly dryRun?: boolean;
    /** Unknown when the inputs were wrong. */
    readonly host: string | undefined;
    /** As they may be shown (see redacted-parameters.ts). */
    readonly parameters: Parameters;
    readonly nextStep: string | undefined;
  },
): string {
  const { verdict, nextStep } = about;
  const { kind } = report.outcome;
  const title = about.dryRun === true ? "Dry run" : headingOf(report);
  const rows: [string, string | undefined][] = [
    ["Flow", describeFlow(report)],
    ["Instance", about.host === undefined ? undefined : escapeHtml(about.host)],
    ["Run (audit id)", report.auditId === undefined ? undefined : describeRun(report)],
    ["Earlier runs", describeEarlierRuns(report)],
    ["Outcome", `<b>${kind}</b>${verdict === "fail" ? ", job failed" : ""}`],
    ["Duration", describeDuration(report)],
    ["Started", describeTime(report.startedAt)],
    ["Ended", describeTime(report.endedAt)],
    ["Records", report.records?.toLocaleString("en-US")],
    ["Requests", describeCounts(report)],
  ];
  const message = kind === "success" ? "" : report.message;
  const sections = [
    `<h3>${ICONS[kind]} ${title}${flowInHeading(report)}</h3>`,
    firstLine(message),
    verdict === "fail" && nextStep !== undefined ? nextLine(nextStep) : "",
    table(rows),
    messageBlock(message),
    parametersBlock(about.parameters),
    timeline(report),
  ];
  return `${sections.filter(section => section !== "").join("\n\n")}\n`;
}

export const ICONS: Readonly<Record<OutcomeKind, string>> = {
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
  refused: "⚙️",
};

const HEADINGS: Readonly<Record<OutcomeKind, string>> = {
  success: "Flow succeeded",
  warning: "Flow ended with a warning",
  error: "Flow failed",
  canceled: "Flow was cancelled in Etlworks",
  started: "Flow started",
  skipped: "Flow skipped: another run is running",
  busy: "Flow not started: another run is running",
  "not-started": "Flow not started",
  "start-unknown": "Not known whether the flow was started",
  "timed-out": "Timed out while the flow was running",
  lost: "The run's record is gone",
  aborted: "Cancelled before the end",
  refused: "Setup needs a fix",
};

function headingOf({ outcome, auditId, origin }: RunReport): string {
  const { kind } = outcome;
  if (kind === "timed-out" && auditId === undefined) return "Timed out before the flow could start";
  return kind === "started" && origin === "attached" ? HEADINGS.busy : HEADINGS[kind];
}

/** A job can have several summaries, and each says at first sight whose it is. */
function flowInHeading({ flowId, flowName }: RunReport): string {
  if (flowName !== undefined) return ` · ${escapeHtml(shortLine(flowName, 80))}`;
  return flowId === undefined ? "" : ` · flow ${flowId}`;
}

function describeFlow(report: RunReport): string | undefined {
  const { flowId, flowName } = report;
  if (flowId === undefined) return undefined;
  const id = `<code>${flowId}</code>`;
  return flowName === undefined ? id : `${escapeHtml(shortLine(flowName, 120))} (${id})`;
}

function describeRun(report: RunReport): string {
  const note = {
    started: "",
    adopted: ", found in the history",
    attached: ", not started by this step",
  };
  const { auditId = "", origin } = report;
  return `<code>${auditId}</code>${origin === undefined ? "" : note[origin]}`;
}

/** Those that ended in error and were started anew. */
function describeEarlierRuns({ earlierRuns }: RunReport): string | undefined {
  if (earlierRuns.length === 0) return undefined;
  return earlierRuns.map(({ auditId }) => `<code>${auditId}</code> error`).join(", ");
}

function describeDuration(report: RunReport): string | undefined {
  if (report.durationMs === undefined) return undefined;
  const usual = typicalDuration(report.pastSeconds);
  const comparison = usual === undefined ? "" : ` (usually ${formatDuration(usual.medianMs)})`;
  return `${formatDuration(report.durationMs)}${comparison}`;
}

function describeTime(milliseconds: number | undefined): string | undefined {
  return timeText(milliseconds)
    ?.replace("T", " ")
    .replace(/\.\d+Z$/, " UTC");
}

function describeCounts(report: RunReport): string | undefined {
  const { polls, faults, rateLimits } = report.outcome.counts;
  const counts = [
    counted(polls, "status check", "status checks"),
    counted(faults, "failed and was retried", "failed and were retried"),
    counted(rateLimits, "rate limit (429)", "rate limits (429)"),
    counted(report.startDelays, "start retried", "starts retried"),
  ].filter(text => text !== "");
  return counts.length === 0 ? undefined : counts.join(", ");
}

function counted(count: number, one: string, many: string): string {
  return count === 0 ? "" : `${count} ${count === 1 ? one : many}`;
}

export function table(rows: readonly [string, string | undefined][]): string {
  const lines = rows
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([name, value]) => `<tr><td>${name}</td><td>${value}</td></tr>`);
  return `<table>\n${lines.join("\n")}\n</table>`;
}

/** Far below the limit of 1 MiB a step, and short enough to be read. */
const MAX_BLOCK_BYTES = 8_192;

/** What happened, in one line right below the heading. */
function firstLine(message: string): string {
  const line = shortLine(linesOf(message)[0] ?? "", MAX_FIRST_LINE);
  return line === "" ? "" : `<blockquote>${escapeHtml(line)}</blockquote>`;
}

/** What to do. It can hold what a server said to a stop request, so it is HTML and one line too. */
export function nextLine(text: string): string {
  return `<p><b>Next:</b> ${escapeHtml(shortLine(text, MAX_NEXT))}</p>`;
}

const MAX_NEXT = 800;

/** All of a message, folded, when it is more than its first line shows. */
function messageBlock(message: string): string {
  const [first = "", ...rest] = linesOf(message);
  if (rest.length === 0 && first.length <= MAX_FIRST_LINE) return "";
  return `<details><summary>Message</summary>${preformatted(message)}</details>`;
}

const MAX_FIRST_LINE = 300;

function linesOf(message: string): string[] {
  return plainLines(message).filter(line => line.trim() !== "");
}

function preformatted(text: string): string {
  const lines = plainLines(cutToBytes(text, MAX_BLOCK_BYTES));
  return `<pre>${lines.map(escapeHtml).join("&#10;")}</pre>`;
}

const MAX_PARAMETERS = 50;

export function parametersBlock(parameters: Parameters): string {
  const entries = Object.entries(parameters);
  if (entries.length === 0) return "";
  const rows = entries.slice(0, MAX_PARAMETERS).map(([name, value]) => {
    const shown = escapeHtml(shortLine(value, 200));
    return `<tr><td><code>${escapeHtml(shortLine(name, 100))}</code></td><td>${shown === "" ? "<i>empty</i>" : shown}</td></tr>`;
  });
  const more = entries.length - rows.length;
  const rest = more > 0 ? `\n<tr><td colspan="2">and ${more} more</td></tr>` : "";
  return `<details><summary>Parameters (${entries.length})</summary><table>\n${rows.join("\n")}${rest}\n</table></details>`;
}

/**
 * A Gantt picture, which GitHub draws from Mermaid: what was seen, and the usual length below it.
 * The colours are Mermaid's plain ones: its "active" and "done" cannot be read on a dark page.
 */
const MAX_BARS = 30;

function timeline(report: RunReport): string {
  const { startedAt, durationMs, changes } = report;
  if (startedAt === undefined || durationMs === undefined || durationMs < 1_000) return "";
  const end = startedAt + durationMs;
  const phases = changes.map((change, index) => {
    const from = index === 0 ? startedAt : Math.min(end, startedAt + change.elapsedMs);
    const next = changes[index + 1];
    const to = next === undefined ? end : Math.min(end, startedAt + next.elapsedMs);
    return { name: KNOWN.find(word => word === change.status) ?? "other", from, to };
  });
  const seen = phases.filter(phase => phase.to > phase.from && !isTerminal(phase.name));
  const shown =
    seen.length === 0 || seen.length > MAX_BARS
      ? [{ name: "running", from: startedAt, to: end }]
      : seen;
  const usual = typicalDuration(report.pastSeconds);
  const tag = report.outcome.kind === "success" ? "" : "crit, ";
  const bar = (name: string, from: number, to: number, colour = "") =>
    `  ${name} ${formatDuration(to - from)} :${colour}${Math.round(from)}, ${Math.round(to)}`;
  const lines = [
    "```mermaid",
    "gantt",
    "  dateFormat x",
    `  axisFormat ${Math.max(durationMs, usual?.medianMs ?? 0) < 3_600_000 ? "%H:%M:%S" : "%H:%M"}`,
    "  section This run",
    ...shown.map(({ name, from, to }) => bar(name, from, to, tag)),
    ...(usual === undefined
      ? []
      : ["  section Usually", bar("median", startedAt, startedAt + usual.medianMs)]),
    "```",
  ];
  return lines.join("\n");
}

/** Any other word might be one of Mermaid's own, such as `section`. */
const KNOWN: readonly string[] = [...ACTIVE_STATUSES, ...TERMINAL_STATUSES];

export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;")
    .replaceAll("`", "&#96;");
}
