import { isObject, parseJson } from "../../shared/json.ts";
import type { RunToStop } from "../../shared/run/stop-run.ts";

/**
 * What the post step knows of the run. `following`: the step has the run in hand, so if the step is
 * found dead in this phase, nobody saw the run end. `stopping`: the stop was sent. `settled`:
 * nothing is left to do.
 */
export interface StepState extends RunToStop {
  readonly phase: "following" | "stopping" | "settled";
}

export const STATE_NAME = "run";

export function writeState(state: StepState): string {
  return JSON.stringify(state);
}

/** `undefined` when the step never got so far as to know a run. */
export function readState(text: string): StepState | undefined {
  if (text === "") return undefined;
  const value = parseJson(text);
  if (!isObject(value)) return undefined;
  const { flowId, auditId, origin, phase } = value;
  if (typeof flowId !== "number" || typeof auditId !== "string") return undefined;
  if (origin !== "started" && origin !== "adopted" && origin !== "attached") return undefined;
  if (phase !== "following" && phase !== "stopping" && phase !== "settled") return undefined;
  return { flowId, auditId, origin, phase };
}
