import { describe, expect, it } from "vitest";
import { DEFAULT_TIMEOUT, parsePolicy } from "../../lambda/run-policy.ts";
import { field } from "../../shared/json-fields.ts";
import { IF_RUNNING } from "../../shared/run/if-running.ts";

function parse(value: unknown): { policy: unknown; refused: string[] } {
  const refused: string[] = [];
  const policy = parsePolicy(
    name => field(value, name),
    (name, message) => void refused.push(`${name}: ${message}`),
  );
  return { policy, refused };
}

describe("a policy", () => {
  it.each([
    [{}, { ifRunning: "wait", timeout: DEFAULT_TIMEOUT, failOnWarning: false }],
    [
      { ifRunning: "attach", timeout: "1h30m", failOnWarning: true },
      { ifRunning: "attach", timeout: 5_400_000, failOnWarning: true },
    ],
    [{ timeout: 0 }, { ifRunning: "wait", timeout: 0, failOnWarning: false }],
    [{ timeout: "0" }, { ifRunning: "wait", timeout: 0, failOnWarning: false }],
  ])("%j is %j", (value, policy) => {
    expect(parse(value)).toEqual({ policy, refused: [] });
  });

  it.each([
    [{ ifRunning: "Wait" }, `ifRunning: "Wait" is not one of ${IF_RUNNING.join(", ")}`],
    [{ ifRunning: null }, "ifRunning: null is not one of"],
    [{ timeout: 30 }, 'timeout: "30" has no unit. Did you mean 30s or 30m?'],
    [{ timeout: "90" }, 'timeout: "90" has no unit. Did you mean 90s or 90m?'],
    [{ timeout: [30] }, "timeout: [30] is not a duration"],
    [{ timeout: 1.5 }, "timeout: 1.5 is not a duration"],
    [{ timeout: "90 s" }, 'timeout: "90 s" is not a duration'],
    [{ timeout: -1 }, "timeout: -1 is not a duration"],
    [{ timeout: null }, "timeout: null is not a duration"],
    [{ failOnWarning: 1 }, "failOnWarning: 1 is neither true nor false"],
  ])("%j is refused", (value, message) => {
    expect(parse(value).refused.join()).toContain(message);
  });
});
