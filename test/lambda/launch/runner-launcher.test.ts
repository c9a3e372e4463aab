import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { createRunnerLauncher } from "../../../lambda/launch/runner-launcher.ts";
import { field } from "../../../shared/json-fields.ts";

const clients = vi.hoisted((): unknown[] => []);

vi.mock("../../../lambda/aws/lambda-client.ts", () => ({
  LambdaClient: class {
    constructor(settings: unknown) {
      clients.push(settings);
    }
    send() {
      return Promise.resolve({ DurableExecutionArn: "arn" });
    }
  },
  InvokeCommand: class {
    readonly kind = "invoke";
  },
}));

/** The SDK's usual number of tries. */
const TRIES = 3;

describe("the carrier to the runner", () => {
  it("has an answer or a failure long before Lambda ends the dispatcher", async () => {
    const launcher = createRunnerLauncher("runner:live");
    await launcher.check([], "request-1");
    const handler = field(clients[0], "requestHandler");
    const milliseconds = (name: string) => Number(field(handler, name));
    const longest = TRIES * (milliseconds("connectionTimeout") + milliseconds("requestTimeout"));
    expect(longest).toBeGreaterThan(0);
    expect(longest).toBeLessThanOrEqual(dispatcherTimeoutMs() - 15_000);
    expect(handler).toMatchObject({ throwOnRequestTimeout: true });
  });
});

function dispatcherTimeoutMs(): number {
  const path = join(import.meta.dirname, "..", "..", "..", "lambda", "template.yaml");
  const [, seconds] =
    /Handler: dispatcher\.handler.*?Timeout: (\d+)/s.exec(readFileSync(path, "utf8")) ?? [];
  return Number(seconds) * 1_000;
}
