import { readEntriesOf, readMembers } from "../batch-members.ts";
import { usesPlace } from "../batch-parameters.ts";
import type { Arming } from "../ledger/ledger.ts";
import type { Entry, OpenBatch } from "../ledger/ledger-contents.ts";
import { manifestCsv, manifestName } from "../manifest.ts";
import { retryLedger } from "../retry-ledger.ts";
import type { LaneDependencies } from "./lane-dependencies.ts";

/** What comes after a batch was armed. */
export type Armed =
  /** The runner may begin it, for this generation alone. */
  | { readonly kind: "armed" }
  /** It has begun, or has its outcome: its end is waited for. */
  | { readonly kind: "begun" }
  /** It is not open any more, or a later generation's. */
  | { readonly kind: "gone" };

/**
 * Makes the open batch this generation's: a batch that a dead execution claimed and nobody began is
 * run by its successor, and the dead one's runner can never begin it. Writes the list of files, if
 * the flow reads it, before the run can begin.
 */
export async function armBatch(
  lane: string,
  gen: number,
  id: number,
  dependencies: LaneDependencies,
): Promise<Armed> {
  const { ledger } = dependencies;
  const { open } = await retryLedger(dependencies, () => ledger.readHead(lane));
  if (open?.id !== id) return { kind: "gone" };
  const before = await retryLedger(dependencies, () => ledger.readBatch(lane, id));
  if (before?.st === "begun" || before?.out !== undefined) return { kind: "begun" };

  const arming = before ?? (await describe(lane, open, dependencies));
  const armed = await retryLedger(dependencies, () =>
    ledger.armBatch(lane, id, armingOf(arming, gen, dependencies.epochMs())),
  );
  if (armed.kind === "armed") return armed;
  const { st } = armed.batch;
  return st === "claimed" && armed.batch.gen > gen ? { kind: "gone" } : { kind: "begun" };
}

type Described = Omit<Arming, "gen" | "at">;

async function describe(
  lane: string,
  open: OpenBatch,
  dependencies: LaneDependencies,
): Promise<Described> {
  const { id, members, missing } = open;
  const tickets = await readMembers(lane, members, dependencies);
  const newest = tickets.at(-1);
  if (newest === undefined || tickets.length < members.length) {
    // Tickets go when their batch has an outcome, and this one was never armed.
    throw new Error(
      `Batch ${id} of lane ${lane} has lost tickets. Were items of the table deleted by hand? Restore them from a backup of the table.`,
    );
  }
  const [entry] = await readEntriesOf([newest], dependencies);
  if (entry === undefined) {
    throw new Error(
      `The entry ${newest.identity} is missing. Was it deleted by hand? Restore it from a backup of the table.`,
    );
  }
  const { route, flow, afterFailure, batch } = entry.decision;
  const manifest =
    missing === undefined
      ? await writeManifest(
          lane,
          open,
          entry,
          async () => readEntriesOf(tickets, dependencies),
          dependencies,
        )
      : undefined;
  return {
    members,
    route,
    flow,
    by: batch?.by ?? "",
    afterFailure,
    keep: batch?.keep ?? "all",
    ...(missing !== undefined && { missing }),
    ...(manifest !== undefined && { manifest }),
  };
}

/** `{batch.keys}` wants it too: what is too long for a parameter is to be found there. */
async function writeManifest(
  lane: string,
  { id, members }: OpenBatch,
  { decision }: Entry,
  entries: () => Promise<readonly Entry[]>,
  { manifests }: LaneDependencies,
): Promise<string | undefined> {
  if (manifests === undefined) return undefined;
  if (!usesPlace(decision, "manifest") && !usesPlace(decision, "keys")) return undefined;
  const name = manifestName(lane, id, members);
  await manifests.write(name, manifestCsv(await entries()));
  return manifests.address(name);
}

function armingOf(described: Described, gen: number, at: number): Arming {
  const { members, route, flow, by, afterFailure, keep, missing, manifest } = described;
  return {
    gen,
    members,
    route,
    flow,
    by,
    afterFailure,
    keep,
    at,
    ...(missing !== undefined && { missing }),
    ...(manifest !== undefined && { manifest }),
  };
}
