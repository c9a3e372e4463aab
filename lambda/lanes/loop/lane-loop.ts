import type { LaneOrder, RunnerOrder } from "../../order.ts";
import { retriedStep } from "../../retried-step.ts";
import { retryLedger } from "../retry-ledger.ts";
import { hasWork } from "../waiting.ts";
import { type Armed, armBatch } from "./arm-batch.ts";
import { type Awaited, awaitOut } from "./await-out.ts";
import { type Glance, watch } from "./durable-watch.ts";
import { finishBatch } from "./finish-batch.ts";
import type { LaneDependencies } from "./lane-dependencies.ts";
import { type Look, look } from "./look.ts";
import { whyRunnerEnded } from "./runner-failure.ts";
import { settleIncomplete } from "./settle-incomplete.ts";

/** What a lane execution came to. */
export interface LaneEnd {
  readonly lane: string;
  readonly gen: number;
  /** Batches that it saw through. */
  readonly batches: number;
}

/** AWS ends an execution at its 3,000th operation, and a replay of many takes time and money. */
const MANY_OPERATIONS = 1_000;
/** So many times that in the middle of a batch: its successor waits for its end as well. */
const MIDDLE_OF_BATCH = 2;

/**
 * Empties one lane: one batch after the other, until nothing waits. Generation `gen` of the lane is
 * this execution; whoever raises the generation has succeeded it.
 *
 * AWS runs this again at every replay. So it branches on the results of operations alone, and those
 * hold numbers and words, never the entries: the ledger has them.
 */
export async function runLane({ lane, gen }: LaneOrder, given: LaneDependencies): Promise<LaneEnd> {
  const dependencies: LaneDependencies = { ...given, log: given.log.with({ lane, gen }) };
  const { manyOperations = MANY_OPERATIONS } = given;
  let used = 0;
  let batches = 0;
  for (let turn = 1; ; turn += 1) {
    const before = used;
    const looked = await watch<Look>(`look ${turn}`, dependencies, ({ looks, startedAt }) =>
      look(lane, gen, before + looks >= manyOperations, dependencies, startedAt),
    );
    used += looked.looks;
    if (looked.found.kind === "over") break;
    const { batch } = looked.found;
    const seen = await seeThrough({ lane, gen, batch }, turn, used, dependencies);
    used += seen.operations;
    if (seen.kind === "left") break;
    batches += 1;
  }
  await retriedStep(dependencies.operations, "last look", () =>
    lookOnceMore(lane, gen, dependencies),
  );
  return { lane, gen, batches };
}

/**
 * Before every end, also when somebody else raised the generation: what was written while this
 * execution was still the lane's is seen here, and its successor woken.
 */
async function lookOnceMore(
  lane: string,
  gen: number,
  dependencies: LaneDependencies,
): Promise<null> {
  const { ledger } = dependencies;
  const head = await retryLedger(dependencies, () => ledger.readHead(lane));
  const { tickets } = await retryLedger(dependencies, () =>
    ledger.queryTickets(lane, { limit: 1 }),
  );
  if (hasWork(head, tickets.length > 0) && head.gen !== gen)
    await dependencies.wake(lane, head.gen);
  return null;
}

interface Seen {
  /** `left`: the operations run out, and a successor goes on with the batch. */
  readonly kind: "seen" | "left";
  readonly operations: number;
}

/** One batch, from where it is to its end. */
async function seeThrough(
  order: RunnerOrder,
  turn: number,
  used: number,
  dependencies: LaneDependencies,
): Promise<Seen> {
  const { lane, gen, batch } = order;
  const { manyOperations = MANY_OPERATIONS } = dependencies;
  const name = (what: string, attempt = 0) =>
    `${what} ${turn}${attempt === 0 ? "" : `.${attempt}`}`;
  const armed: Armed = await retriedStep(dependencies.operations, name("arm"), async () =>
    settleIncomplete(lane, batch, await armBatch(lane, gen, batch, dependencies), dependencies),
  );
  let operations = 1;
  let childFailure: string | undefined;
  let followFailure: string | undefined;
  if (armed.kind === "gone") return { kind: "seen", operations };
  if (armed.kind === "armed") {
    childFailure = await invokeRunner(name("run"), order, dependencies);
    operations += 1;
  }
  for (let attempt = 0; ; attempt += 1) {
    const before = used + operations;
    const awaited = await watch<Awaited | { readonly kind: "left" }>(
      name("outcome", attempt),
      dependencies,
      async ({ looks, startedAt }) => {
        if (before + looks >= MIDDLE_OF_BATCH * manyOperations) {
          await retryLedger(dependencies, () => dependencies.ledger.raise(lane, gen));
          return { kind: "found", found: { kind: "left" } };
        }
        const glance = await awaitOut(
          lane,
          gen,
          batch,
          startedAt,
          startedAt,
          dependencies,
          childFailure,
        );
        return notBefore(startedAt + pauseBefore(attempt), glance, dependencies);
      },
    );
    operations += awaited.looks;
    switch (awaited.found.kind) {
      case "left":
        return { kind: "left", operations };
      case "lost":
        return { kind: "seen", operations };
      case "follow": {
        const { auditId } = awaited.found;
        if (attempt === MAX_FOLLOWS) throw cannotFollow(auditId, batch, followFailure);
        const following = { ...order, follow: auditId };
        followFailure = await invokeRunner(name("follow", attempt), following, dependencies);
        operations += 1;
        continue;
      }
      case "out": {
        const finished = await retriedStep(dependencies.operations, name("finish", attempt), () =>
          finishBatch(lane, batch, dependencies),
        );
        operations += 1;
        if (finished.kind === "finished") return { kind: "seen", operations };
      }
    }
  }
}

/** A runner that ends at once would else be invoked some times a second, for as long as that lasts. */
const FIRST_FOLLOW_PAUSE_MS = 10_000;
/** Then the execution fails, which rings an alarm; its successor tries again. */
const MAX_FOLLOWS = 6;

function pauseBefore(follow: number): number {
  return follow === 0 ? 0 : FIRST_FOLLOW_PAUSE_MS * 2 ** (follow - 1);
}

/** The same, but a run is followed once more no earlier than that. */
function notBefore(
  at: number,
  glance: Glance<Awaited>,
  { epochMs }: LaneDependencies,
): Glance<Awaited> {
  const follows = glance.kind === "found" && glance.found.kind === "follow";
  return follows && epochMs() < at ? { kind: "wait", until: at } : glance;
}

function cannotFollow(auditId: string, batch: number, failure: string | undefined): Error {
  const why = failure === undefined ? "" : ` (${whyRunnerEnded(failure)})`;
  return new Error(
    `The run ${auditId} of batch ${batch} could not be followed: the runner ended ${MAX_FOLLOWS} times${why}. The run may still be running: look in Etlworks. The log of the runner may say more. Fix the cause; the lane tries again by itself.`,
  );
}

/**
 * How it ended the batch says: the error of a child hides whether it failed, timed out or was stopped.
 * Resolves with what AWS says of a child that did not end well.
 */
async function invokeRunner(
  name: string,
  order: RunnerOrder,
  dependencies: LaneDependencies,
): Promise<string | undefined> {
  try {
    await dependencies.operations.invoke(name, dependencies.runner, order);
    return undefined;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "InvokeError") throw error;
    return error.message;
  }
}
