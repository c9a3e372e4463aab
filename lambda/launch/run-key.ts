import { createHash } from "node:crypto";
import { isFlowId } from "../../shared/flow-id.ts";
import { isObject } from "../../shared/json.ts";
import { field, textField } from "../../shared/json-fields.ts";
import { UserError } from "../../shared/user-error.ts";
import { parsePolicy, type RunPolicy } from "../run-policy.ts";
import type { EventOrigin } from "../trigger.ts";

/** A run that is to be started: all that the runner needs to know. */
export interface RunDecision {
  /** The route's name, or `direct`. */
  readonly route: string;
  readonly flow: number;
  readonly parameters: Readonly<Record<string, string>>;
  readonly policy: RunPolicy;
  readonly origin: EventOrigin;
  /** Which run it is: the same text starts one run. */
  readonly identity: string;
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
 * The payload holds stable fields only, so its bytes are the same too, with one exception that the
 * user chooses: parameters that name `{id}` or `{time}` of an S3 event, which S3 does not repeat
 * when it sends a second event. The first copy then wins, as Lambda refuses the second (409).
 *
 * `scope` keeps apart deployments that share an account: names must differ where functions do.
 */
export function identifyRun(decision: RunDecision, scope: string): RunKey {
  const { route, identity } = decision;
  // As JSON, so that no two texts can run together into the same bytes.
  const named = JSON.stringify({ scope, identity });
  const hash = createHash("sha256").update(named).digest("base64url");
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
  const identity = textField(payload, "identity");
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
    identity === undefined ||
    // What the ledger cannot read back would stop its lane.
    !isMilliseconds(timeout) ||
    mistakes.length > 0
  ) {
    throw new UserError(
      "The runner's input is not what this version of the dispatcher sends; deploy both from one release.",
    );
  }
  return { route, flow, parameters, policy: { ...policy, timeout }, origin, identity };
}

function isMilliseconds(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

const VERSION = 2;

function payloadOf(decision: RunDecision): unknown {
  const { route, flow, parameters, policy, origin, identity } = decision;
  return {
    version: VERSION,
    route,
    flow,
    // The order of the parameters means nothing, so it must not make another payload.
    parameters: Object.fromEntries(Object.entries(parameters).toSorted(byFirst)),
    ifRunning: policy.ifRunning,
    timeoutMs: policy.timeout,
    failOnWarning: policy.failOnWarning,
    origin: Object.fromEntries(Object.entries(origin).toSorted(byFirst)),
    identity,
  };
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
