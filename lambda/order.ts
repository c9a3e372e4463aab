import { isObject } from "../shared/json.ts";
import { Mistake } from "../shared/mistake.ts";
import { IF_RUNNING } from "../shared/run-request.ts";
import type { RunPolicy } from "./run-policy.ts";
import { field, textField } from "./safe-json.ts";
import { isFlowId } from "./trigger-direct.ts";

/**
 * The complete decision to run a flow: the runner's input. It holds everything, so that an edit of
 * the routes never changes a run that is under way.
 */
export interface Order {
  /** The route's name; missing for a direct invoke. */
  readonly route?: string;
  readonly flow: number;
  readonly parameters: Readonly<Record<string, string>>;
  readonly policy: RunPolicy;
}

/** Reads the runner's input. Fields it does not know are left to later versions. */
export function parseOrder(input: unknown): Order {
  const flow = field(input, "flow");
  const route = textField(input, "route");
  const parameters = parseTexts(field(input, "parameters") ?? {});
  const policy = parseFinishedPolicy(field(input, "policy"));
  if (!isFlowId(flow) || parameters === undefined || policy === undefined) {
    throw new Mistake(
      'The runner takes what the dispatcher decided. Invoke the dispatcher instead, for example with {"flow": 12345, "parameters": {}}.',
    );
  }
  return { ...(route !== undefined && { route }), flow, parameters, policy };
}

function parseTexts(value: unknown): Readonly<Record<string, string>> | undefined {
  if (!isObject(value)) return undefined;
  const texts = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return texts.length === Object.keys(value).length ? Object.fromEntries(texts) : undefined;
}

/** A policy as the dispatcher writes it: complete, its timeout in milliseconds. */
function parseFinishedPolicy(value: unknown): RunPolicy | undefined {
  const ifRunning = IF_RUNNING.find(word => word === field(value, "ifRunning"));
  const timeout = field(value, "timeout");
  const failOnWarning = field(value, "failOnWarning");
  const complete =
    ifRunning !== undefined &&
    typeof timeout === "number" &&
    Number.isSafeInteger(timeout) &&
    timeout >= 0 &&
    typeof failOnWarning === "boolean";
  return complete ? { ifRunning, timeout, failOnWarning } : undefined;
}
