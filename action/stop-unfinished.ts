import type { Outcome } from "../shared/run/outcome.ts";
import { disbelief } from "../shared/run/whose-run.ts";
import type { RunMemory } from "./remember.ts";
import { type Claim, checkRun, endSeen, namesTheRun, stopOwnRun } from "./runner/own-run.ts";
import type { StopResult } from "./runner/send-stop.ts";
import type { Step } from "./step.ts";

/** The run that was to be stopped is another's. */
export interface NotOurs {
  readonly kind: "not-ours";
  readonly auditId: string;
  readonly reason: string;
}

/** Most of the time that the runner leaves us is for the stop request itself. */
const CHECK_MS = 1_500;

/** After the run: stop it where that was asked for, and tell the post step what is left to do. */
export async function stopUnfinished(
  step: Step,
  outcome: Outcome,
  { memory, claim }: { readonly memory: RunMemory; readonly claim: Claim },
): Promise<StopResult | NotOurs | undefined> {
  const run = memory.run();
  if (run === undefined || !("auditId" in outcome) || outcome.auditId === undefined) {
    return undefined;
  }
  const unfinished = outcome.kind === "timed-out" || outcome.kind === "aborted";
  const { stopRequest } = step.inputs;
  if (!unfinished || stopRequest === undefined) {
    await memory.enter("settled");
    return undefined;
  }
  // A run whose record was read while it was followed needs no other check, if the request names it.
  const known = memory.seen() && namesTheRun(stopRequest);
  const timeLimitMs = Math.min(CHECK_MS, step.timeLeftMs());
  const check =
    known || run.origin === "attached"
      ? undefined
      : await checkRun(run, claim, { ...step, timeLimitMs });
  if (check?.kind === "not-ours") {
    return { kind: "not-ours", auditId: run.auditId, reason: disbelief(run, check.why) };
  }
  await memory.enter(endSeen(check) === undefined ? "stopping" : "settled");
  const result = await stopOwnRun(run, check, { ...step, stopRequest });
  return { ...result, sentence: step.clean(result.sentence) };
}
