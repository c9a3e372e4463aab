import type { Decision } from "../../../lambda/decision.ts";
import type { StoredObject } from "../../../lambda/lanes/commands/backfill.ts";
import type { Entry } from "../../../lambda/lanes/ledger/ledger-contents.ts";
import type { JsonObject } from "../../../shared/json.ts";
import { timeOf } from "./expect.ts";
import type { Scene } from "./scene.ts";

const CLOCK_MS = 2_000;
const PAGE = 3;

/** What docs/lanes.md says that a backfill answers, from the bucket and from what lies in the table. */
export function expectedBackfill(asked: JsonObject, scene: Scene): JsonObject {
  const { bucket, prefix, limit = Number.POSITIVE_INFINITY } = asked;
  const { since, until } = asked;
  const all = scene.bucket.list(String(prefix));
  const entries = [...scene.world.table.entries.values()];
  const taken: Decision[] = [];
  const counts = { objects: 0, delivered: 0, known: 0, unmatched: 0 };
  let complete = true;
  for (let from = 0; from < all.length && complete; from += PAGE) {
    const page = all
      .slice(from, from + PAGE)
      .filter(
        ({ lastModified }) =>
          (since === undefined || lastModified >= timeOf(since)) &&
          (until === undefined || lastModified <= timeOf(until)),
      );
    for (const object of page) {
      counts.objects += 1;
      const decisions = scene.decide(object).decisions;
      if (decisions.length === 0) counts.unmatched += 1;
      for (const decision of decisions) {
        const isKnown = entries.some(entry => knows(entry, decision, object));
        const isCopy = taken.some(one => isOneByOnce(one, decision));
        if (isKnown || isCopy) counts.known += 1;
        else if (counts.delivered >= Number(limit)) complete = false;
        else {
          counts.delivered += 1;
          taken.push(decision);
        }
      }
    }
  }
  return { bucket, prefix, ...counts, failures: [], complete };
}

function knows(entry: Entry, decision: Decision, { versionId, etag, lastModified }: StoredObject) {
  const { route, flow, file, origin } = entry.decision;
  if (route !== decision.route || flow !== decision.flow) return false;
  if (isOneByOnce(entry.decision, decision) && origin.force === undefined) return true;
  if (origin.detailType !== "Object Created" || file?.key !== decision.file?.key) return false;
  if (versionId !== undefined && file?.versionId === versionId) return true;
  return file?.etag === etag && lastModified <= Date.parse(file?.eventTime ?? "") + CLOCK_MS;
}

/** The route `once` of these scenes knows an event by its folder. */
function isOneByOnce(one: Decision, other: Decision): boolean {
  const folder = ({ file }: Decision) => file?.key.replace(/\/[^/]*$/, "");
  return one.route === "once" && other.route === "once" && folder(one) === folder(other);
}
