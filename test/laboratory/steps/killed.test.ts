import { describe, expect, it } from "vitest";
import { field } from "../../../shared/json-fields.ts";
import { OPENING_MS, type Played, playOnWire } from "../../action/step-on-wire.ts";
import { createChance } from "../../virtual/chance.ts";
import type { Exchange } from "../../virtual/virtual-wire.ts";
import { drawScene } from "./scene.ts";

/**
 * A step that is gone from one moment to the next (SIGKILL, a runner that runs out of memory), at any
 * moment, and then the post step with what was saved by then. By docs/action.md alone.
 */
const SEEDS = { from: 140_000_000, count: 150 };

describe("a step that is killed at any moment", () => {
  it("has saved its runs, and the post step looks after each of them once", async () => {
    const failures: { seed: number; found: string[] }[] = [];
    const seen = { looks: 0, stops: 0, kills: 0 };
    for (let seed = SEEDS.from; seed < SEEDS.from + SEEDS.count; seed++) {
      const { sentByPost, exitCode, found } = await playKilled(seed);
      if (found.length > 0) failures.push({ seed, found });
      for (const { path } of sentByPost) seen[path.includes("/stop?") ? "stops" : "looks"] += 1;
      if (exitCode === undefined) seen.kills += 1;
    }
    expect(failures).toEqual([]);
    // The scenes are of the kind that was meant.
    expect(seen.kills).toBeGreaterThan(SEEDS.count / 2);
    expect(seen.looks).toBeGreaterThan(SEEDS.count / 4);
    expect(seen.stops).toBeGreaterThan(SEEDS.count / 8);
  });

  it.each([
    [140_100_089, "a run that is not waited for was looked at before its id was saved"],
    [140_102_268, "the same look had to wait for a 429 of another flow"],
  ])("has done so also in scene %i, where once %s", async seed => {
    expect((await playKilled(seed)).found).toEqual([]);
  });
});

async function playKilled(seed: number): Promise<Played & { readonly found: string[] }> {
  // A step that was told to stop is over before.
  const { cancelAt: _cancelAt, ...scene } = drawScene(seed).scene;
  const chance = createChance(seed + 0.25);
  const killAt = Math.round(chance.anyScale(100, chance.pick([5_000, 60_000, 60_000, 300_000])));
  const calm = { travelMs: 40, returnMs: 40 };
  const played = await playOnWire({
    ...scene,
    inputs: { ...scene.inputs, "stop-request": STOP_REQUEST },
    killAt,
    fateOf: (request, at) => (at < killAt ? (scene.fateOf?.(request, at) ?? calm) : calm),
  });
  // One that had ended before is a matter of the other scenes.
  if (played.exitCode !== undefined) return { ...played, found: [] };
  const found = [
    ...forgotten(played, killAt),
    ...neglected(played),
    ...played.sentByPost.filter(isStart).map(({ path }) => `post sent ${path}`),
  ];
  return { ...played, found };
}

const STOP_REQUEST = "POST /v1/flows/{flow-id}/stop?auditId={audit-id}";

const isStart = ({ path, request }: Exchange) =>
  request.method === "POST" && /\/flows\/\d+\/run(?:\?|$)/.test(path);

/** Runs whose start was answered before the end, and that nobody will look after. */
function forgotten({ sent, state }: Played, killAt: number): string[] {
  return sent.filter(isStart).flatMap(({ reply, repliedAt, fate, answered }) => {
    if (reply?.kind !== "answer" || repliedAt >= OPENING_MS + killAt) return [];
    const answer: unknown = fate.fault === undefined ? JSON.parse(answered?.body || "null") : null;
    const auditId = String(field(answer, "auditId"));
    const begun = field(answer, "status") === 0;
    const isSaved = savedRuns(state).some(run => run.auditId === auditId);
    return begun && !isSaved ? [`run ${auditId} had begun, and is saved nowhere`] : [];
  });
}

/** What the post step did with the runs that nobody had seen to end. */
function neglected({ state, sentByPost, etlworks }: Played): string[] {
  const found: string[] = [];
  for (const run of etlworks.model.runs) {
    const saved = savedRuns(state).filter(({ auditId }) => auditId === run.auditId);
    // Two flows of a step may have followed the same run of somebody else.
    const open = saved.filter(
      ({ phase, retried }) => (phase === "following" || phase === "stopping") && retried !== true,
    );
    const asked = (what: RegExp) =>
      sentByPost.filter(({ path }) => path.endsWith(`auditId=${run.auditId}`) && what.test(path));
    const looks = asked(/\/executions\//);
    const requests = asked(/\/stop\?/);
    if (looks.length !== open.length) {
      found.push(`post looked ${looks.length} times at run ${run.auditId}`);
    }
    const answer: unknown = JSON.parse(looks[0]?.answered?.body || "null");
    const ended = /^(?:success|warning|error|canceled)$/.test(String(field(answer, "status")));
    const origins = ended ? [] : open.map(({ origin }) => origin);
    // What was only taken for ours may turn out to be another's.
    const least = origins.filter(origin => origin === "started" && run.startedBy === "api").length;
    const most = origins.filter(origin => origin !== "attached").length;
    if (requests.length < least || requests.length > most) {
      found.push(`post sent ${requests.length} stop requests for run ${run.auditId}`);
    }
  }
  return found;
}

interface Saved {
  readonly auditId: unknown;
  readonly phase: unknown;
  readonly origin: unknown;
  readonly retried: unknown;
}

function savedRuns(state: Played["state"]): Saved[] {
  return Object.entries(state).flatMap(([name, text]) => {
    if (!name.startsWith("run-")) return [];
    const run: unknown = JSON.parse(text);
    const read = (key: string) => field(run, key);
    return [
      {
        auditId: read("auditId"),
        phase: read("phase"),
        origin: read("origin"),
        retried: read("retried"),
      },
    ];
  });
}
