import { field } from "../../../shared/json-fields.ts";
import { EPOCH_MS, OPENING_MS, type Played } from "../../action/step-on-wire.ts";
import type { Run } from "../../sandbox/run.ts";
import type { Asked, Entry } from "./scene.ts";

/**
 * Holds what a step said against what it was asked for and what truly happened, by the documents
 * alone (docs/action.md, the table of outcomes). Returns a sentence for each contradiction.
 */
export function contradictions(asked: Asked, played: Played, cancelAt?: number): string[] {
  const found: string[] = [];
  const runs = played.etlworks.model.runs;
  const own = runs.filter(({ startedBy }) => startedBy === "api");
  for (const entry of asked.entries) found.push(...twiceBegun(entry, asked, runsOf(entry, own)));
  if (!asked.parallelRuns) found.push(...overlapping(own));
  for (const { startedBy, auditId, stopRequests } of runs) {
    const stopped = stopRequests.some(({ status }) => status < 400);
    const followed = Object.values(played.state).some(
      state => state.includes(`"${auditId}"`) && state.includes('"adopted"'),
    );
    if (stopped && (!asked.stops || (startedBy !== "api" && !followed))) {
      found.push(`run ${auditId} was stopped`);
    }
  }

  const results = resultsOf(played.outputs["results"]);
  const told = resultsOf(`[${played.outputs["result"]}]`)[0];
  if (told === undefined) return [...found, "there is no result"];
  found.push(...verdicts(asked, played, results, told));
  const late = lateness(asked, played, cancelAt);
  if (late !== undefined) found.push(late);
  // The step ended before it knew the flows.
  if (results[0]?.flowId === undefined) return found;
  if (results.length !== asked.entries.length) found.push(`${results.length} results`);
  for (const [index, entry] of asked.entries.entries()) {
    const result = results[index];
    if (result === undefined) continue;
    const why = wrongResult(entry, result, { asked, played, results, cancelAt, own });
    if (why !== undefined) {
      found.push(`entry ${index} (${result.outcome} ${result.auditId ?? ""}): ${why}`);
    }
  }
  return [
    ...found,
    ...parallel(asked, results, own),
    ...startedAfterFailure(asked, results, played),
    ...leftToPost(played),
  ];
}

interface Result {
  readonly outcome: string;
  readonly verdict: string;
  readonly flowId: number | undefined;
  readonly auditId: string | undefined;
  readonly otherAuditId: string | undefined;
  readonly earlier: readonly string[];
}

function resultsOf(text: string | undefined): readonly Result[] {
  const list: unknown = JSON.parse(text ?? "[]");
  if (!Array.isArray(list)) return [];
  return list.map((result: unknown) => {
    const [flowId, earlier] = [field(result, "flowId"), field(result, "earlierAuditIds")];
    const idIn = (name: string) => {
      const id = field(result, name);
      return typeof id === "string" ? id : undefined;
    };
    return {
      outcome: String(field(result, "outcome")),
      verdict: String(field(result, "verdict")),
      flowId: typeof flowId === "number" ? flowId : undefined,
      auditId: idIn("auditId"),
      otherAuditId: idIn("otherAuditId"),
      earlier: Array.isArray(earlier) ? earlier.map(String) : [],
    };
  });
}

function runsOf({ flowId, mark }: Entry, own: readonly Run[]): readonly Run[] {
  return own.filter(
    run => run.flowId === flowId && (mark === undefined || run.parameters["entry"] === mark),
  );
}

/** No entry is begun twice, unless it is to be retried and the run before ended in error. */
function twiceBegun(entry: Entry, { retries }: Asked, mine: readonly Run[]): string[] {
  const tooMany = mine.length > 1 + retries ? [`${mine.length} runs of flow ${entry.flowId}`] : [];
  const early = mine.flatMap((run, index) => {
    const before = mine[index - 1];
    const over = before?.end === "error" && before.endsAt <= run.startedAt;
    return before === undefined || over
      ? []
      : [`run ${run.auditId} was begun after ${before.auditId}, which ended in ${before.end}`];
  });
  return [...tooMany, ...early];
}

function overlapping(own: readonly Run[]): string[] {
  return own.flatMap((run, index) =>
    own
      .slice(index + 1)
      .filter(later => later.flowId === run.flowId && later.startedAt < run.endsAt)
      .map(later => `flow ${run.flowId} runs twice at once: ${run.auditId}, ${later.auditId}`),
  );
}

const ENDS = ["success", "warning", "error", "canceled"];

/** The table of outcomes, the last is the worst. */
const TABLE = [
  ...ENDS,
  "started",
  "skipped",
  "busy",
  "not-started",
  "start-unknown",
  "timed-out",
  "lost",
  "aborted",
  "refused",
];

function passes({ outcome }: Result, { failOnWarning }: Asked): boolean {
  return (
    ["success", "started", "skipped"].includes(outcome) || (outcome === "warning" && !failOnWarning)
  );
}

function verdicts(
  asked: Asked,
  { exitCode, outputs, errors, warnings, summary }: Played,
  results: readonly Result[],
  told: Result,
): string[] {
  const failed = results.filter(result => !passes(result, asked));
  const badness = (result: Result) =>
    (passes(result, asked) ? 0 : 100) + TABLE.indexOf(result.outcome);
  const checks: readonly (readonly [boolean, string])[] = [
    [results.every(each => (each.verdict === "pass") === passes(each, asked)), "a wrong verdict"],
    [exitCode === (failed.length > 0 ? 1 : 0), `exit code ${exitCode}`],
    [errors.length === exitCode, `${errors.length} error annotations`],
    [new Set(warnings).size === warnings.length, "a warning is told twice"],
    [outputs["outcome"] === told.outcome, "outcome and result differ"],
    [(outputs["audit-id"] ?? "") === (told.auditId ?? ""), "audit-id and result differ"],
    [badness(told) === Math.max(...results.map(badness)), `the worst is not ${told.outcome}`],
    [(outputs["message"] ?? "") !== "", "no message"],
    [summary !== "", "no summary"],
  ];
  return checks.flatMap(([holds, what]) => (holds ? [] : [what]));
}

