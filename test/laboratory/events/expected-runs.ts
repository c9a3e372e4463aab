import type { AskedRoute, Template } from "./asked-route.ts";
import type { Ask, Content, Seen } from "./documents.ts";
import { matches, matchesTest, type Test, testsAt } from "./match-pattern.ts";
import { at, Digits, type Members, tellDigits, type Written } from "./written.ts";

/** A run that the pages promise for an event. */
export interface ExpectedRun {
  /** The same for every copy of the event at this route. */
  readonly identity: string;
  readonly route: string;
  readonly flow: number;
  readonly lane: string;
  /** Values, with places of the batch as `{…}` that nothing else is written as. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Events of one route with the same values share a batch. */
  readonly by?: string;
  readonly asked?: AskedRoute;
  readonly file?: object;
  readonly origin?: Readonly<Record<"source" | "detailType" | "id" | "force", string | undefined>>;
  readonly unknownAgain: boolean;
  /** Something beside it in its message cannot be read, so it may be left alone. */
  readonly maybe?: true;
}

/** What becomes of one event, or whatever a record has in it. */
export interface Expected {
  readonly runs: readonly ExpectedRun[];
  /** Sentences; with one of them the record goes back. */
  readonly problems: readonly string[];
}

export function expectedOf(content: Content, routes: readonly AskedRoute[]): Expected {
  switch (content.kind) {
    case "nothing":
      return { runs: [], problems: [] };
    case "bad":
      return { runs: [], problems: [content.why] };
    case "ask": {
      const { ask, id, identity, byHand, unknownAgain } = content;
      if (!byHand && routes.every(({ flow }) => flow !== ask.flow)) {
        return { runs: [], problems: ["no route starts the flow"] };
      }
      return { runs: [{ ...runOfAsk(ask, id, identity), unknownAgain }], problems: [] };
    }
    case "event":
      return expectedOfEvent(content.seen, routes);
  }
}

function runOfAsk({ flow, parameters }: Ask, id: string, identity: string): ExpectedRun {
  return {
    identity,
    route: "direct",
    flow,
    lane: String(flow),
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => [name, String(value)]),
    ),
    origin: {
      source: "etlworks.dispatcher",
      detailType: "Direct Invoke",
      id,
      force: undefined,
    },
    unknownAgain: false,
  };
}

function expectedOfEvent(seen: Seen, routes: readonly AskedRoute[]): Expected {
  const wanting = routes.filter(route => wants(route, seen.event));
  if (wanting.length === 0) return { runs: [], problems: seen.own ? ["no route wants it"] : [] };
  const runs: ExpectedRun[] = [];
  const problems: string[] = [];
  for (const route of wanting) {
    if (isSkipped(route, seen.event)) continue;
    const run = runOf(route, seen);
    if (typeof run === "string") problems.push(`${route.name}: ${run}`);
    else runs.push(run);
  }
  return { runs, problems };
}

/** Our own event matches only a route that names its source exactly. */
function wants({ pattern }: AskedRoute, event: Members): boolean {
  if (!matches(pattern, event)) return false;
  if (event["source"] !== "etlworks.run-flow") return true;
  return testsAt(pattern, event, "source").includes("etlworks.run-flow");
}

function isSkipped(route: AskedRoute, event: Members): boolean {
  const key = at(event, ["detail", "object", "key"]);
  const size = at(event, ["detail", "object", "size"]);
  if (event["source"] !== "aws.s3" || typeof key !== "string") return false;
  if (!(size instanceof Digits) || size.digits !== "0") return false;
  const isNamed = testsAt(route.pattern, event, "detail.object.key").some(
    test => names(test) && matchesTest(test, key),
  );
  if (isNamed || isOfSet(route, key)) return false;
  if (!key.endsWith("/") && testsAt(route.pattern, event, "detail.object.size").some(isZero))
    return false;
  return key.endsWith("/") ? route.includeFolders !== true : route.includeEmpty !== true;
}

/** A file that its set demands. */
function isOfSet({ batch }: AskedRoute, key: string): boolean {
  const all = batch?.["all"];
  return Array.isArray(all) && all.includes(key.slice(key.lastIndexOf("/") + 1));
}

function isZero(test: Test): boolean {
  const sizes = ["0", "1"].map(digits => matchesTest(test, new Digits(digits)));
  return sizes[0] === true && sizes[1] === false;
}

