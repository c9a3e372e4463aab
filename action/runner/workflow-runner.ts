import { appendFileSync } from "node:fs";
import { plainLine, plainLines } from "./plain-text.ts";

/** What a step can tell the machine that runs it. The rest of `action/` knows nothing else of it. */
export interface WorkflowRunner {
  /** Leaves the mark by which the post step knows itself. The first thing a step does. */
  markPhase(): void;
  /** Begins to load what is needed later. */
  readonly prepare: () => void;
  /** Hides a text in everything printed from now on. */
  mask(text: string): void;
  /** One line in the log. */
  line(text: string): void;
  debug(text: string): void;
  group(title: string, lines: readonly string[]): void;
  warning(text: string, title: string): Promise<void>;
  /** The one red annotation of a step that fails. */
  error(text: string, title: string): Promise<void>;
  output(name: string, value: string): Promise<void>;
  /** Kept for the post step. */
  saveState(name: string, value: string): Promise<void>;
  summary(markdown: string): Promise<void>;
}

type Core = typeof import("@actions/core");

/**
 * The runner behind `@actions/core`. The toolkit costs 40 ms to load (97 % of it an HTTP client
 * that is not used here), so it is loaded at `prepare`: while the first request is under way. Until
 * then only a mark, masks and lines are written, which need no toolkit.
 */
export function createWorkflowRunner(dependencies: {
  readonly write: (text: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly loadCore: () => Promise<Core>;
}): WorkflowRunner {
  let loading: Promise<Core> | undefined;
  const core = () => {
    loading ??= dependencies.loadCore();
    return loading;
  };
  const { write } = dependencies;
  return {
    markPhase() {
      const file = dependencies.environment["GITHUB_STATE"] ?? "";
      if (file === "") return;
      try {
        appendFileSync(file, "phase=post\n");
      } catch {
        // A full disk, say. post.js sets the same mark itself, so the run need not wait for it.
      }
    },
    prepare: () => void core(),
    mask: text => write(`::add-mask::${escapeData(text)}\n`),
    line: text => write(`${plainLine(text)}\n`),
    debug: text => {
      if (dependencies.environment["RUNNER_DEBUG"] === "1")
        write(`::debug::${escapeData(plainLine(text))}\n`);
    },
    group(title, lines) {
      write(`::group::${escapeData(plainLine(title))}\n`);
      for (const line of lines) write(`| ${line}\n`);
      write("::endgroup::\n");
    },
    warning: async (text, title) =>
      (await core()).warning(harmless(text), { title: plainLine(title) }),
    error: async (text, title) => (await core()).error(harmless(text), { title: plainLine(title) }),
    output: async (name, value) => (await core()).setOutput(name, value),
    saveState: async (name, value) => (await core()).saveState(name, value),
    async summary(markdown) {
      // Without the file there is no place for a summary (act, old servers).
      if ((dependencies.environment["GITHUB_STEP_SUMMARY"] ?? "") === "") return;
      const { summary } = await core();
      await summary.addRaw(markdown, true).write();
    },
  };
}

function harmless(text: string): string {
  return plainLines(text).join("\n");
}

/** As the runner reads it back: https://github.com/actions/toolkit, packages/core, command.ts. */
function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
