import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "./pages.ts";

/**
 * A figure on a page and the line of the program that it comes from. Change the one, and this says
 * where the other is. What the figure does is tested elsewhere; measured figures have their own tests
 * (polling-pages, burst-page).
 */
const FIGURES: readonly (readonly [page: string, words: string, file: string, code: string])[] = [
  ["docs/action.md", "ends within 7 seconds", "action/runner/stop-signals.ts", "6_300"],
  ["docs/action.md", "its last 2,000 lines", "action/report/console-log.ts", "MAX_LINES = 2_000;"],
  [
    "docs/action.md",
    "writes up to 10 MB of it",
    "shared/etlworks/http/http-message.ts",
    "MAX_BODY = 10 * 1024 * 1024;",
  ],
  [
    "docs/action.md",
    "`=== flow · run`, up to 64 MB",
    "action/report/log-collector.ts",
    "MAX_BYTES = 64 * 1024 * 1024;",
  ],
  [
    "docs/action.md",
    "our sentence, at most 4 KB",
    "action/report/run-report.ts",
    "MAX_MESSAGE_BYTES = 4_096;",
  ],
  [
    "docs/action.md",
    "The list stays below 100 KB",
    "action/report/conclude-flows.ts",
    "MAX_RESULTS_BYTES = 100_000;",
  ],
  [
    "docs/action.md",
    "a file may have 1 MB",
    "action/runner/workspace.ts",
    "MAX_BYTES = 1024 * 1024;",
  ],
  [
    "docs/action.md",
    "stay below 300 a minute",
    "shared/etlworks/request-budget.ts",
    "REQUESTS_PER_MINUTE = 300;",
  ],
  [
    "docs/action.md",
    "two more times, a minute apart",
    "action/run-with-retries.ts",
    "RETRY_AFTER_MS = 60_000;",
  ],
  [
    "docs/action.md",
    "After a minute without a usable answer",
    "shared/run/tell-failing.ts",
    "TELL_FAILING_AFTER_MS = 60_000;",
  ],
  [
    "docs/action.md",
    "no record of the run for 2 minutes (`lost`)",
    "shared/run/follow/read-poll.ts",
    "LOST_AFTER_MS = 120_000;",
  ],
  [
    "docs/action.md",
    "refusing the key for a minute (`refused`)",
    "shared/run/follow/read-poll.ts",
    "REFUSED_AFTER_MS = 60_000;",
  ],
  ["docs/reliability.md", "(3 s at most", "shared/run/start/baseline.ts", "TIME_LIMIT_MS = 3_000;"],
  [
    "docs/reliability.md",
    "for 30 s at most",
    "shared/run/start/resolve-doubt.ts",
    "SEARCH_MS = 30_000;",
  ],
  [
    "docs/reliability.md",
    "after 1, 2, 4 … 60 s",
    "shared/run/follow/poll-delay.ts",
    "Math.min(60_000, 1_000 * 2 **",
  ],
  [
    "docs/reliability.md",
    "at most an hour",
    "shared/etlworks/replies/answer-times.ts",
    "MAX_RETRY_AFTER_MS = 3_600_000;",
  ],
  [
    "docs/polling.md",
    "between 1 second and 5 minutes (or a tenth of the run's age",
    "shared/run/schedule.ts",
    "Math.max(300, age / 10)",
  ],
  [
    "docs/polling.md",
    "at most 30 seconds after the start",
    "shared/run/follow/follow-run.ts",
    "FIRST_POLL_MS = 30_000;",
  ],
  ["docs/polling.md", "random ±10 %", "shared/run/backoff.ts", "0.9 + 0.2 * random"],
  [
    "docs/lambda.md",
    "keeps a key for at most 5 minutes",
    "lambda/aws/etlworks-secret.ts",
    "SECRET_CACHE_MS = 300_000;",
  ],
  [
    "docs/lambda.md",
    "The ledger remembers an event for five weeks",
    "lambda/lanes/ledger/ledger.ts",
    "KEPT_MS = 35 * 24 * 3_600_000;",
  ],
  ["docs/lambda.md", "the dispatcher's 60 seconds", "lambda/template.yaml", "Timeout: 60\n"],
  [
    "docs/lambda.md",
    "comes back after 6 minutes",
    "lambda/template.yaml",
    "VisibilityTimeout: 360",
  ],
  ["docs/lambda.md", "5 times in all", "lambda/template.yaml", "maxReceiveCount: 5"],
  ["docs/lambda.md", "Lambda tries twice more", "lambda/template.yaml", "MaximumRetryAttempts: 2"],
  ["docs/lambda.md", "logs for 30 days", "lambda/template.yaml", "RetentionInDays: 30"],
  [
    "docs/lambda.md",
    "Both queues keep messages for 14 days",
    "lambda/template.yaml",
    "MessageRetentionPeriod: 1209600",
  ],
  ["docs/lambda.md", "in the queue for 15 minutes", "lambda/template.yaml", "Threshold: 900"],
  ["docs/lambda.md", "`LongestWaitSeconds` (4 hours)", "lambda/template.yaml", "Default: 14400"],
  ["docs/lambda.md", "(14 days; at most 366 days)", "lambda/template.yaml", "Default: 1209600"],
  ["docs/lambda.md", "within 5 minutes", "lambda/template.yaml", "rate(5 minutes)"],
  [
    "docs/lambda.md",
    "15 minutes when it is not set",
    "lambda/environment.ts",
    "MAX_FUNCTION_TIMEOUT_MS = 900_000;",
  ],
  [
    "docs/lambda.md",
    "A batch holds at most 1,000 events",
    "lambda/routes/read-batch.ts",
    "MAX_EVENTS = 1_000;",
  ],
  ["docs/routes.md", "unique; at most 64 characters", "lambda/routes/read-route.ts", "> 64"],
  [
    "docs/routes.md",
    "one a line; at most 8 KB",
    "lambda/lanes/batch-parameters.ts",
    "MAX_KEYS_BYTES = 8 * 1_024;",
  ],
  [
    "docs/routes.md",
    "have 10 seconds per invocation",
    "lambda/routes/routes.ts",
    "ACCEPT_BUDGET_MS = 10_000;",
  ],
  ["docs/routes.md", "one second per event", "lambda/routes/routes.ts", "EVENT_BUDGET_MS = 1_000;"],
  ["docs/routes.md", "more than 2,000 times", "lambda/routes/read-batch.ts", "MAX_LOOKS = 2_000;"],
  [
    "docs/routes.md",
    "| `timeout` | `24h` |",
    "lambda/run-policy.ts",
    "DEFAULT_TIMEOUT = 24 * 3_600_000;",
  ],
  [
    "docs/routes.md",
    "| `longest` | `15m` |",
    "lambda/routes/read-batch.ts",
    "DEFAULT_LONGEST_MS = 15 * 60_000;",
  ],
  [
    "docs/lanes.md",
    "nothing has come, waited or run for a day",
    "lambda/lanes/commands/sweep.ts",
    "IDLE_MS = 24 * 3_600_000;",
  ],
  [
    "docs/lanes.md",
    "sentences, at most 20",
    "lambda/lanes/commands/backfill.ts",
    "MAX_FAILURES = 20;",
  ],
  [
    "docs/lanes.md",
    "(five weeks after `toldAt`)",
    "lambda/lanes/ledger/ledger.ts",
    "KEPT_MS = 35 * 24",
  ],
  ["docs/threat-model.md", "may be 1,000 levels deep", "shared/json.ts", "MAX_DEPTH = 1_000;"],
  [
    "docs/threat-model.md",
    "end at 10 MB and 30 seconds",
    "shared/etlworks/transmit.ts",
    "USUAL_TIME_LIMIT_MS = 30_000;",
  ],
  ["docs/threat-model.md", "more than 200 ms", "lambda/routes/accept.ts", "LIMIT_MS = 200;"],
  [
    "docs/troubleshooting.md",
    "60 minutes by default in the Action and a day in Lambda",
    "action.yml",
    "default: 60m",
  ],
];

describe("a figure on a page is the program's own", () => {
  it.each(FIGURES)("%s: %s", (page, words, file, code) => {
    expect(oneLine(read(page)).includes(words), `${page} does not say: ${words}`).toBe(true);
    expect(read(file).includes(code), `${file} does not have: ${code}. Correct ${page}.`).toBe(
      true,
    );
  });
});

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}

function read(path: string): string {
  return readFileSync(join(root, path), "utf8").replaceAll("\r\n", "\n");
}
