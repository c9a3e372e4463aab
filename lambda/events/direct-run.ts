import { didYouMean } from "../../shared/did-you-mean.ts";
import { exactText, isNumber } from "../../shared/exact-number.ts";
import { isFlowId, whyNoFlowId } from "../../shared/flow-id.ts";
import { isObject } from "../../shared/json.ts";
import { field } from "../../shared/json-fields.ts";
import type { Decision, EventOrigin } from "../decision.ts";
import { DRY_RUN_WORD } from "../dry-run-word.ts";
import { eventIdentity, runIdentity } from "../identity.ts";
import { isParameterName, PARAMETER_NAME_RULE } from "../parameter-name.ts";
import { placeholderInId, unfilled } from "../placeholders.ts";
import { POLICY_FIELDS, parsePolicy, type RunPolicy } from "../run-policy.ts";
import { OWN_SOURCE } from "../trigger.ts";
import { unknownFields } from "../unknown-fields.ts";

/** A run asked for by name, without a route: `{"flow": 12345, "parameters": {"day": "2026-11-23"}}`. */
export interface DirectRun {
  readonly flow: number;
  readonly parameters: Readonly<Record<string, string>>;
  readonly policy: RunPolicy;
  /** Two invocations with the same id are one run. The invocation's own id when none was given. */
  readonly id: string;
  /** Any text that was not used before, to run again what has run already. */
  readonly force?: string;
}

export type DirectReading =
  | { readonly kind: "direct"; readonly run: DirectRun }
  | { readonly kind: "rejected"; readonly message: string };

const FIELDS = ["flow", "parameters", ...POLICY_FIELDS, "id", "force"];

/** Reads a direct invoke. All its mistakes are reported at once, each with its field. */
export function readDirectRun(event: unknown, invocationId: string): DirectReading {
  const mistakes: string[] = [];
  const refuse = (name: string, message: string) => void mistakes.push(`${name}: ${message}`);

  for (const name of unknownFields(event, FIELDS)) {
    const instead = DRY_RUN_WORD.test(name)
      ? "is obeyed only as dryRun, and only when the dispatcher is invoked with it"
      : `is not known; ${didYouMean(name, FIELDS)}`;
    refuse(name, instead);
  }
  const flow = field(event, "flow");
  if (!isFlowId(flow)) refuse("flow", whyNoFlowId(flow));
  const parameters = parameterTexts(field(event, "parameters"), refuse);
  const policy = parsePolicy(name => field(event, name), refuse);
  const id = parseWord(field(event, "id"), "id", refuse);
  const force = parseWord(field(event, "force"), "force", refuse);

  if (mistakes.length > 0 || !isFlowId(flow)) {
    return { kind: "rejected", message: `the direct invoke is refused: ${mistakes.join("; ")}` };
  }
  const run = { flow, parameters, policy, id: id ?? invocationId };
  return { kind: "direct", run: force === undefined ? run : { ...run, force } };
}

type DirectDecision = Decision & Pick<DirectRun, "parameters">;

/** A direct run as what a route would have decided. */
export function directDecision({ flow, parameters, policy, id, force }: DirectRun): DirectDecision {
  const origin: EventOrigin = {
    source: OWN_SOURCE,
    detailType: "Direct Invoke",
    id,
    ...(force !== undefined && { force }),
  };
  const route = "direct";
  const identity = runIdentity({ route, flow, event: { origin, identity: eventIdentity(origin) } });
  const lane = String(flow);
  return { route, flow, parameters, policy, origin, identity, lane, afterFailure: "continue" };
}

function parameterTexts(
  value: unknown,
  refuse: (name: string, message: string) => void,
): Readonly<Record<string, string>> {
  if (value === undefined) return {};
  if (!isObject(value)) {
    refuse("parameters", "must be an object of names and values");
    return {};
  }
  const texts: [string, string][] = [];
  if (Buffer.byteLength(Object.keys(value).join("")) > MAX_NAMES_BYTES) {
    refuse("parameters", "have names of more than 64 KB; shorten them");
    return {};
  }
  for (const [name, given] of Object.entries(value)) {
    if (!isParameterName(name)) {
      refuse(`parameters.${name}`, PARAMETER_NAME_RULE);
      continue;
    }
    if (isNumber(given)) {
      const exact = exactText(given);
      if (exact.kind === "exact") texts.push([name, exact.text]);
      else refuse(`parameters.${name}`, exact.why);
    } else if (typeof given === "string" || typeof given === "boolean") {
      texts.push([name, String(given)]);
    } else {
      refuse(`parameters.${name}`, "must be a string, a number or a boolean");
    }
  }
  return Object.fromEntries(texts);
}

/** The names stand in the checkpoints of the run and in the event of its end: 256 KB each. */
const MAX_NAMES_BYTES = 65_536;

/** Room for the ARN of a schedule and its time. */
export const MAX_WORD = 2_000;

function parseWord(
  value: unknown,
  name: string,
  refuse: (name: string, message: string) => void,
): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string" && value.trim() !== "" && value.length <= MAX_WORD) {
    const place = placeholderInId(value);
    if (place === undefined) return value;
    refuse(name, unfilled("it", place));
    return undefined;
  }
  if (isNumber(value)) {
    const exact = exactText(value);
    if (exact.kind === "exact") return exact.text;
    // Two ids would look like one, and the second event would be taken for a copy of the first.
    refuse(name, exact.why);
    return undefined;
  }
  refuse(name, `must be a string of 1 to ${MAX_WORD} characters`);
  return undefined;
}