/** An exact key, or an ending without a dot. */
function names(test: Test): boolean {
  if (typeof test !== "object" || test === null) return typeof test === "string";
  if ("equals-ignore-case" in test) return true;
  if ("suffix" in test) {
    const { suffix } = test;
    return isEnding(typeof suffix === "string" ? suffix : suffix["equals-ignore-case"]);
  }
  return "wildcard" in test && isEnding(test.wildcard.replace(/^.*(?<!\\)\*/s, ""));
}

function isEnding(text: string): boolean {
  return text !== "" && !text.includes(".");
}

/** A text: why there is none. */
function runOf(route: AskedRoute, seen: Seen): ExpectedRun | string {
  const fill = (template: Template) => fillTemplate(template, seen);
  const parameters: Record<string, string> = {};
  for (const [name, template] of route.parameters) {
    const value = fill(template);
    if (value === undefined) return `${name} cannot be filled`;
    if (!isAccepted(route, name, value.join(""))) return `${name} is not accepted`;
    parameters[name] = value.join("");
  }
  const lane = route.lane === undefined ? [String(route.flow)] : fill(route.lane);
  const once = route.once === undefined ? undefined : valuesOf(route.once, seen);
  const by = route.by === undefined ? undefined : valuesOf(route.by, seen);
  if (route.batch?.["all"] !== undefined && seen.file === undefined)
    return "a set takes only files";
  if (lane === undefined) return "lane cannot be filled";
  if (once === null) return "once cannot be filled";
  if (seen.event["source"] !== "aws.s3" && once?.some(isOpenPlace) === true) {
    return "once has a place that nobody filled";
  }
  if (once?.join("") === "") return "once is empty, so it says nothing";
  if (by === null) return "by cannot be filled";
  return {
    identity: JSON.stringify([route.name, once ?? seen.identity, seen.force ?? ""]),
    route: route.name,
    flow: route.flow,
    lane: lane.join("") === "" ? "." : lane.join(""),
    parameters,
    ...(by !== undefined && { by: JSON.stringify(by) }),
    asked: route,
    ...(seen.file !== undefined && { file: seen.file }),
    origin: originOf(seen),
    unknownAgain: seen.unknownAgain && once === undefined,
  };
}

function isOpenPlace(value: string): boolean {
  return /^\{[a-z]+\}$/.test(value);
}

function originOf({ event, id, force }: Seen): NonNullable<ExpectedRun["origin"]> {
  const text = (name: string) => tell(at(event, [name]), true);
  return {
    source: text("source"),
    detailType: text("detail-type"),
    id,
    force,
  };
}

function isAccepted({ accept }: AskedRoute, name: string, value: string): boolean {
  if (accept === undefined) return true;
  const pattern = typeof accept === "string" ? accept : accept[name];
  return pattern === undefined || new RegExp(`^(?:${pattern})$`, "u").test(value);
}

/** Undefined: some place has no value. */
function fillTemplate(template: Template, seen: Seen): readonly string[] | undefined {
  const parts = template.map(part => (typeof part === "string" ? part : valueAt(part.place, seen)));
  return parts.every(part => part !== undefined) ? parts : undefined;
}

/** The values in its places; null: some place has none. */
function valuesOf(template: Template, seen: Seen): readonly string[] | null {
  const places = template.filter(part => typeof part !== "string");
  return fillTemplate(places, seen) ?? null;
}

function valueAt(place: string, { event, exact }: Seen): string | undefined {
  if (place.startsWith("batch.")) return `\u0001${place}\u0001`;
  const key = at(event, ["detail", "object", "key"]);
  const value = SHORT[place];
  if (value !== undefined) return tell(at(event, value), exact);
  if (place === "basename" || place === "dirname" || place === "extension") {
    return typeof key === "string" ? partOf(key, place) : undefined;
  }
  return tell(at(event, place.split(".")), exact);
}

const SHORT: Readonly<Record<string, readonly string[]>> = {
  bucket: ["detail", "bucket", "name"],
  key: ["detail", "object", "key"],
  size: ["detail", "object", "size"],
  etag: ["detail", "object", "etag"],
  versionId: ["detail", "object", "version-id"],
};

function partOf(key: string, part: "basename" | "dirname" | "extension"): string {
  const slash = key.lastIndexOf("/");
  const basename = key.slice(slash + 1);
  if (part === "basename") return basename;
  if (part === "dirname") return slash < 0 ? "" : key.slice(0, slash);
  const dot = basename.lastIndexOf(".");
  return dot <= 0 ? "" : basename.slice(dot + 1);
}

function tell(value: Written | undefined, exact: boolean): string | undefined {
  if (value instanceof Digits) return tellDigits(value, exact);
  if (typeof value === "boolean") return String(value);
  return typeof value === "string" ? value : undefined;
}
