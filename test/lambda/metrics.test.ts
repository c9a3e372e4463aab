import { describe, expect, it } from "vitest";
import { createMetrics, type MetricName } from "../../lambda/metrics.ts";
import { isObject } from "../../shared/json.ts";
import { field } from "../../shared/json-fields.ts";

const AT = Date.UTC(2026, 10, 23, 12);

/** Metrics, and what each line of them says. */
function recorded(stack?: string) {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const metrics = createMetrics({ write, epochMs: () => AT, stack });
  return { metrics, lines, read: () => lines.map((line): unknown => JSON.parse(line)) };
}

function declaring(dimensions: readonly string[], ...metrics: readonly [string, string][]) {
  return {
    Timestamp: AT,
    CloudWatchMetrics: [
      {
        Namespace: "EtlworksRunFlow",
        Dimensions: [dimensions],
        Metrics: metrics.map(([Name, Unit]) => ({ Name, Unit })),
      },
    ],
  };
}

it("each metric has its unit", () => {
  const units: Readonly<Record<MetricName, string>> = {
    Delivered: "Count",
    Started: "Count",
    Deduplicated: "Count",
    Unmatched: "Count",
    Skipped: "Count",
    Failures: "Count",
    Outcomes: "Count",
    Untold: "Count",
    LatenessSeconds: "Seconds",
    Waiting: "Count",
    LanesHeld: "Count",
    OldestWaitingSeconds: "Seconds",
    Requests: "Count",
  };
  const { metrics, read } = recorded();
  const names = Object.keys(units).filter((name): name is MetricName => name in units);
  for (const name of names) metrics.add(name, 3);
  metrics.flush();
  expect(read()).toEqual([
    {
      _aws: declaring([], ...Object.entries(units)),
      ...Object.fromEntries(names.map(name => [name, 3])),
    },
  ]);
});

describe("a line of metrics", () => {
  it("names the deployment, if there is one, before its own dimensions", () => {
    const { metrics, lines, read } = recorded("prod");
    metrics.add("Started", 2, { Route: "orders" });
    metrics.add("Started");
    metrics.flush();
    expect(read()).toEqual([
      {
        _aws: declaring(["Stack", "Route"], ["Started", "Count"]),
        Stack: "prod",
        Route: "orders",
        Started: 2,
      },
      { _aws: declaring(["Stack"], ["Started", "Count"]), Stack: "prod", Started: 1 },
    ]);
    for (const line of lines) expect(line).toMatch(/^\{"_aws":.*\}\n$/);
  });

  it.each([
    ["orders, daily: 100%", "orders, daily: 100%"],
    ["Überträge", "%C3%9Cbertr%C3%A4ge"],
    ["注文 🛒", "%E6%B3%A8%E6%96%87 %F0%9F%9B%92"],
    ["a\nb\u007F", "a%0Ab%7F"],
    ["  ", "%20%20"],
    ["half \ud83d", "half %EF%BF%BD"],
  ])("has plain ASCII in the dimension of %j, as CloudWatch demands", (name, written) => {
    const { metrics, read } = recorded(name);
    metrics.add("Failures", 1, { Route: name });
    metrics.flush();
    expect(read()).toEqual([
      {
        _aws: declaring(["Stack", "Route"], ["Failures", "Count"]),
        Stack: written,
        Route: written,
        Failures: 1,
      },
    ]);
  });

  it("is one for each route and each outcome", () => {
    const { metrics, read } = recorded();
    const sets = [
      { Route: "a" },
      { Route: "b" },
      { Outcome: "a" },
      { Route: "a", Outcome: "a" },
      {},
    ];
    for (const set of [...sets, ...sets]) metrics.add("Outcomes", 1, set);
    metrics.flush();
    expect(read()).toEqual(
      sets.map(set => ({
        _aws: declaring(Object.keys(set), ["Outcomes", "Count"]),
        ...set,
        Outcomes: 2,
      })),
    );
  });

  it("is written once, and counting begins anew", () => {
    const { metrics, read } = recorded();
    metrics.flush();
    metrics.add("Requests", 5);
    metrics.flush();
    metrics.flush();
    metrics.add("Requests");
    metrics.flush();
    expect(read().map(line => field(line, "Requests"))).toEqual([5, 1]);
  });

  it("keeps the last hundred durations apart, and one alone as a number", () => {
    const { metrics, read } = recorded();
    metrics.add("OldestWaitingSeconds", 9);
    for (let second = 1; second <= 101; second += 1) metrics.add("LatenessSeconds", second);
    metrics.flush();
    const [line] = read();
    const { _aws: _, ...values } = isObject(line) ? line : {};
    expect(values).toEqual({
      OldestWaitingSeconds: 9,
      LatenessSeconds: Array.from({ length: 100 }, (_value, index) => index + 2),
    });
  });
});
