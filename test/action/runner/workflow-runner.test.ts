import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as core from "@actions/core";
import * as fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { plainLine, plainLines } from "../../../action/runner/plain-text.ts";
import {
  createWorkflowRunner,
  type WorkflowRunner,
} from "../../../action/runner/workflow-runner.ts";
import { HOSTILE_TEXT } from "../hostile-text.ts";

const text = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.constantFrom("%", "\r\n", "%0A", "a\nb", "::", "x%25y\rz", HOSTILE_TEXT),
);

const unchanged = (shown: string) => shown;

function ours(
  act: (runner: WorkflowRunner) => void,
  environment: Readonly<Record<string, string>> = {},
): string {
  let written = "";
  const write = (part: string) => {
    written += part;
  };
  act(createWorkflowRunner({ write, environment, loadCore: async () => core, redact: unchanged }));
  return written;
}

/** What the toolkit writes to stdout meanwhile. */
async function theirs(act: () => void | Promise<void>): Promise<string> {
  let written = "";
  const spy = vi.spyOn(process.stdout, "write").mockImplementation(part => {
    written += String(part);
    return true;
  });
  try {
    await act();
  } finally {
    spy.mockRestore();
  }
  return written;
}

describe("what is written without the toolkit is what the toolkit would write", () => {
  it("for a mask", async () => {
    await fc.assert(
      fc.asyncProperty(text, async secret => {
        expect(ours(runner => runner.mask(secret))).toBe(
          await theirs(() => core.setSecret(secret)),
        );
      }),
    );
  });

  it("for a line to debug, when somebody does", async () => {
    await fc.assert(
      fc.asyncProperty(text, async message => {
        expect(ours(runner => runner.debug(message), { RUNNER_DEBUG: "1" })).toBe(
          await theirs(() => core.debug(plainLine(message))),
        );
        expect(ours(runner => runner.debug(message))).toBe("");
      }),
    );
  });

  it("for a group, whose lines are none of the runner's", async () => {
    await fc.assert(
      fc.asyncProperty(text, text, async (title, content) => {
        const lines = plainLines(content);
        expect(ours(runner => runner.group(title, lines))).toBe(
          await theirs(() => {
            core.startGroup(plainLine(title));
            for (const line of lines) core.info(`| ${line}`);
            core.endGroup();
          }),
        );
      }),
    );
  });

  it("for a line", async () => {
    await fc.assert(
      fc.asyncProperty(text, async message => {
        expect(ours(runner => runner.line(message))).toBe(
          await theirs(() => core.info(plainLine(message))),
        );
      }),
    );
  });
});

describe("what goes through the toolkit", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it("is harmless: one command, its text without a command in it", async () => {
    await fc.assert(
      fc.asyncProperty(text, text, async (message, title) => {
        for (const kind of ["warning", "error"] as const) {
          const runner = createWorkflowRunner({
            write: () => undefined,
            environment: {},
            loadCore: async () => core,
            redact: unchanged,
          });
          const written = await theirs(() => runner[kind](message, title));
          expect(written).toMatch(new RegExp(`^::${kind}[^\n\r]*\n$`));
          expect(written).not.toContain("##[");
        }
      }),
    );
  });

  it("leaves values in the files as they are", async () => {
    await inFolder(async folder => {
      for (const name of ["OUTPUT", "STATE", "STEP_SUMMARY"]) {
        writeFileSync(join(folder, name), "");
        vi.stubEnv(`GITHUB_${name}`, join(folder, name));
      }
      const environment = { GITHUB_STEP_SUMMARY: join(folder, "STEP_SUMMARY") };
      const runner = createWorkflowRunner({
        write: () => undefined,
        environment,
        loadCore: async () => core,
        redact: unchanged,
      });
      await runner.output("message", HOSTILE_TEXT);
      await runner.saveState("run", "{}");
      await runner.summary("### Title\n");
      const output = readFileSync(join(folder, "OUTPUT"), "utf8");
      const [head = "", ...rest] = output.split("\n");
      const delimiter = /^message<<(ghadelimiter_[\w-]{36})$/.exec(head)?.[1];
      expect(rest.join("\n")).toBe(`${HOSTILE_TEXT.toWellFormed()}\n${delimiter}\n`);
      expect(readFileSync(join(folder, "STATE"), "utf8")).toMatch(/^run<<(\S+)\n\{\}\n\1\n$/);
      expect(readFileSync(join(folder, "STEP_SUMMARY"), "utf8")).toBe("### Title\n\n");
    });
  });

  it("hides a secret last, when nothing keeps its characters apart any more", async () => {
    let written = "";
    const runner = createWorkflowRunner({
      write: part => {
        written += part;
      },
      environment: {},
      loadCore: async () => core,
      redact: shown => shown.replaceAll("hunter22", "***"),
    });
    const apart = "hun\u0000ter\u001b[0m2\u200f2";
    runner.line(apart);
    runner.group(apart, ["hunter22"]);
    for (const kind of ["warning", "error"] as const) {
      written += await theirs(() => runner[kind](apart, apart));
    }
    expect(written).not.toContain("hunter22");
    expect(written.match(/\*\*\*/g)).toHaveLength(7);
  });

  it("warns once for each file that cannot be written, and goes on", async () => {
    const runner = createWorkflowRunner({
      write: () => undefined,
      environment: { GITHUB_STEP_SUMMARY: "/dev/full" },
      loadCore: async () => core,
      redact: unchanged,
    });
    for (const name of ["OUTPUT", "STATE"]) vi.stubEnv(`GITHUB_${name}`, "/dev/full");
    const written = await theirs(async () => {
      for (const name of ["outcome", "message"]) {
        await runner.output(name, "x");
        await runner.saveState(name, "x");
      }
    });
    const warnings = written.split("\n").filter(line => line.startsWith("::warning"));
    expect(warnings).toEqual([
      expect.stringMatching(
        /The runner's file for outputs could not be written \(ENOSPC.*; later steps miss/,
      ),
      expect.stringMatching(
        /The runner's file for state could not be written \(ENOSPC.*; if this step is killed, the/,
      ),
    ]);
  });

  it("is loaded when it is first needed, once, or when there is time for it", async () => {
    let loads = 0;
    const runner = createWorkflowRunner({
      write: () => undefined,
      environment: { RUNNER_DEBUG: "1" },
      loadCore: async () => {
        loads += 1;
        return core;
      },
      redact: unchanged,
    });
    runner.mask("secret");
    runner.line("line");
    runner.debug("debug");
    runner.group("group", []);
    await runner.summary("without a file there is no summary");
    expect(loads).toBe(0);
    runner.prepare();
    runner.prepare();
    await theirs(() => runner.warning("text", "title"));
    expect(loads).toBe(1);
  });
});

function inFolder<Result>(work: (folder: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), "etlworks-runner-"));
  const remove = () => rmSync(folder, { recursive: true });
  const result = work(folder);
  if (result instanceof Promise) void result.finally(remove);
  else remove();
  return result;
}
