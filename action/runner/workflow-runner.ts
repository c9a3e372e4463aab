import { messageOf } from "../../shared/thrown.ts";
import { plainLine, plainLines } from "./plain-text.ts";

/** What a step can tell the machine that runs it. The rest of `action/` knows nothing else of it. */
export interface WorkflowRunner {
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
  /**
   * Outputs, state and summary lie beside the run and do not decide about it: a file that cannot be
   * written (a full disk) is a warning, one for each kind of file, and never an error.
   */
  output(name: string, value: string): Promise<void>;
  /** Kept for the post step. */
  saveState(name: string, value: string): Promise<void>;
  summary(markdown: string): Promise<void>;
}

type Core = typeof import("@actions/core");

/**
 * The runner behind `@actions/core`. The toolkit takes its time to load, so it is loaded at
 * `prepare`: while the first request is under way. Until then only a mark, masks and lines are
 * written, which need no toolkit.
 */
export function createWorkflowRunner(dependencies: {
  readonly write: (text: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly loadCore: () => Promise<Core>;
  /** Hides known secrets. The last thing before anything is printed. */
  readonly redact: (text: string) => string;
}): WorkflowRunner {
  let loading: Promise<Core> | undefined;
  const core = () => {
    loading ??= dependencies.loadCore();
    return loading;
  };
  const { write, redact } = dependencies;
  const line = (text: string) => redact(plainLine(text));
  const annotate = async (kind: "warning" | "error", text: string, title: string) =>
    (await core())[kind](redact(harmless(text)), { title: line(title) });
  const failed = new Set<keyof typeof MISSING>();
  const orWarn = async (file: keyof typeof MISSING, work: () => Promise<void> | void) => {
    try {
      await work();
    } catch (error) {
      if (failed.has(file)) return;
      failed.add(file);
      const why = messageOf(error);
      await annotate(
        "warning",
        `The runner's file for ${file} could not be written (${why}). The run is not affected; ${MISSING[file]}.`,
        "Run Etlworks Flow",
      );
    }
  };
  return {
    prepare: () => void core(),
    mask: text => write(`::add-mask::${escapeData(text)}\n`),
    line: text => write(`${line(text)}\n`),
    debug: text => {
      if (dependencies.environment["RUNNER_DEBUG"] === "1")
        write(`::debug::${escapeData(line(text))}\n`);
    },
    group(title, lines) {
      write(`::group::${escapeData(line(title))}\n`);
      for (const content of lines) write(`| ${redact(content)}\n`);
      write("::endgroup::\n");
    },
    warning: (text, title) => annotate("warning", text, title),
    error: (text, title) => annotate("error", text, title),
    output: (name, value) => orWarn("outputs", async () => (await core()).setOutput(name, value)),
    saveState: (name, value) => orWarn("state", async () => (await core()).saveState(name, value)),
    summary: markdown =>
      orWarn("summaries", async () => {
        // Without the file there is no place for a summary (act, old servers).
        if ((dependencies.environment["GITHUB_STEP_SUMMARY"] ?? "") === "") return;
        const { summary } = await core();
        await summary.addRaw(markdown, true).write();
      }),
  };
}

/** What comes of it when a file of the runner cannot be written. */
const MISSING = {
  outputs: "later steps miss what is in it",
  state: "if this step is killed, the clean-up cannot stop the run",
  summaries: "the job has no summary of it",
} as const;

function harmless(text: string): string {
  return plainLines(text).join("\n");
}

/** As the runner reads it back: https://github.com/actions/toolkit, packages/core, command.ts. */
function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
