import { describe, expect, it } from "vitest";
import { field } from "../../../shared/json-fields.ts";
import { OPENING_MS, type Played, playOnWire, type Scene } from "../../action/step-on-wire.ts";
import { createChance } from "../../virtual/chance.ts";
import type { Exchange, Fate } from "../../virtual/virtual-wire.ts";
import { failingSeeds } from "../failing-seeds.ts";
import { drawScene } from "./scene.ts";

/**
 * A step that is gone from one moment to the next (SIGKILL, a runner that runs out of memory), at any
 * moment, and then the post step with what was saved by then. By docs/action.md alone.
 */
const SEEDS = { from: 140_000_000, count: 150 };

describe("a step that is killed at any moment", () => {
  it("has saved its runs, and the post step looks after each of them once", async () => {
    const seen = { looks: 0, stops: 0, kills: 0 };
    const failures = await failingSeeds(SEEDS, async seed => {
      const { sentByPost, exitCode, found } = await playKilled(seed);
      for (const { path } of sentByPost) seen[path.includes("/stop?") ? "stops" : "looks"] += 1;
      if (exitCode === undefined) seen.kills += 1;
      return found;
    });
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

describe("a step that is killed before it has a run", () => {
  const scene: Scene = {
    server: { flows: [{ id: 7, name: "Load orders" }] },
    inputs: { "flow-id": "7", "if-running": "wait" },
    killAt: 20_000,
  };
  const other = { startedBy: "user", plan: { runningMs: 600_000 } } as const;
  const told = async (changes: Partial<Scene>) => {
    const { postLines, exitCode, sent } = await playOnWire({ ...scene, ...changes });
    expect(exitCode).toBeUndefined();
    expect(sent.some(isStart)).toBe(true);
    return postLines;
  };
  const fateOfStart = (fate: Fate): Pick<Scene, "fateOf"> => ({
    fateOf: ({ method }) => (method === "POST" ? fate : { travelMs: 40, returnMs: 40 }),
  });

  it("has its start told of, which may have begun one", async () => {
    expect(await told(fateOfStart({ travelMs: 40, returnMs: 25_000 }))).toEqual([
      "The start of flow 7 was sent, and the step ended before it knew whether a run began. Look at the flow's history in Etlworks before you start it again.",
    ]);
  });

  it.each([
    ["it waits for another run to end", { strangers: [{ at: -5_000, flowId: 7, run: other }] }],
    ["its start is not accepted", fateOfStart({ unreachable: { permanent: false } })],
  ])("has nothing told of it while %s", async (_when, changes) => {
    expect(await told(changes)).toEqual([]);
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
    ...untold(played, killAt),
    ...played.sentByPost.filter(isStart).map(({ path }) => `post sent ${path}`),
  ];
  return { ...played, found };
}

/** Starts that were on their way at the end, or had no answer, are told of; no others. */
function untold({ sent, state, postLines }: Played, killAt: number): string[] {
  const found: string[] = [];
  for (const flowId of new Set(sent.filter(isStart).map(({ path }) => flowOf(path)))) {
    const starts = sent.filter(one => isStart(one) && flowOf(one.path) === flowId);
    const isTold = postLines.some(line =>
      line.startsWith(`The start of flow ${flowId} was sent, and the step ended before`),
    );
    const known = starts.every(({ repliedAt }) => repliedAt < OPENING_MS + killAt);
    const isSaved = savedRuns(state).some(run => run.flowId === flowId);
    if (!known && !isSaved && !isTold) found.push(`nobody tells of the start of ${flowId}`);
    // A code 1 may be about the run that the start itself began.
    const begun = starts.every(
      ({ reply, fate, answered }) =>
        reply?.kind === "answer" && fate.fault === undefined && codeIn(answered) === 0,
    );
    if (known && begun && isTold) found.push(`the start of ${flowId} had its answer`);
  }
  return found;
}

const codeIn = (answered: Exchange["answered"]) =>
  field(JSON.parse(answered?.body || "null"), "status");

const flowOf = (path: string) => Number(/\/flows\/(\d+)\/run/.exec(path)?.[1]);

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
  readonly flowId: unknown;
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
        flowId: read("flowId"),
      },
    ];
  });
}
