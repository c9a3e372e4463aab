import { resolve } from "node:path";
import { parseDuration } from "../shared/duration.ts";
import { parseBaseUrl } from "../shared/etlworks/base-url.ts";
import { parseRequestHeaders, type RequestHeaders } from "../shared/request-headers.ts";
import { parseRunQuery } from "../shared/run-query.ts";
import { UserError } from "../shared/user-error.ts";
import { refuseMisspeltVariables } from "./known-variables.ts";
import { type ManifestPlace, parseManifestPlace } from "./manifest-place.ts";

/** The environment variables of all functions, checked. */
export interface Environment {
  /** `ETLWORKS_BASE_URL`; the cloud when it is not set. */
  readonly baseUrl: URL;
  /** `ETLWORKS_SECRET_ID`, an ARN or a name. Only who speaks to Etlworks needs it. */
  readonly secretId?: string;
  /** What follows `#` in it: the field of the secret that holds the key. No name has a `#`. */
  readonly secretField?: string;
  /** `ETLWORKS_RUNNER`, the qualified ARN of the runner. */
  readonly runner?: string;
  /** `ETLWORKS_RUN_QUERY`, without a question mark. */
  readonly runQuery: string;
  /** `ETLWORKS_REQUEST_HEADERS`, lines `Name: value`: sent with each request to Etlworks. Secret. */
  readonly requestHeaders: RequestHeaders;
  /** `ETLWORKS_LOG_PARAMETERS=true`: parameter values may stand in the log. They can hold data. */
  readonly logParameters: boolean;
  readonly routes: RoutesSource;
  /** `ETLWORKS_STACK`, the name of the deployment, for its metrics. */
  readonly stack?: string;
  /** `ETLWORKS_LEDGER`, the name of the ledger's table. */
  readonly ledger?: string;
  /** `ETLWORKS_LANE`, the qualified ARN of the lane. */
  readonly lane?: string;
  /** `ETLWORKS_MANIFESTS`, where lists of files go: `s3://bucket/folder`. */
  readonly manifests?: ManifestPlace;
  /** `ETLWORKS_EVENT_BUS`, the name or the ARN of the bus that is told of the end of each run. */
  readonly eventBus?: string;
  /**
   * `ETLWORKS_RUNNER_TIMEOUT`: the timeout of the runner's function. For so long can an invocation
   * that AWS has given up be at work; the longest that AWS allows when it is not set.
   */
  readonly runnerTimeoutMs: number;
}

export type RoutesSource =
  | { readonly kind: "inline"; readonly text: string }
  | { readonly kind: "file"; readonly path: string };

export type Variables = Readonly<Record<string, string | undefined>>;

/** What the settings are called here, for error sentences. */
export const SETTING_NAMES = {
  baseUrl: "ETLWORKS_BASE_URL",
  credentials: "the secret that ETLWORKS_SECRET_ID names",
  flow: "the flow's id in the routes",
} as const;

const CLOUD = "https://app.etlworks.com/rest";

/**
 * Throws a UserError that names the variable. It repeats no value, since somebody may have pasted a
 * key into the wrong variable, but for what is surely an address or an ARN. An empty variable counts as one that is not set, but
 * for the address: an own instance's key would go to the cloud.
 */
export function readEnvironment(variables: Variables, handlerDirectory: string): Environment {
  refuseMisspeltVariables(variables);
  const read = (name: string) => variables[name]?.trim() || undefined;
  const [secretId, secretField] = splitOnce(read("ETLWORKS_SECRET_ID"), "#");
  const ledger = read("ETLWORKS_LEDGER");
  const manifests = read("ETLWORKS_MANIFESTS");
  const eventBus = read("ETLWORKS_EVENT_BUS");
  const stack = read("ETLWORKS_STACK");
  const functions = readFunctions(read);
  return {
    baseUrl: parseBaseUrl(readAddress(variables["ETLWORKS_BASE_URL"]), {
      name: "ETLWORKS_BASE_URL",
      allowHttp: readSwitch("ETLWORKS_ALLOW_HTTP", read),
    }),
    ...(secretId !== undefined && { secretId }),
    ...(secretField !== undefined && { secretField }),
    ...functions,
    ...(stack !== undefined && { stack }),
    ...(ledger !== undefined && { ledger: checkTable(ledger) }),
    ...(manifests !== undefined && { manifests: readManifests(manifests) }),
    ...(eventBus !== undefined && { eventBus: checkBus(eventBus) }),
    runnerTimeoutMs: readRunnerTimeout(read("ETLWORKS_RUNNER_TIMEOUT")),
    runQuery: parseRunQuery(read("ETLWORKS_RUN_QUERY") ?? "", "ETLWORKS_RUN_QUERY"),
    requestHeaders: parseRequestHeaders(
      variables["ETLWORKS_REQUEST_HEADERS"] ?? "",
      "ETLWORKS_REQUEST_HEADERS",
    ),
    logParameters: readSwitch("ETLWORKS_LOG_PARAMETERS", read),
    routes: readRoutesSource(read, handlerDirectory),
  };
}

