import { describeOnLocalRunner } from "./local-runner.ts";
import { scenarioNamed } from "./scenarios.ts";

/**
 * One for each thing that the host does there: a step and a condition, no condition, a start that is
 * delayed, asked again and adopted, one that another run keeps waiting, the deadline, a mistake.
 * local-runner.end-to-end.ts has all of them, since the runner takes real time for each wait.
 */
const SOME = [
  "a usual run",
  "not waiting",
  "connection refused twice, then up again",
  "503 after the start took effect, listed late",
  "busy, policy wait",
  "the deadline passes",
  "a flow that is not there",
];

describeOnLocalRunner(SOME.map(scenarioNamed));
