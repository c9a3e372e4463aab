import type { WorkflowRunner } from "../../action/runner/workflow-runner.ts";

/** What a step told a runner that takes everything. */
export interface Recording {
  readonly runner: WorkflowRunner;
  readonly lines: readonly string[];
  readonly warnings: readonly string[];
  readonly errors: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  /** So far. */
  readonly summary: () => string;
}

export function createRecordingRunner(): Recording {
  const lines: string[] = [];
  const warnings: string[] = [];
  const errors: string[] = [];
  const outputs: Record<string, string> = {};
  const state: Record<string, string> = {};
  let summary = "";
  const runner: WorkflowRunner = {
    prepare: () => undefined,
    mask: () => undefined,
    debug: () => undefined,
    line: text => void lines.push(text),
    group: title => void lines.push(title),
    warning: async text => void warnings.push(text),
    error: async text => void errors.push(text),
    async output(name, value) {
      outputs[name] = value;
    },
    async saveState(name, value) {
      state[name] = value;
    },
    async summary(markdown) {
      summary += markdown;
    },
  };
  return { runner, lines, warnings, errors, outputs, state, summary: () => summary };
}
