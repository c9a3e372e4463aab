import { signInOf } from "./inputs/login.ts";
import type { StatusState } from "./runner/step-state.ts";
import {
  type RunState,
  runStateName,
  SETTINGS_STATE,
  STATUS_STATE,
  writeRun,
  writeSettings,
  writeStatus,
} from "./runner/step-state.ts";
import type { Step } from "./step.ts";

/**
 * Keeps a run for the post step, with all that it needs of this step. Before the first poll, so that
 * no later death of the step loses the run. `index` tells the runs of a step apart.
 */
export async function rememberRun({ runner, inputs }: Step, index: number, run: RunState) {
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

export async function rememberStatus({ runner }: Step, status: StatusState) {
  await runner.saveState(STATUS_STATE, writeStatus(status));
}
