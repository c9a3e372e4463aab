import { createHash } from "node:crypto";
import type { EventOrigin, Trigger } from "./trigger.ts";

/**
 * What makes two events one, as text. It has the same bytes for every copy of an event, by whatever
 * path and however often AWS delivers it.
 *
 * An object's identity does not depend on how its event came. A bucket that notifies twice, as S3
 * may, or through a notification and EventBridge at once, has one new object, and one run is wanted.
 *
 * `given` is an id by which the sender says which event it is, whatever it comes in.
 *
 * As JSON, so that no two lists of texts can run together into the same bytes.
 */
export function eventIdentity(origin: EventOrigin, given?: string): string {
  const { source, detailType, bucket, key, version, deletion, id, force } = origin;
  const seen = { source, detailType, bucket, key, version, deletion, id };
  return forcedIdentity(JSON.stringify(given === undefined ? seen : { given }), force);
}

/**
 * Which run of which route: one event starts one run for each route that wants it. `once` is a
 * route's own word for what makes two events one, as it is filled from the event; it stands in place
 * of the event's identity.
 */
export function runIdentity(run: {
  readonly route: string;
  readonly flow: number;
  readonly event: Pick<Trigger, "identity" | "origin">;
  readonly once?: string;
}): string {
  const { route, flow, event, once } = run;
  const what =
    once === undefined
      ? event.identity
      : forcedIdentity(JSON.stringify({ once }), event.origin.force);
  return bounded(`${route} ${flow} ${what}`);
}

/** The identity of what has run already and is to run again. */
export function forcedIdentity(identity: string, force: string | undefined): string {
  return force === undefined ? identity : `${identity} again ${JSON.stringify(force)}`;
}

/** A key of DynamoDB holds 2,048 bytes, and texts from outside know no limit. */
const MAX_BYTES = 1_500;

function bounded(identity: string): string {
  if (Buffer.byteLength(identity) <= MAX_BYTES) return identity;
  const hash = createHash("sha256").update(identity).digest("base64url");
  return `${identity.slice(0, 200).toWellFormed()}… sha256 ${hash}`;
}
