import type { StepResult } from "../action/run-bundle.ts";
import { runStep } from "../action/run-bundle.ts";
import { pastRuns } from "../sandbox/flow.ts";
import { startSandbox } from "../sandbox/server.ts";
import { demonstrateLambda, FLOW_OF_DEMO } from "./lambda-demo.ts";

/**
 * `npm run demo`: the committed bundles, run as a runner and as AWS would run them, against the
 * sandbox in place of Etlworks. Nothing leaves this machine.
 */
const DAY_MS = 86_400_000;
const sandbox = await startSandbox({
  flows: [
    {
      id: 12345,
      name: "Stripe to Snowflake — daily",
      runs: [{ queuedMs: 1_500, runningMs: 4_000, records: 48_213 }],
      past: pastRuns(Date.now(), DAY_MS, [5_400, 5_600, 5_500, 5_700, 5_300]),
    },
    {
      id: 12346,
      name: "Orders: landing bucket to warehouse",
      runs: [
        {
          runningMs: 2_500,
          end: "error",
          message: "ERROR: value too long for type character varying(12)\nColumn: customer",
        },
        { runningMs: 2_000, records: 118 },
      ],
    },
    {
      id: FLOW_OF_DEMO,
      name: "Orders: S3 to warehouse",
      runs: [
        { runningMs: 2_000, records: 1_204 },
        { runningMs: 1_000, end: "error", message: "ERROR: relation orders is locked" },
        { runningMs: 1_500, records: 97 },
      ],
    },
    ...["Salesforce contacts", "Refunds", "Exchange rates"].map((name, index) => ({
      id: 12351 + index,
      name,
      tags: ["nightly"],
      runs: [{ queuedMs: 300, runningMs: 2_000 + 700 * index, records: 1_204 * (index + 1) }],
      past: pastRuns(Date.now(), DAY_MS, [2_500, 2_700, 2_600, 2_800, 2_400]),
    })),
  ],
});

try {
  show(
    "1. A step that succeeds",
    await step({ "flow-id": "12345", parameters: "runDate=2026-11-23\nregion=eu" }),
  );
  show(
    "2. A step that fails: the job stops here, with the reason",
    await step({ "flow-name": "Orders: landing bucket to warehouse" }),
  );
  show(
    '3. Three flows in one step: all that have the tag "nightly"',
    await step({ "flow-tag": "nightly", "max-parallel": "2" }),
  );
  heading("4. A burst of files in S3: one run loads them all; a batch fails, and is run again");
  await demonstrateLambda(sandbox);
  heading("Every request that the sandbox got in place of Etlworks, in all four");
  for (const { method, path } of sandbox.requests) console.log(`  ${method} ${path}`);
} finally {
  await sandbox.close();
}

function step(inputs: Readonly<Record<string, string>>): Promise<StepResult> {
  const common = { "base-url": sandbox.baseUrl, "api-key": sandbox.apiKey };
  return runStep({ inputs: { ...common, ...inputs } });
}

function show(title: string, result: StepResult): void {
  heading(title);
  indent(readableLog(result.stdout));
  console.log(`\n  exit code ${result.exitCode}`);
  console.log("\n  outputs");
  for (const [name, value] of Object.entries(result.outputs)) {
    const [line = "", ...more] = value.split("\n");
    const text = line.length > 90 || more.length > 0 ? `${line.slice(0, 90)}…` : line;
    console.log(`    ${name.padEnd(17)}${text}`);
  }
  console.log("\n  job summary (Markdown)");
  indent(result.summary.trimEnd().split("\n"), "    ");
}

function heading(title: string): void {
  console.log(`\n${title}\n${"─".repeat(title.length)}`);
}

function indent(lines: readonly string[], by = "  "): void {
  for (const line of lines) console.log(by + line);
}

/** Commands as GitHub shows them: masks are swallowed, annotations are words. */
function readableLog(stdout: string): string[] {
  return stdout
    .trimEnd()
    .split("\n")
    .flatMap(line => {
      const [, name = "", text = ""] = /^::([\w-]+)[^:]*::(.*)$/.exec(line) ?? [];
      if (name === "") return [line];
      if (name !== "error" && name !== "warning") return [];
      const label = name === "error" ? "Error" : "Warning";
      const readable = text.replaceAll("%0A", "\n").replaceAll("%25", "%");
      return `${label}: ${readable}`.split("\n");
    });
}
