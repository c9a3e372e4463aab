import { UserError } from "../../../shared/user-error.ts";
import type { Decision, FileFields } from "../../decision.ts";
import { type DeliverDependencies, type Delivered, deliver } from "../deliver.ts";
import { readKnownEvents } from "../known-events.ts";
import { type ReadLedgerDependencies, readLedger } from "./read-ledger.ts";

export interface BackfillCommand {
  readonly bucket: string;
  readonly prefix: string;
  /** When the object was written, milliseconds since 1970. */
  readonly since?: number;
  readonly until?: number;
  /** Objects that are delivered at most. */
  readonly limit?: number;
  readonly dryRun: boolean;
}

/** An object as it lies in the bucket now. */
export interface StoredObject {
  readonly key: string;
  /** Missing where the bucket keeps no versions. */
  readonly versionId?: string;
  readonly size: number;
  readonly etag: string;
  readonly lastModified: number;
}

export interface BackfillDependencies extends DeliverDependencies, ReadLedgerDependencies {
  /** The newest objects below a prefix, a page at a time. */
  readonly listObjects: (bucket: string, prefix: string) => AsyncIterable<readonly StoredObject[]>;
  /** What the routes make of an object, as if its event had come. */
  readonly decide: (bucket: string, object: StoredObject) => ObjectDecisions;
}

export interface ObjectDecisions {
  readonly decisions: readonly Decision[];
  /** Sentences about routes that could not be followed. */
  readonly failures: readonly string[];
}

/** What was delivered; in a dry run, what would be. */
export interface Backfilled {
  readonly dryRun: boolean;
  readonly bucket: string;
  readonly prefix: string;
  /** Objects that were looked at. */
  readonly objects: number;
  /** Events that were delivered, one for each route that wants the object. */
  readonly delivered: number;
  /** Events that the ledger knew already. */
  readonly known: number;
  /** Objects that no route wants. */
  readonly unmatched: number;
  readonly failures: readonly string[];
  /** Whether that was all. If not, the same command goes on, since what is known is not run again. */
  readonly complete: boolean;
}

/** Kept of an invocation's time for the answer. */
const RESERVE_MS = 15_000;
const MAX_FAILURES = 20;
const DECISIONS_AT_A_TIME = 100;

/**
 * Takes every object below a prefix through the routes as if its event had come. What the ledger
 * knows is not run again: by the object's version, or by its content where the object is not newer
 * than the event that brought it. Told entries are kept for five weeks, and older ones are not known.
 */
export async function backfill(
  command: BackfillCommand,
  dependencies: BackfillDependencies,
): Promise<Backfilled> {
  const { bucket, prefix, dryRun, limit = Number.POSITIVE_INFINITY } = command;
  const known = await readKnown(command, dependencies);
  const counts = { objects: 0, delivered: 0, known: 0, unmatched: 0 };
  const failures: string[] = [];
  const tell = (failure: string) => {
    if (failures.length < MAX_FAILURES) failures.push(failure);
  };
  const told = new Set<string>();
  let complete = true;
  let undelivered = false;
  let pages = 0;
  for await (const page of dependencies.listObjects(bucket, prefix)) {
    // At least the first page, so that the same command gets on.
    if (pages > 0 && dependencies.remainingMs() < RESERVE_MS) {
      complete = false;
      if (counts.delivered === 0) tell(nothingNew(counts.objects));
      break;
    }
    pages += 1;
    const decisions: Decision[] = [];
    for (const object of page.filter(one => isMeant(one, command))) {
      counts.objects += 1;
      const decided = dependencies.decide(bucket, object);
      for (const failure of decided.failures) tell(failure);
      if (decided.decisions.length + decided.failures.length === 0) counts.unmatched += 1;
      for (const decision of decided.decisions) {
        if (known(decision, object)) counts.known += 1;
        else decisions.push(decision);
      }
    }
    // An object that the ledger does not know can be an event that it knows, by the route's `once`.
    const identities = decisions.map(({ identity }) => identity);
    const before = await readKnownEvents(identities, dependencies);
    const isKnown = ({ identity }: Decision) => before.has(identity) || told.has(identity);
    const events = Map.groupBy(decisions, ({ identity }) => identity);
    counts.known += decisions.filter(isKnown).length;
    const fresh = [...events.values()].flatMap(([first]) =>
      first === undefined || isKnown(first) ? [] : first,
    );
    const allowed = fresh.slice(0, Math.max(0, limit - counts.delivered));
    const delivered = dryRun
      ? allowed.map(() => ({ kind: "delivered" }) as const)
      : await deliverInTime(allowed, dependencies);
    if (delivered.length < fresh.length) complete = false;
    for (const [index, result] of delivered.entries()) {
      const { identity = "", file } = allowed[index] ?? {};
      const copies = (events.get(identity)?.length ?? 1) - 1;
      if (result.kind === "failed") {
        undelivered = true;
        tell(`${file?.key}: ${result.message}`);
        continue;
      }
      told.add(identity);
      if (result.kind === "delivered") counts.delivered += 1;
      else counts.known += 1;
      counts.known += copies;
    }
    if (!complete) break;
  }
  return { dryRun, bucket, prefix, ...counts, failures, complete: complete && !undelivered };
}

