import type { WorkflowRunner } from "../../action/runner/workflow-runner.ts";

/** A runner that takes what the test wants to see, and refuses everything else. */
export function fakeRunner(taken: Partial<WorkflowRunner>): WorkflowRunner {
  const refuse = (what: string) => () => {
    throw new Error(`Nobody expected ${what} here.`);
  };
  return {
    prepare: refuse("prepare"),
    mask: refuse("mask"),
    line: refuse("line"),
    debug: refuse("debug"),
    group: refuse("group"),
    warning: refuse("warning"),
    error: refuse("error"),
    output: refuse("output"),
    saveState: refuse("saveState"),
    summary: refuse("summary"),
    ...taken,
  };
}
