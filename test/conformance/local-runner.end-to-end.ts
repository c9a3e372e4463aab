import { describeOnLocalRunner } from "./local-runner.ts";
import { SCENARIOS } from "./scenarios.ts";

describeOnLocalRunner(SCENARIOS);
