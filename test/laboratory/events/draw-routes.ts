import type { Chance } from "../../virtual/chance.ts";
import { BUCKETS, IPS, KIND_TEXTS, MEMBERS, SOURCES, TYPES } from "./draw-values.ts";
import { type Field, type Pattern, type Test, whenOf } from "./match-pattern.ts";

/** A route as the pages describe it, in the words in which it is judged. */
export interface AskedRoute {
  readonly name: string;
  readonly pattern: Pattern;
  readonly flow: number;
  readonly parameters: ReadonlyMap<string, Template>;
  readonly accept?: string | Readonly<Record<string, string>>;
  readonly once?: Template;
  readonly lane?: Template;
  readonly by?: Template;
  /** The rest, as written. */
  readonly batch?: Readonly<Record<string, unknown>>;
  readonly ifRunning?: "wait" | "fail" | "attach" | "skip";
  readonly timeout?: string;
  readonly failOnWarning?: boolean;
  readonly afterFailure?: "continue" | "hold";
  readonly includeFolders?: boolean;
  readonly includeEmpty?: boolean;
}

/** Text, and places by their name. */
export type Template = readonly (string | { readonly place: string })[];

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
    ...(chance.likely(0.3) && { ifRunning: chance.pick(["wait", "fail", "attach", "skip"]) }),
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

type Target = "s3" | "bridge" | "own" | "any";

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

function drawPattern(chance: Chance, target: Target, sample: () => string): Pattern {
  if (target === "any") {
    const source = chance.pick<readonly [Test, ...Test[]]>([
      [{ "anything-but": ["aws.nothing"] }],
      [{ prefix: "" }],
      [{ exists: true }],
      ["etlworks.run-flow"],
      ["com.example.shop", { prefix: "aws." }],
    ]);
    return { fields: [{ path: ["source"], tests: source }] };
  }
  const pool = target === "s3" ? objectFields(chance, sample) : madeFields(chance);
  const source: Field = {
    path: ["source"],
    tests:
      target === "s3"
        ? ["aws.s3"]
        : target === "own"
          ? ["etlworks.dispatcher"]
          : [chance.pick(SOURCES)],
  };
  const fields = [source];
  if (target !== "s3" && chance.likely(0.3))
    fields.push({
      path: ["detail-type"],
      tests:
        target === "own"
          ? [chance.pick(["Queue Message", "Topic Message", "Invocation", "Pipe Record"])]
          : [chance.pick(TYPES)],
    });
  const taken = new Set(fields.map(({ path }) => path.join(".")));
  for (const draw of pool) {
    const field = draw();
    const name = field.path.join(".");
    if (!chance.likely(0.25) || taken.has(name)) continue;
    taken.add(name);
    fields.push(field);
  }
  if (!chance.likely(0.15)) return { fields };
  const branches = pool.map(field => field()).filter(({ path }) => !taken.has(path.join(".")));
  const [one, two] = [
    branches[chance.whole(0, branches.length - 1)],
    branches[chance.whole(0, branches.length - 1)],
  ];
  if (one === undefined || two === undefined || one === two) return { fields };
  return { fields, or: [{ fields: [one] }, { fields: [two] }] };
}

function objectFields(chance: Chance, sample: () => string): readonly (() => Field)[] {
  const size = chance.pick([0, 9, 1024]);
  return [
    () => ({
      path: ["detail-type"],
      tests: chance.likely(0.8) ? ["Object Created"] : ["Object Deleted", "Object Created"],
    }),
    () => ({ path: ["detail", "bucket", "name"], tests: [chance.pick(BUCKETS)] }),
    () => ({ path: ["detail", "object", "key"], tests: drawTests(chance, sample) }),
    () => ({ path: ["detail", "object", "key"], tests: drawTests(chance, sample) }),
    () => ({
      path: ["detail", "object", "size"],
      tests: [
        {
          numeric: chance.pick([
            ["<", size + 1],
            [">=", size],
            [">", 0, "<=", 1024],
            ["=", size],
          ]),
        },
      ],
    }),
    () => ({ path: ["detail", "object", "version-id"], tests: [{ exists: chance.likely(0.5) }] }),
    () => ({
      path: ["detail", "source-ip-address"],
      tests: [chance.pick<Test>([{ cidr: "10.0.0.0/24" }, chance.pick(IPS), { prefix: "10." }])],
    }),
    () => ({
      path: ["detail", "reason"],
      tests: drawTests(chance, () => chance.pick(["PutObject", "CopyObject"])),
    }),
  ];
}

function madeFields(chance: Chance): readonly (() => Field)[] {
  return [
    ...MEMBERS.map(
      name => (): Field => ({
        path: ["detail", name],
        tests: drawTests(chance, () => chance.pick(KIND_TEXTS)),
      }),
    ),
    () => ({
      path: ["detail", "total"],
      tests: [chance.pick<Test>([{ numeric: [">", 0] }, 5, { "anything-but": [10] }])],
    }),
    () => ({ path: ["detail", "amount"], tests: [{ exists: chance.likely(0.7) }] }),
    () => ({ path: ["detail", "flag"], tests: [chance.pick([true, false, null])] }),
    () => ({ path: ["detail", "tags"], tests: [chance.pick(KIND_TEXTS)] }),
  ];
}

function drawTests(chance: Chance, text: () => string): readonly [Test, ...Test[]] {
  const one = drawTest(chance, text);
  return chance.likely(0.25) ? [one, drawTest(chance, text)] : [one];
}

function drawTest(chance: Chance, text: () => string): Test {
  const sample = text();
  const letters = Array.from(sample);
  const cut = chance.whole(1, Math.max(1, letters.length));
  const head = letters.slice(0, cut).join("");
  const tail = letters.slice(-cut).join("");
  if (sample === "") return chance.pick<Test>(["", { "anything-but": [""] }]);
  return chance.pick<Test>([
    sample,
    { prefix: head },
    { suffix: tail },
    { prefix: { "equals-ignore-case": head.toUpperCase() } },
    { suffix: { "equals-ignore-case": tail } },
    { "equals-ignore-case": sample },
    { "anything-but": [sample] },
    { "anything-but": { prefix: head } },
    { "anything-but": { suffix: tail } },
    { wildcard: `${escapeStars(head)}*` },
    { wildcard: `*${escapeStars(tail)}` },
    { wildcard: `${escapeStars(letters[0] ?? "")}*${escapeStars(letters.at(-1) ?? "")}` },
    { exists: true },
  ]);
}

function escapeStars(text: string): string {
  return text.replace(/[*\\]/g, "\\$&");
}

/** The routes as their file has them. */
export function routesText(routes: readonly AskedRoute[]): string {
  return JSON.stringify({ routes: routes.map(routeOf) });
}

function routeOf(route: AskedRoute): object {
  const { pattern, parameters, once, lane, by, batch, ...others } = route;
  return {
    ...others,
    when: whenOf(pattern),
    parameters: Object.fromEntries(
      [...parameters].map(([name, template]) => [name, templateText(template)]),
    ),
    ...(once !== undefined && { once: templateText(once) }),
    ...(lane !== undefined && { lane: templateText(lane) }),
    ...(batch !== undefined && {
      batch: { ...batch, ...(by !== undefined && { by: templateText(by) }) },
    }),
  };
}

function templateText(template: Template): string {
  return template
    .map(part => (typeof part === "string" ? part.replace(/[{}]/g, "$&$&") : `{${part.place}}`))
    .join("");
}
