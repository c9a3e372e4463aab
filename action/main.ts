import { createHttp } from "../shared/etlworks/http.ts";
import { processClock, sleepInProcess } from "../shared/run/process-host.ts";
import { postStep } from "./post-step.ts";
import { runStep } from "./run-step.ts";
import { listenForStop } from "./runner/stop-signals.ts";
import { createWorkflowRunner } from "./runner/workflow-runner.ts";

/**
 * The entry of both phases. `main` tells `post` about itself through the state that the runner
 * keeps; `dist/action/post.js` sets the same mark itself, so that a step killed before its first
 * line can never be taken for a new one and start the flow again.
 */
const environment = process.env;
const runner = createWorkflowRunner({
  write: text => process.stdout.write(text),
  environment,
  loadCore: () => import("@actions/core"),
});
const http = createHttp(environment, runner.prepare);
const signals = listenForStop(process, processClock);
const dependencies = {
  environment,
  runner,
  send: http.send,
  clock: processClock,
  random: Math.random,
  sleep: sleepInProcess,
  every: (milliseconds: number, beat: () => void) => {
    const timer = setInterval(beat, milliseconds);
    return () => clearInterval(timer);
  },
  loadGithub: () => import("@actions/github"),
  ...signals,
};

if (environment["STATE_phase"] === "post") {
  await postStep(dependencies);
} else {
  runner.markPhase();
  // No `process.exit`: on Windows it can abort after a request (nodejs/node#56645).
  process.exitCode = await runStep(dependencies);
}
http.close();
signals.close();