function readAddress(text: string | undefined): string {
  if (text?.trim() !== "") return text ?? CLOUD;
  throw new UserError(
    `ETLWORKS_BASE_URL is set and empty. Set it to the address of your instance, or remove it to use ${CLOUD}.`,
  );
}

function splitOnce(
  text: string | undefined,
  mark: string,
): readonly [before: string | undefined, after: string | undefined] {
  const at = text?.indexOf(mark) ?? -1;
  if (text === undefined || at < 0) return [text, undefined];
  return [text.slice(0, at).trim() || undefined, text.slice(at + mark.length).trim() || undefined];
}

function readRoutesSource(
  read: (name: string) => string | undefined,
  handlerDirectory: string,
): RoutesSource {
  const text = read("ETLWORKS_ROUTES");
  const file = read("ETLWORKS_ROUTES_FILE");
  if (text !== undefined && file !== undefined) {
    throw new UserError(
      "ETLWORKS_ROUTES and ETLWORKS_ROUTES_FILE are both set. Remove one of them.",
    );
  }
  return text === undefined
    ? { kind: "file", path: resolve(handlerDirectory, file ?? "routes.json") }
    : { kind: "inline", text };
}

function readSwitch(name: string, read: (name: string) => string | undefined): boolean {
  const text = read(name) ?? "false";
  if (text === "true" || text === "false") return text === "true";
  throw new UserError(`${name} is neither true nor false. Set it to one of them.`);
}

function readFunctions(
  read: (name: string) => string | undefined,
): Pick<Environment, "runner" | "lane"> {
  const [runner, lane] = [read("ETLWORKS_RUNNER"), read("ETLWORKS_LANE")];
  const functions = {
    ...(runner !== undefined && { runner: checkQualified("ETLWORKS_RUNNER", runner, "runner") }),
    ...(lane !== undefined && { lane: checkQualified("ETLWORKS_LANE", lane, "lane") }),
  };
  if (lane !== undefined && runner !== undefined) refuseOneForBoth(lane, runner);
  return functions;
}

/**
 * A durable function can only be invoked by an ARN that names a version or an alias:
 * https://docs.aws.amazon.com/lambda/latest/dg/durable-invoking.html
 */
function checkQualified(variable: string, arn: string, name: string): string {
  const qualified = /^arn:[^:]+:lambda:[^:]+:\d{12}:function:[\w-]+:[\w$-]+$/;
  if (qualified.test(arn)) return arn;
  throw new UserError(
    `${variable} is not the ARN of a function with an alias or a version at its end. Set it to the ${name}'s, such as arn:aws:lambda:eu-central-1:123456789012:function:${name}:live.`,
  );
}

/** AWS takes the order of a lane for the runner, which cannot read it: the event would lie there. */
function refuseOneForBoth(lane: string, runner: string): void {
  const unqualified = (arn: string) => arn.slice(0, arn.lastIndexOf(":"));
  if (unqualified(lane) !== unqualified(runner)) return;
  throw new UserError(
    `ETLWORKS_LANE and ETLWORKS_RUNNER name one function: ${lane}. They are two: set each to the ARN of its own.`,
  );
}

/**
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
 */
function checkTable(name: string): string {
  const arn = /^arn:[^:]+:dynamodb:[^:]+:\d{12}:table\/[\w.-]{3,255}$/;
  if (/^[\w.-]{3,255}$/.test(name) || arn.test(name)) return name;
  throw new UserError(
    "ETLWORKS_LEDGER is not the name of a DynamoDB table. Set it to the name of the table that is the ledger, such as etlworks-ledger.",
  );
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html */
function checkBus(bus: string): string {
  const arn = /^arn:[^:]+:events:[^:]+:\d{12}:event-bus\/[\w./-]{1,256}$/;
  if (/^[\w./-]{1,256}$/.test(bus) || arn.test(bus)) return bus;
  throw new UserError(
    "ETLWORKS_EVENT_BUS is not the name or the ARN of an event bus. Set it to one of them, such as default.",
  );
}

function readManifests(text: string): ManifestPlace {
  const place = parseManifestPlace(text);
  if (place !== undefined) return place;
  throw new UserError(
    "ETLWORKS_MANIFESTS is not a place in S3. Set it to one, such as s3://bucket/folder.",
  );
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html */
const MAX_FUNCTION_TIMEOUT_MS = 900_000;

function readRunnerTimeout(text = "15m"): number {
  const timeout = parseDuration(text);
  if (timeout !== undefined && timeout > 0 && timeout <= MAX_FUNCTION_TIMEOUT_MS) return timeout;
  throw new UserError(
    "ETLWORKS_RUNNER_TIMEOUT is not a duration of up to 15m. Set it to the timeout of the runner's function, such as 180s.",
  );
}
