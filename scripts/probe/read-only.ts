import { isObject, type JsonObject } from "../../shared/json.ts";
import { type Answer, type Ask, describeAnswer, isDocumentedError, jsonOf } from "./ask.ts";
import type { Notes } from "./page.ts";
import { describeRuns, idOf, judgeRuns, objectsIn } from "./runs.ts";
import { kindOf, shapeOf } from "./shape.ts";
import { askTools } from "./tools.ts";

/** What the questions need. */
export interface Probe {
  readonly ask: Ask;
  readonly notes: Notes;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** No flow and no run has these. */
const NOBODYS_ID = 999_999_999_999;
/** How many flows are tried until one has a history. */
const MAX_FLOWS = 10;

/** Everything that can be learned without a run. Only reads. */
export async function askWithoutRun(probe: Probe, flowId: string | undefined): Promise<void> {
  const flows = await askFlows(probe);
  const ids = flowId === undefined ? flows.slice(0, MAX_FLOWS) : [flowId];
  if (ids[0] !== undefined) await askFlow(probe, ids[0]);
  await askAbsent(probe);
  await askWithWrongKey(probe);
  await askHistories(probe, ids);
  await askTools(probe);
}

/** The ids of the flows that the key may see. */
async function askFlows({ ask, notes, now }: Probe): Promise<readonly string[]> {
  const answer = await ask({ path: "/v1/flows" });
  noteHeaders(notes, answer, now());
  const list = jsonOf(answer);
  notes.judge("listed", Array.isArray(list), describeAnswer(answer));
  const flows = objectsIn(list);
  notes.shape("A flow in the list", shapeOf(flows));
  if (isObject(list)) notes.shape("In place of a list of flows", shapeOf([list]));
  if (flows.length === 0) return [];

  const kinds = (name: string) => [...new Set(flows.map(flow => kindOf(flow[name])))].join(" or ");
  const right = kinds("id") === "whole number" && kinds("name") === "text";
  notes.judge("listIds", right, `id: ${kinds("id")}, name: ${kinds("name")}`);
  const definition = ["properties", "transformations", "mappings", "connections"];
  const whole = flows.some(flow => definition.some(name => name in flow));
  notes.judge("listSummaries", !whole, whole ? "fields of a definition are there" : "");
  const names = flows.map(flow => flow["name"]);
  notes.judge("namesUnique", new Set(names).size === names.length);
  notes.fact(
    `More than 50 flows in one answer: ${yes(flows.length > 50)}; more than 200: ${yes(flows.length > 200)}.`,
  );

  const one = jsonOf(await ask({ path: "/v1/flows?limit=1" }));
  if (flows.length > 1) notes.judge("listWhole", Array.isArray(one) && one.length > 1);
  const none = jsonOf(await ask({ path: `/v1/flows?q=${NO_NAME}` }));
  if (Array.isArray(none)) notes.judge("listFilters", none.length === 0);
  return flows.map(flow => idOf(flow["id"])).filter(id => id !== undefined);
}

/** A part of no name. */
const NO_NAME = "no-flow-has-this-in-its-name-7c1f";

async function askFlow({ ask, notes }: Probe, flowId: string): Promise<void> {
  const answer = await ask({ path: `/v1/flows/${flowId}` });
  const flow = jsonOf(answer);
  const right = isObject(flow) && idOf(flow["id"]) === flowId;
  notes.judge("flowRead", right, describeAnswer(answer));
  if (isObject(flow)) notes.shape("One flow", shapeOf([flow]));
}

async function askAbsent({ ask, notes }: Probe): Promise<void> {
  const answer = await ask({ path: `/v1/flows/${NOBODYS_ID}` });
  notes.judge("flowAbsent", statusOf(answer) === 404, describeAnswer(answer));
  judgeError(notes, answer);
}

async function askWithWrongKey({ ask, notes }: Probe): Promise<void> {
  const answer = await ask({ path: "/v1/flows", key: "not-a-key" });
  notes.judge("wrongKey", statusOf(answer) === 401, describeAnswer(answer));
  judgeError(notes, answer);
}

async function askHistories(probe: Probe, flowIds: readonly string[]): Promise<void> {
  const { ask, notes } = probe;
  for (const [index, flowId] of flowIds.entries()) {
    const answer = await ask({ path: `/v1/executions/${flowId}/history?limit=20` });
    const list = jsonOf(answer);
    const runs = objectsIn(list);
    if (runs.length < 2 && Array.isArray(list) && index < flowIds.length - 1) continue;
    notes.judge("historyList", Array.isArray(list), describeAnswer(answer));
    if (isObject(list)) notes.shape("In place of a list of runs", shapeOf([list]));
    const header = answer.kind === "answer" ? answer.headers["x-total-count"] : undefined;
    if (Array.isArray(list)) {
      notes.judge("historyTotal", header !== undefined && /^\d+$/.test(header));
    }
    notes.shape("A run in the history", shapeOf(runs));
    judgeRuns(notes, runs);
    const active = runs.some(run => /^(queued|running)$/i.test(String(run["status"])));
    notes.judge("historyActive", active ? true : undefined);
    if (runs.length > 1) await askPages(probe, flowId, runs);
    const [newest] = runs;
    if (newest !== undefined) await askRun(probe, flowId, newest);
    return;
  }
}

async function askPages(
  { ask, notes }: Probe,
  flowId: string,
  runs: readonly JsonObject[],
): Promise<void> {
  const one = jsonOf(await ask({ path: `/v1/executions/${flowId}/history?limit=1` }));
  if (Array.isArray(one)) notes.judge("historyLimit", one.length === 1);
  const next = objectsIn(
    jsonOf(await ask({ path: `/v1/executions/${flowId}/history?limit=1&offset=1` })),
  );
  const first = idOf(runs[0]?.["auditId"]);
  const second = idOf(next[0]?.["auditId"]);
  if (first !== undefined && second !== undefined) {
    notes.judge("historyOffset", second === idOf(runs[1]?.["auditId"]));
  }
}

/** The status call and the log, of a run that is over. */
async function askRun({ ask, notes }: Probe, flowId: string, run: JsonObject): Promise<void> {
  const auditId = idOf(run["auditId"]);
  if (auditId === undefined) return;
  const answer = await ask({ path: `/v1/executions/${flowId}?auditId=${auditId}` });
  const record = jsonOf(answer);
  const right = isObject(record) && idOf(record["auditId"]) === auditId;
  notes.judge("recordRead", right, describeAnswer(answer));
  if (isObject(record)) {
    notes.shape("A run, by the status call", shapeOf([record]));
    describeRuns(notes, [record]);
  }
  const absent = await ask({ path: `/v1/executions/${flowId}?auditId=${NOBODYS_ID}` });
  notes.judge("recordAbsent", isAbsent(absent), describeAnswer(absent));
  const log = await ask({
    path: `/v1/executions/console/download?flowId=${flowId}&auditId=${auditId}`,
    accept: "*/*",
  });
  const status = log.kind === "answer" ? `HTTP ${log.status}` : "no answer";
  notes.judge("logRead", statusOf(log) === 200, status);
}

function noteHeaders(notes: Notes, answer: Answer, now: number): void {
  if (answer.kind === "none") return;
  const { date } = answer.headers;
  notes.judge("dateHeader", date !== undefined);
  if (date !== undefined) {
    const close = Math.abs(Date.parse(date) - now) < 60_000;
    notes.fact(`The server's clock is within a minute of ours: ${yes(close)}.`);
  }
  for (const name of ["x-total-count", "x-ratelimit-limit", "x-ratelimit-remaining"]) {
    notes.fact(`The list of flows comes with \`${name}\`: ${yes(name in answer.headers)}.`);
  }
}

function judgeError(notes: Notes, answer: Answer): void {
  if (answer.kind === "none" || answer.status < 400) return;
  const right = answer.body.kind === "json" && isDocumentedError(answer.body.value);
  notes.judge("errorBody", right, describeAnswer(answer));
}

function isAbsent(answer: Answer): boolean {
  if (answer.kind === "none") return false;
  if (answer.status === 404 || answer.body.kind === "empty") return true;
  const value = jsonOf(answer);
  return value === null || (isObject(value) && Object.keys(value).length === 0);
}

function statusOf(answer: Answer): number | undefined {
  return answer.kind === "answer" ? answer.status : undefined;
}

function yes(right: boolean): string {
  return right ? "yes" : "no";
}
