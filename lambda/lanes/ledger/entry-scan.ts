import { isObject } from "../../../shared/json.ts";
import type { Fields } from "./attribute-value.ts";
import type { Scan } from "./dynamo-table.ts";
import type { LedgerPart, WantedEntries } from "./ledger.ts";
import type { Entry } from "./ledger-contents.ts";
import { readEntryItem } from "./table-items.ts";
import { entryKey } from "./table-keys.ts";

const ENTRY_SK = entryKey("").sk;

/** The table leaves out what is not wanted: to receive and read it would take longer than to find it. */
export function scanFor(
  { lane, route, outcomes, objects }: WantedEntries,
  { part, parts }: LedgerPart,
): Scan {
  const { bucket, prefix = "" } = objects ?? {};
  const ofOutcomes = outcomes?.map((outcome, index) => [`:outcome${index}`, outcome] as const);
  const places = ofOutcomes?.map(([place]) => place).join(", ");
  const conditions = [
    "#sk = :entry",
    lane !== undefined && "#lane = :lane",
    route !== undefined && "#decision.#route = :route",
    ofOutcomes && `#state = :told AND #outcome IN (${places})`,
    bucket !== undefined && "#decision.#file.#bucket = :bucket",
    prefix !== "" && "begins_with(#decision.#file.#key, :prefix)",
  ];
  return {
    FilterExpression: conditions.filter(Boolean).join(" AND "),
    ProjectionExpression: WITHOUT_PARAMETERS,
    Segment: part,
    TotalSegments: parts,
    values: {
      ":entry": ENTRY_SK,
      ":lane": lane,
      ":route": route,
      ":bucket": bucket,
      ":prefix": prefix === "" ? undefined : prefix,
      ...(ofOutcomes && { ":told": "told", ...Object.fromEntries(ofOutcomes) }),
    },
  };
}

/** An event may have 400 KB of parameters, and whoever reads the whole ledger wants none of them. */
const WITHOUT_PARAMETERS = [
  "#pk, #lane, #seq, #round, #at, #state, #outcome, #batch, #toldAt",
  "#decision.#route, #decision.#flow, #decision.#policy, #decision.#origin, #decision.#identity",
  "#decision.#lane, #decision.#afterFailure, #decision.#batch, #decision.#file",
].join(", ");

/** An entry as such a scan finds it. */
export function readBareEntry(item: Fields): Entry {
  const { decision } = item;
  const bare = isObject(decision) ? { ...decision, parameters: {} } : decision;
  return readEntryItem({ ...item, decision: bare });
}
