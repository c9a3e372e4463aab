import { isObject, type JsonObject } from "../../shared/json.ts";
import { type Answer, describeAnswer, jsonOf } from "./ask.ts";
import type { Probe } from "./read-only.ts";
import { describeRuns, idOf, judgeAuditId, objectsIn, statusWord, TERMINAL } from "./runs.ts";
import { kindOf, shapeOf } from "./shape.ts";

const POLL_MS = 2_000;
const MAX_RUN_MS = 10 * 60_000;
const SETTLED_MS = 15_000;

/**
 * What needs a run: starts the flow, and asks for a second start while the first run is seen active.
 * Follows the run for ten minutes at most. Nothing is stopped.
 */
export async function askWithRun(probe: Probe, flowId: string): Promise<void> {
  const { ask, notes, now } = probe;
  const before = await auditIds(probe, flowId);
  const answer = await start(probe, flowId);
  const started = jsonOf(answer);
  judgeStart(probe, answer, started);
  const auditId = isObject(started) ? idOf(started["auditId"]) : undefined;
  if (auditId === undefined) return;
  const largest = before.every(id => BigInt(auditId) > BigInt(id));
  notes.judge("startAuditId", before.length === 0 ? undefined : largest);

  const path = `/v1/executions/${flowId}?auditId=${auditId}`;
  const first = await ask({ path });
  const found = jsonOf(first);
  notes.judge(
    "startRecord",
    isObject(found) && idOf(found["auditId"]) === auditId,
    describeAnswer(first),
  );
  if (isActive(found)) await askWhileActive(probe, flowId, auditId);

  const words: string[] = [];
  const startedAt = now();
  for (;;) {
    const record = jsonOf(await ask({ path }));
    const word =
      isObject(record) && "status" in record ? statusWord(record["status"]) : "no record";
    if (words.at(-1) !== word) words.push(word);
    if (isObject(record) && TERMINAL.includes(word)) {
      await askAfterEnd(probe, flowId, auditId, record);
      break;
    }
    if (now() - startedAt > MAX_RUN_MS) break;
    await probe.sleep(POLL_MS);
  }
  notes.fact(`What the status call said over time: ${words.join(", then ")}.`);
}

function start({ ask }: Probe, flowId: string): Promise<Answer> {
  return ask({ method: "POST", path: `/v1/flows/${flowId}/run`, body: "{}" });
}

function judgeStart({ notes }: Probe, answer: Answer, started: unknown): void {
  const complete =
    isObject(started) && ["flowId", "auditId", "status"].every(name => name in started);
  notes.judge(
    "startAnswer",
    complete && answer.kind === "answer" && answer.status === 200,
    describeAnswer(answer),
  );
  if (!isObject(started)) return;
  notes.shape("The answer to a start", shapeOf([started]));
  judgeAuditId(notes, started);
  notes.judge("startCode", started["status"] === 0, codeOf(started));
}

/** The second start is asked for only now, so that the server's own rule keeps it from beginning. */
async function askWhileActive(probe: Probe, flowId: string, auditId: string): Promise<void> {
  const { notes, ask } = probe;
  const history = await auditIds(probe, flowId);
  const second = await start(probe, flowId);
  const still = jsonOf(await ask({ path: `/v1/executions/${flowId}?auditId=${auditId}` }));
  if (!isActive(still)) return;
  notes.judge("historyActive", history.includes(auditId));
  const answer = jsonOf(second);
  if (!isObject(answer)) {
    notes.judge("busyCode", false, describeAnswer(second));
    return;
  }
  notes.shape("The answer to a start of an active flow", shapeOf([answer]));
  const begun = (await auditIds(probe, flowId)).some(id => BigInt(id) > BigInt(auditId));
  const code = codeOf(answer);
  notes.judge("busyCode", answer["status"] === 1 && !begun, begun ? `${code}, and a run` : code);
  const named = idOf(answer["auditId"]);
  const seen =
    named === undefined ? "no audit id" : named === auditId ? "" : "the audit id of another run";
  notes.judge("busyAuditId", named === auditId, seen);
}

async function askAfterEnd(
  probe: Probe,
  flowId: string,
  auditId: string,
  record: JsonObject,
): Promise<void> {
  const { ask, notes, sleep } = probe;
  notes.shape("A run that has just ended, by the status call", shapeOf([record]));
  describeRuns(notes, [record]);
  notes.judge("endListed", (await auditIds(probe, flowId)).includes(auditId));
  await sleep(SETTLED_MS);
  const later = jsonOf(await ask({ path: `/v1/executions/${flowId}?auditId=${auditId}` }));
  if (!isObject(later)) return;
  const word = statusWord(later["status"]);
  notes.judge("endStays", word === statusWord(record["status"]), `${word} after 15 seconds`);
}

async function auditIds({ ask }: Probe, flowId: string): Promise<readonly string[]> {
  const answer = await ask({ path: `/v1/executions/${flowId}/history?limit=20` });
  const runs = objectsIn(jsonOf(answer));
  return runs.map(run => idOf(run["auditId"])).filter(id => id !== undefined);
}

function isActive(record: unknown): boolean {
  return isObject(record) && ["queued", "running"].includes(statusWord(record["status"]));
}

/** The documented codes are 0 to 5. */
function codeOf({ status }: JsonObject): string {
  return typeof status === "number" && status >= 0 && status <= 9
    ? `code ${status}`
    : kindOf(status);
}
