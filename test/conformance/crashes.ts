import { describe, expect, it } from "vitest";
import { tellDurably } from "./hosts.ts";
import { type Scenario, scenarioNamed } from "./scenarios.ts";

/** Stories in which a second run could begin: those where the start meets trouble, and the usual one. */
export const CRASH_STORIES = [
  "a usual run",
  "the answer to the start is lost",
  "the start hangs and takes effect",
  "503 after the start took effect, listed late",
  "connection refused twice, then up again",
  "429 to the start, with and without a date",
  "busy, policy wait",
  "busy, policy attach",
  "a login whose token expires on the way",
];

/** The story with a short run: the deaths of interest are around the start. */
export function crashStory(name: string): Scenario {
  const { world, ...scenario } = scenarioNamed(name);
  const flows = (world.flows ?? []).map(flow => ({
    ...flow,
    runs: (flow.runs ?? []).map(plan => ({ ...plan, runningMs: 5_000 })),
  }));
  return { ...scenario, world: { ...world, tokenLifetimeMs: 2_000, flows } };
}

/** Lets a process die, and be taken over from, wherever it can in these stories. */
export function describeCrashes(names: readonly string[]): void {
  const stories = names.map(crashStory);
  describe.each(stories)("a process that dies: $name", scenario => {
    it.each(["before", "after"] as const)(
      "at any checkpoint, %s AWS has taken it in: no second run",
      async moment => {
        const quiet = await tellDurably(scenario);
        for (let checkpoint = 1; ; checkpoint++) {
          let crashed = false;
          const told = await tellDurably(scenario, {
            crashAt: (when, count) => {
              const now = when === moment && count === checkpoint;
              crashed ||= now;
              return now;
            },
          });
          if (!crashed) break;
          judge(told, quiet);
        }
      },
    );

    it.each(["before", "after"] as const)(
      "at any request, %s the server has acted on it: no second run",
      async moment => {
        const quiet = await tellDurably(scenario);
        for (let request = 1; ; request++) {
          let crashed = false;
          const told = await tellDurably(scenario, {
            crashAtRequest: (when, count) => {
              const now = !crashed && when === moment && count === request;
              crashed ||= now;
              return now;
            },
          });
          if (!crashed) break;
          judge(told, quiet);
        }
      },
    );
  });

  describe.each(stories)("an invocation that another one takes over from: $name", scenario => {
    it("at any checkpoint: the execution goes on, with one start", async () => {
      const quiet = await tellDurably(scenario);
      await supersedeEach(scenario, told => judge(told, quiet));
    });
  });
}

/** Plays the story once for each checkpoint, which AWS refuses as that of an old invocation. */
export async function supersedeEach(
  scenario: Scenario,
  judged: (told: Told) => void,
): Promise<void> {
  let checkpoint = 1;
  for (; ; checkpoint++) {
    let superseded = false;
    const told = await tellDurably(scenario, {
      supersededAt: count => {
        const now = count === checkpoint;
        superseded ||= now;
        return now;
      },
    });
    if (!superseded) break;
    judged(told);
  }
  expect(checkpoint).toBeGreaterThan(3);
}

type Told = Awaited<ReturnType<typeof tellDurably>>;

function judge({ end, world, wire }: Told, quiet: Told): void {
  const ours = world.model.runs.filter(run => run.startedBy === "api");
  const others = world.model.runs.filter(run => run.startedBy !== "api");
  const attaches = originOf(quiet) === "attached";
  expect(ours.length).toBeLessThanOrEqual(attaches ? 0 : 1);

  // A death may cost the knowledge of the start, never its uniqueness.
  const { kind } = end;
  expect(attaches ? ["success", "busy", "start-unknown"] : ["success", "start-unknown"]).toContain(
    kind,
  );

  // Where others start the flow in the same second, the history cannot tell theirs from ours.
  if (kind === "success" && others.length === 0 && !attaches) {
    expect(end).toMatchObject({ auditId: ours[0]?.auditId });
  }
  expect(startsOf(wire)).toBeLessThanOrEqual(startsOf(quiet.wire));
}

function originOf({ end }: Told): string | undefined {
  return "origin" in end ? end.origin : undefined;
}

export function startsOf(wire: Told["wire"]): number {
  return wire.filter(({ line }) => line.startsWith("POST /rest/v1/flows/")).length;
}