/** Seven seconds for a cancelled job. After the deadline: a last look (5 s), a check (1.5 s), a stop and a log (5 s each). */
function lateness(
  { timeoutMs }: Asked,
  { endedAt }: Played,
  cancelAt?: number,
): string | undefined {
  if (cancelAt !== undefined && endedAt > cancelAt + 7_000) {
    return `ended ${endedAt - cancelAt} ms after the cancel`;
  }
  return endedAt > timeoutMs + 17_000 ? `ended ${endedAt - timeoutMs} ms late` : undefined;
}

interface Truth {
  readonly asked: Asked;
  readonly played: Played;
  readonly results: readonly Result[];
  readonly cancelAt: number | undefined;
  readonly own: readonly Run[];
}

function wrongResult(entry: Entry, result: Result, truth: Truth): string | undefined {
  const { asked, played, results, cancelAt, own } = truth;
  const { outcome, auditId, earlier } = result;
  if (result.flowId !== entry.flowId) return `it is about flow ${result.flowId}`;
  const mine = runsOf(entry, own);
  const run = played.etlworks.model.runs.find(each => each.auditId === auditId);
  const unknownEarlier = earlier.find(
    id => mine.find(each => each.auditId === id)?.end !== "error",
  );
  if (unknownEarlier !== undefined) return `run ${unknownEarlier} did not end in error`;
  const unnamed = mine.find(each => each !== run && !earlier.includes(each.auditId));
  const doubtful = auditId === undefined && ["start-unknown", "aborted"].includes(outcome);
  if (unnamed !== undefined && !doubtful) return `run ${unnamed.auditId} is named nowhere`;
  if (ENDS.includes(outcome)) return wrongEnd(entry, result, run, truth);
  switch (outcome) {
    case "started":
      return asked.wait ? "the step was to wait" : undefined;
    case "skipped":
    case "busy":
      if (auditId !== undefined || mine.length > 0) return "it has a run";
      if (outcome === "skipped" && own.some(each => each.auditId === result.otherAuditId)) {
        return "what was in its way is a run of this step";
      }
      if (outcome === "busy") return asked.ifRunning === "wait" ? "it was to wait" : undefined;
      return asked.ifRunning === "skip" || results.some(each => !passes(each, asked))
        ? undefined
        : "nothing was in its way";
    case "aborted":
      return cancelAt === undefined ? "nobody has cancelled the job" : undefined;
    default:
      return undefined;
  }
}

/** Never green, and no other end, unless a run truly ended so; another's only with a warning. */
function wrongEnd(
  entry: Entry,
  { outcome, auditId = "" }: Result,
  run: Run | undefined,
  { asked, played, own }: Truth,
): string | undefined {
  if (run === undefined || run.flowId !== entry.flowId) return "there is no such run of the flow";
  const seenBy = EPOCH_MS + OPENING_MS + played.endedAt;
  const stopped = run.stopRequests.length > 0;
  if (!stopped && (run.end !== outcome || run.endsAt > seenBy)) return `it ended in ${run.end}`;
  if (!asked.wait) return "the step was not to wait";
  if (runsOf(entry, own).includes(run)) return undefined;
  if (own.includes(run)) return "it is the run of another entry";
  return played.warnings.some(warning => warning.includes(auditId))
    ? undefined
    : "it is somebody else's, and no warning says so";
}

/** Not where a run was left behind: it goes on beside the next one. */
function parallel(asked: Asked, results: readonly Result[], own: readonly Run[]): string[] {
  const followed = [...ENDS, "skipped", "busy", "not-started"];
  if (!asked.several || !results.every(({ outcome }) => followed.includes(outcome))) return [];
  const most = Math.max(
    0,
    ...own.map(
      ({ startedAt }) =>
        own.filter(each => each.startedAt <= startedAt && startedAt < each.endsAt).length,
    ),
  );
  return most > asked.maxParallel ? [`${most} runs at once`] : [];
}

/** With `fail-fast` no start is sent once the end of a run that fails the step was read. */
function startedAfterFailure(asked: Asked, results: readonly Result[], { sent }: Played): string[] {
  // What is still to be retried has not failed yet.
  if (!asked.several || !asked.failFast || asked.retries > 0) return [];
  const ended = results.filter(each => ENDS.includes(each.outcome) && !passes(each, asked));
  const read = sent.filter(
    ({ request, reply }) =>
      reply?.kind === "answer" &&
      ended.some(
        ({ auditId, outcome }) =>
          request.url.searchParams.get("auditId") === auditId &&
          reply.body.includes(`"status":"${outcome}"`),
      ),
  );
  const failedAt = Math.min(...read.map(({ repliedAt }) => repliedAt));
  return sent
    .filter(({ path, sentAt }) => /\/run(\?|$)/.test(path) && sentAt > failedAt)
    .map(({ path, sentAt }) => `${path} was sent ${sentAt - failedAt} ms after a failure`);
}

/** The post step sends nothing when all is known. */
function leftToPost({ state, sentByPost }: Played): string[] {
  const open = Object.values(state).some(text => /"phase":"(following|stopping)"/.test(text));
  return open || sentByPost.length === 0 ? [] : [`post sent ${sentByPost.length} requests`];
}
