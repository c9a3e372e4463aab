import { createHash } from "node:crypto";
import type { EventOrigin } from "./decision.ts";
import type { Trigger } from "./trigger.ts";

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
 * route's own word for what makes two events one, the values that its places have in the event; it
 * stands in place of the event's identity.
 *
 * A hash behind the route's name: it stands in logs and in the ledger's keys, where values of an
 * event must not be read, and where a text from outside may not have any length.
 */
export function runIdentity(run: {
  readonly route: string;
  readonly flow: number;
  readonly event: Pick<Trigger, "identity" | "origin">;
  readonly once?: readonly string[];
}): string {
  const { route, flow, event, once } = run;
  const what =
    once === undefined
      ? event.identity
      : forcedIdentity(JSON.stringify({ once }), event.origin.force);
  return named(route, `${route} ${flow} ${what}`);
}

function forcedIdentity(identity: string, force: string | undefined): string {
  return force === undefined ? identity : `${identity} again ${JSON.stringify(force)}`;
}

function named(route: string, text: string): string {
  const hash = createHash("sha256").update(text).digest("base64url");
  return `${route.replaceAll(/[^\w-]+/g, "-").slice(0, 20)}-${hash}`;
}
