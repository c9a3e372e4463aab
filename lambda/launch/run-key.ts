import { createHash } from "node:crypto";
import { isObject } from "../../shared/json.ts";
import { field, present, textField } from "../../shared/json-fields.ts";
import type { IfRunning } from "../../shared/run/run-request.ts";
import { UserError } from "../../shared/user-error.ts";
import type { Trigger } from "../events/trigger.ts";
import { OWN_SOURCE } from "../events/trigger.ts";
import type { DirectRun } from "../events/trigger-direct.ts";
import { isFlowId } from "../events/trigger-direct.ts";
import type { RunPolicy } from "../run-policy.ts";
import { parsePolicy } from "../run-policy.ts";

/**
 * What a run goes back to, in fields that are the same in every copy of the event: the identity of
 * the run, and what its logs name.
 */
export interface EventOrigin {
  readonly source: string;
  readonly detailType: string;
  readonly bucket?: string;
  readonly key?: string;
  /** The object's version id, else its sequencer, else its etag. */
  readonly version?: string;
  /** For all that is no object: the event's id. */
  readonly id?: string;
  /** Given to run again what has run already. */
  readonly force?: string;
}

/** A run that is to be started: all that the runner needs to know. */
export interface RunDecision {
  /** The route's name, or `direct`. */
  readonly route: string;
  readonly flow: number;
  readonly parameters: Readonly<Record<string, string>>;
  readonly policy: RunPolicy;
  readonly origin: EventOrigin;
}

/** The name and the input of the durable execution that follows a run. */
export interface RunKey {
  /** 1 to 64 characters of `A-Z a-z 0-9 - _`. */
  readonly name: string;
  /** JSON, the same bytes for the same decision. */
  readonly payload: string;
}

/**
 * Who a run is. The same object version or event gives the same name through every path and retry,
 * so that Lambda starts one execution for it; another version, route or flow gives another.
 *
 * An object's name does not depend on how its event came. A bucket that notifies twice, as S3 may,
 * or through a notification and EventBridge at once, has one new object, and one run is wanted.
 *
 * The payload holds stable fields only, so its bytes are the same too, with one exception that the
 * user chooses: parameters that name `{id}` or `{time}` of an S3 event, which S3 does not repeat
 * when it sends a second event. The first copy then wins, as Lambda refuses the second (409).
 *
 * `scope` keeps apart deployments that share an account: names must differ where functions do.
 */
export function identifyRun(decision: RunDecision, scope: string): RunKey {
  const { route, flow, origin } = decision;
  const { source, detailType, bucket, key, version, id, force } = origin;
  // As JSON, so that no two lists of texts can run together into the same bytes.
  const where = { scope, route, flow, source, detailType };
  const identity = JSON.stringify({ ...where, bucket, key, version, id, force });
  const hash = createHash("sha256").update(identity).digest("base64url");
  const prefix = route.replaceAll(/[^\w-]+/g, "-").slice(0, 20);
  return { name: `${prefix}-${hash}`, payload: JSON.stringify(payloadOf(decision)) };
}

/** Reads what {@link identifyRun} wrote. Throws a UserError when it is something else. */
export function readRunDecision(payload: unknown): RunDecision {
  const mistakes: string[] = [];
  const route = textField(payload, "route");
  const flow = field(payload, "flow");
  const parameters = field(payload, "parameters");
  const origin = readOrigin(field(payload, "origin"));
  // Our own payload holds milliseconds, where a person writes a duration.
  const policy = parsePolicy(
    name => (name === "timeout" ? undefined : field(payload, name)),
    (name, message) => void mistakes.push(`${name}: ${message}`),
  );
  const timeout = field(payload, "timeoutMs");
  if (
    field(payload, "version") !== VERSION ||
    route === undefined ||
    !isFlowId(flow) ||
    !isTexts(parameters) ||
    origin === undefined ||
    typeof timeout !== "number" ||
    mistakes.length > 0
  ) {
    throw new UserError(
      "The runner's input is not what this version of the dispatcher sends; deploy both from one release.",
    );
  }
  return { route, flow, parameters, policy: { ...policy, timeout }, origin };
}

/** The origin of a run that an event asks for. */
export function originOf(trigger: Trigger): EventOrigin {
  const { event, force } = trigger;
  const source = textField(event, "source") ?? "";
  const detailType = textField(event, "detail-type") ?? "";
  const what = source === "aws.s3" ? objectIn(event, detailType) : { id: idOf(event, source) };
  return { source, detailType, ...what, ...(force !== undefined && { force }) };
}

/** The origin of a run that was asked for by name. */
export function originOfDirect({ id, force }: DirectRun): EventOrigin {
  const origin = { source: OWN_SOURCE, detailType: "Direct Invoke", id };
  return force === undefined ? origin : { ...origin, force };
}

const VERSION = 1;

function payloadOf(decision: RunDecision): unknown {
  const { route, flow, parameters, policy, origin } = decision;
  return {
    version: VERSION,
    route,
    flow,
    // The order of the parameters means nothing, so it must not make another payload.
    parameters: Object.fromEntries(Object.entries(parameters).toSorted(byFirst)),
    ifRunning: policy.ifRunning satisfies IfRunning,
    timeoutMs: policy.timeout,
    failOnWarning: policy.failOnWarning,
    origin: Object.fromEntries(Object.entries(origin).toSorted(byFirst)),
  };
}

/**
 * An object event. Created and deleted objects are known by their version. Other events, such as a
 * changed tag, can come many times for one version, so they keep their own id as well.
 */
function objectIn(event: unknown, detailType: string): Partial<EventOrigin> {
  const detail = field(event, "detail");
  const object = field(detail, "object");
  const version = versionOf(object);
  const once = detailType === "Object Created" || detailType === "Object Deleted";
  return present({
    bucket: textField(field(detail, "bucket"), "name"),
    key: textField(object, "key"),
    version,
    id: once && version !== undefined ? undefined : textField(event, "id"),
  });
}

/**
 * `null` is the version id of every object in a bucket whose versioning is suspended: it would make
 * a new upload look like the old one.
 */
function versionOf(object: unknown): string | undefined {
  const versionId = textField(object, "version-id");
  if (versionId !== undefined && versionId !== "null") return versionId;
  return textField(object, "sequencer") ?? textField(object, "etag");
}

/** A schedule without an input of its own sends an event whose id is another at each attempt. */
function idOf(event: unknown, source: string): string {
  const id = textField(event, "id") ?? "";
  if (source !== "aws.scheduler") return id;
  const resources = field(event, "resources");
  const schedule: unknown = Array.isArray(resources) ? resources[0] : undefined;
  const time = textField(event, "time");
  return typeof schedule === "string" && time !== undefined ? `${schedule}|${time}` : id;
}

function readOrigin(value: unknown): EventOrigin | undefined {
  const source = textField(value, "source");
  const detailType = textField(value, "detailType");
  if (!isTexts(value) || source === undefined || detailType === undefined) return undefined;
  return { ...value, source, detailType };
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return isObject(value) && Object.values(value).every(member => typeof member === "string");
}

function byFirst([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : Number(one > other);
}
