import { createHttp } from "../shared/etlworks/http/http.ts";
import { processClock, sleepInProcess } from "../shared/run/process-host.ts";
import { createSecrets } from "../shared/secrets.ts";
import { postStep } from "./post-step.ts";
import { runStep } from "./run-step.ts";
import { listenForStop } from "./runner/stop-signals.ts";
import { createWorkflowRunner } from "./runner/workflow-runner.ts";
import { openWorkspace } from "./runner/workspace.ts";

/**
 * The entry of both phases. `dist/action/post.js` says by an argument that it is the post step: what
 * stands in the environment, which other steps can write, decides nothing.
 */
const environment = process.env;
const secrets = createSecrets(form => runner.mask(form));
const runner = createWorkflowRunner({
  write: text => process.stdout.write(text),
  environment,
  loadCore: () => import("@actions/core"),
  redact: secrets.redact,
});
const http = createHttp(environment, runner.prepare);
const signals = listenForStop(process, processClock);
const dependencies = {
  environment,
  runner,
  secrets,
  workspace: openWorkspace(environment, process.cwd()),
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

if (process.argv[2] === "post") {
  await postStep(dependencies);
} else {
  // No `process.exit`: on Windows it can abort after a request (nodejs/node#56645).
  process.exitCode = await runStep(dependencies);
}
http.close();
signals.close();
