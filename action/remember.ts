import type { RunEvent } from "../shared/run/run-request.ts";
import { signInOf } from "./inputs/login.ts";
import {
  type RunState,
  runStateName,
  SETTINGS_STATE,
  startStateName,
  writeRun,
  writeSettings,
  writeStart,
} from "./runner/step-state.ts";
import type { Step } from "./step.ts";

/**
 * Keeps a run for the post step, with all that it needs of this step. Before the first poll, so that
 * no later death of the step loses the run. `index` tells the runs of a step apart.
 */
async function rememberRun({ runner, inputs }: Step, index: number, run: RunState) {
  if (run.phase === "following") {
    const { baseUrl, failOnWarning, login, stopRequest } = inputs;
    const settings = {
      baseUrl: baseUrl.href,
      failOnWarning,
      signIn: signInOf(login),
      ...(stopRequest === undefined ? {} : { stopRequest }),
    };
    await runner.saveState(SETTINGS_STATE, writeSettings(settings));
  }
  await runner.saveState(runStateName(index), writeRun(run));
}

/** What is known of one run, kept for the post step as it changes. */
export interface RunMemory {
  /** `undefined` as long as there is no run. */
  run(): RunState | undefined;
  /** A record of it was read, and says nothing against its being ours. */
  seen(): boolean;
  note(event: RunEvent): Promise<void>;
  enter(phase: RunState["phase"]): Promise<void>;
  /** The outcome is known, and so what came of the start. */
  concluded(): Promise<void>;
  /** Another run was started in its place. */
  replaced(): Promise<void>;
}

export function createRunMemory(step: Step, index: number, flowId: number): RunMemory {
  let run: RunState | undefined;
  let seen = false;
  let unanswered = false;
  const keep = async (next: RunState) => {
    run = next;
    await rememberRun(step, index, next);
  };
  const keepStart = async (open: boolean) => {
    if (open === unanswered) return;
    unanswered = open;
    await step.runner.saveState(startStateName(index), writeStart({ flowId, unanswered }));
  };
  const memory: RunMemory = {
    run: () => run,
    seen: () => seen,
    async note(event) {
      if (event.kind === "starting") await keepStart(true);
      // Nothing was begun.
      if (event.kind === "busy" || event.kind === "start-delayed") await keepStart(false);
      if (event.kind === "started") {
        const { auditId, origin, sentAt, newestAt } = event;
        await keep({
          flowId,
          auditId,
          origin,
          ...(sentAt === undefined ? {} : { sentAt }),
          ...(newestAt === undefined ? {} : { newestAt }),
          phase: "following",
        });
      }
      if (event.kind === "status" && !seen) {
        seen = true;
        // What the start's answer named is held to the same by the post step, seen or not.
        if (run?.origin === "adopted") await keep({ ...run, seen });
      }
      if (event.kind === "not-ours") await memory.enter("not-ours");
    },
    async enter(phase) {
      if (run !== undefined) await keep({ ...run, phase });
    },
    async concluded() {
      // A run that is kept says the same.
      if (run === undefined) await keepStart(false);
    },
    async replaced() {
      if (run !== undefined) await keep({ ...run, retried: true });
    },
  };
  return memory;
}