function nothingNew(objects: number): string {
  return `There was no time for more than ${objects} objects, and none of them is new. Run the command for narrower prefixes, one after the other, or give the dispatcher a longer Timeout, at most 300 seconds.`;
}

/** In their order, as many as there is time for; some in any case, so that the same command gets on. */
async function deliverInTime(
  decisions: readonly Decision[],
  dependencies: BackfillDependencies,
): Promise<readonly Delivered[]> {
  const results: Delivered[] = [];
  for (let from = 0; from < decisions.length; from += DECISIONS_AT_A_TIME) {
    if (from > 0 && dependencies.remainingMs() < RESERVE_MS) break;
    const some = decisions.slice(from, from + DECISIONS_AT_A_TIME);
    results.push(...(await deliver(some, dependencies)));
  }
  return results;
}

function isMeant(
  { lastModified }: StoredObject,
  { since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY }: BackfillCommand,
): boolean {
  return lastModified >= since && lastModified <= until;
}

/** S3 tells when an object was written in whole seconds, and its event a moment after. */
const CLOCK_MS = 2_000;

const CREATED = "Object Created";

/** What fits into the dispatcher's memory beside a page of objects. */
const MAX_KNOWN = 250_000;

function tooMany(prefix: string): string {
  return `The ledger knows more than ${MAX_KNOWN} events of objects whose keys begin with ${JSON.stringify(prefix)}, and that is too much for one command. Nothing was delivered. Run the command for narrower prefixes, one after the other.`;
}

/** Whether the ledger has an entry of the same route for this object. */
async function readKnown(
  { bucket, prefix }: BackfillCommand,
  dependencies: BackfillDependencies,
): Promise<(decision: Decision, object: StoredObject) => boolean> {
  const files = new Map<string, FileFields[]>();
  let count = 0;
  await readLedger({ objects: { bucket, prefix } }, dependencies, entries => {
    count += entries.length;
    if (count > MAX_KNOWN) throw new UserError(tooMany(prefix));
    for (const { decision } of entries) {
      // Another event of the object, such as a new tag, is not the one that is taken here.
      if (decision.file === undefined || decision.origin.detailType !== CREATED) continue;
      const name = nameOf(decision, decision.file.key);
      const known = files.get(name);
      if (known === undefined) files.set(name, [decision.file]);
      else known.push(decision.file);
    }
  });
  return (decision, object) =>
    (files.get(nameOf(decision, object.key)) ?? []).some(file => isSame(file, object));
}

function nameOf({ route, flow }: Decision, key: string): string {
  return JSON.stringify([route, flow, key]);
}

function isSame(file: FileFields, { versionId, etag, lastModified }: StoredObject): boolean {
  if (versionId !== undefined && file.versionId === versionId) return true;
  if (file.etag !== etag || file.eventTime === undefined) return false;
  return lastModified <= Date.parse(file.eventTime) + CLOCK_MS;
}
