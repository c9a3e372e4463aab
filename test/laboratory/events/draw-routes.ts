import { IF_RUNNING } from "../../../shared/run/if-running.ts";
import type { Chance } from "../../virtual/chance.ts";
import type { AskedRoute, Template } from "./asked-route.ts";
import { drawPattern, type Target } from "./draw-pattern.ts";
import { MEMBERS } from "./draw-values.ts";

const FLOWS = [11, 12, 13] as const;
export const ACCEPTS = ["[\\w./:-]+", ".*", "[^']*", "[\\w .%+/-]{0,300}"] as const;

/** `sample` gives a key, mostly one of which the scene tells. */
export function drawRoutes(
  chance: Chance,
  lanes: boolean,
  sample: () => string,
): readonly AskedRoute[] {
  return Array.from({ length: chance.whole(1, 6) }, (_, index) =>
    drawRoute(chance, `route-${index + 1}`, lanes, sample),
  );
}

function drawRoute(chance: Chance, name: string, lanes: boolean, sample: () => string): AskedRoute {
  const target = chance.pick(["s3", "s3", "s3", "bridge", "own", "any"] as const);
  const places = placesFor(target);
  const batched = lanes && chance.likely(0.3) ? drawBatch(chance, places) : {};
  const { allowed = places, ...batch } = batched;
  const parameters = new Map(
    ["file", "what", "more"].slice(0, chance.whole(0, 3)).map(parameter => {
      return [parameter, drawTemplate(chance, allowed)] as const;
    }),
  );
  return {
    name,
    pattern: drawPattern(chance, target, sample),
    flow: chance.pick(FLOWS),
    parameters,
    ...(chance.likely(0.25) &&
      parameters.size > 0 &&
      !usesBatch(parameters) && { accept: drawAccept(chance, [...parameters.keys()]) }),
    ...(chance.likely(0.15) && { once: drawOnce(chance, places) }),
    ...(lanes && chance.likely(0.2) && { lane: drawTemplate(chance, places, 1) }),
    ...batch,
    ...(chance.likely(0.3) && { ifRunning: chance.pick(IF_RUNNING) }),
    ...(chance.likely(0.2) && { timeout: chance.pick(["90s", "1h30m", "2d", "0"]) }),
    ...(chance.likely(0.2) && { failOnWarning: chance.likely(0.5) }),
    ...(lanes && chance.likely(0.2) && { afterFailure: chance.pick(["continue", "hold"]) }),
    ...(chance.likely(0.15) && { includeFolders: chance.likely(0.7) }),
    ...(chance.likely(0.15) && { includeEmpty: chance.likely(0.7) }),
  };
}

function usesBatch(parameters: ReadonlyMap<string, Template>): boolean {
  return [...parameters.values()]
    .flat()
    .some(part => typeof part !== "string" && part.place.startsWith("batch."));
}

function drawAccept(chance: Chance, names: readonly string[]) {
  if (chance.likely(0.5)) return chance.pick(ACCEPTS);
  return Object.fromEntries(
    names.filter(() => chance.likely(0.6)).map(name => [name, chance.pick(ACCEPTS)]),
  );
}

const OBJECT_PLACES = [
  "bucket",
  "key",
  "size",
  "etag",
  "versionId",
  "basename",
  "dirname",
  "extension",
  "detail.object.sequencer",
  "detail.object.version-id",
  "detail.reason",
  "resources.0",
  "time",
  "id",
  "account",
  "region",
  "source",
  "detail-type",
] as const;
const MADE_PLACES = [
  ...MEMBERS.map(name => `detail.${name}`),
  "detail.total",
  "detail.amount",
  "detail.flag",
  "detail.tags.0",
  "detail.tags.1",
  "source",
  "detail-type",
];

function placesFor(target: Target): readonly [string, ...string[]] {
  if (target === "s3") return OBJECT_PLACES;
  return target === "any" ? ["source", "detail-type"] : ["detail.kind", ...MADE_PLACES];
}

function drawTemplate(chance: Chance, places: readonly string[], least = 0): Template {
  const parts: (string | { readonly place: string })[] = [];
  for (let left = chance.whole(least, 2); left > 0; left--) {
    if (chance.likely(0.4)) parts.push(chance.pick(["s3://", "/", "{", "}}", "ü ", "%"]));
    const place = places[chance.whole(0, places.length - 1)];
    if (place !== undefined) parts.push({ place });
  }
  if (parts.length === 0) parts.push(chance.pick(["constant", "{x}", "2026"]));
  return parts;
}

function drawOnce(chance: Chance, places: readonly [string, ...string[]]): Template {
  return [...drawTemplate(chance, places), "-", { place: chance.pick(places) }];
}

interface DrawnBatch {
  readonly by?: Template;
  readonly batch?: Readonly<Record<string, unknown>>;
  readonly allowed?: readonly string[];
}

const BATCH_PLACES = [
  "batch.count",
  "batch.keys",
  "batch.manifest",
  "batch.firstTime",
  "batch.lastTime",
];

function drawBatch(chance: Chance, places: readonly [string, ...string[]]): DrawnBatch {
  const first = chance.pick(places);
  const by: Template = chance.likely(0.5)
    ? [{ place: first }, "/", { place: chance.pick(places) }]
    : [{ place: first }];
  const has = chance.likely(0.6);
  const last = chance.likely(0.3);
  const inBy = by.flatMap(part =>
    typeof part === "string"
      ? []
      : [part.place, ...(part.place === "key" ? ["dirname", "basename", "extension"] : [])],
  );
  const all = !last && chance.likely(0.2);
  return {
    ...(has && { by }),
    batch: {
      ...(last && { keep: "last" }),
      ...(all ? { all: ["orders.csv", "x*.gz"] } : {}),
      ...(!all && !last && chance.likely(0.4) && { quiet: chance.pick(["30s", "2m"]) }),
      ...(chance.likely(0.4) && { longest: chance.pick(["15m", "1h"]) }),
      ...(chance.likely(0.3) && { most: chance.pick([5, 100]) }),
      ...(chance.likely(0.3) && { every: "15m" }),
    },
    allowed: last
      ? [...places, ...BATCH_PLACES]
      : [...BATCH_PLACES, ...(has ? [...inBy, "batch.by"] : [])],
  };
}
