import { describe, expect, it } from "vitest";
import type { FaultRule } from "../sandbox/faults.ts";
import { runInVirtualTime } from "./step-in-virtual-time.ts";

const TEN = Array.from({ length: 10 }, (_, index) => ({ id: index + 1, name: `F${index + 1}` }));
const ALL = { "flow-id": "", flows: "1\n2\n3\n4\n5\n6\n7\n8\n9\n10", "dry-run": "true" };
const ONE = { "flow-id": "1", "dry-run": "true" };

const examine = (inputs: Readonly<Record<string, string>>, fault: FaultRule) =>
  runInVirtualTime({ flows: TEN }, inputs, { before: sandbox => void sandbox.fault(fault) });

describe("a dry run of a server that has no usable answer", () => {
  const down = { kind: "answer", when: "before", status: 503, times: 1_000 } as const;

  it.each([
    ["one flow", ONE, { ...down }],
    ["ten flows", ALL, { ...down }],
    ["ten flows without a history", ALL, { ...down, path: /history/ }],
    ["one flow and too many requests", ONE, { ...down, status: 429 }],
  ] as const)(
    "says so at once, and tries for a minute in all: %s",
    async (_what, inputs, fault) => {
      const { lines, elapsedMs } = await examine(inputs, fault);
      const told = lines.filter(line => line.includes("trying again"));
      expect(told).toHaveLength(1);
      expect(told[0]).toMatch(/No usable answer yet \(.+\); trying again$/);
      expect(elapsedMs).toBeLessThanOrEqual(61_000);
    },
  );

  it("still looks at each flow once", async () => {
    const { exitCode, outputs } = await examine(ALL, { ...down, path: /flows\/\d+$/ });
    expect(exitCode).toBe(1);
    for (const { id } of TEN) expect(outputs["message"]).toContain(`/flows/${id} answered 503`);
  });

  it("doubts no address while a 429 keeps the requests back", async () => {
    const limited = { ...down, status: 429 };
    const { exitCode, outputs } = await examine({ ...ALL, timeout: "2m" }, limited);
    expect(exitCode).toBe(1);
    expect(outputs["message"]).toContain(
      "The limit of requests per minute left no room before the timeout. Try again later, set a longer timeout, or start fewer runs at the same time.",
    );
    expect(outputs["message"]).not.toMatch(/base-url|reach/);
  });

  it("goes on where it has passed", async () => {
    const { exitCode, lines } = await examine(ALL, { ...down, times: 3 });
    expect(exitCode).toBe(0);
    expect(lines.filter(line => line.includes("would send"))).toHaveLength(10);
  });
});
