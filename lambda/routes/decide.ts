import { createHash } from "node:crypto";
import { textField } from "../../shared/json-fields.ts";
import { beginningOf } from "../cut-text.ts";
import type { ParameterText } from "../decision.ts";
import { runIdentity } from "../identity.ts";
import { MAX_LANE_BYTES } from "../lanes/ledger/table-keys.ts";
import { placeholderIn, unfilled } from "../placeholders.ts";
import type { Trigger } from "../trigger.ts";
import { acceptMistake } from "./accept.ts";
import { fillBy } from "./batch-by.ts";
import { fillPlace, fillTemplate, isEventPlace, type Template } from "./parameter-template.ts";
import type { Route, RouteResult } from "./route.ts";
import type { TimeBudget } from "./time-budget.ts";

/** What a route makes of an event that its pattern matches. */
export function decide(route: Route, trigger: Trigger, budget: TimeBudget): RouteResult {
  const { event, file } = trigger;
  const skipped = route.skipReason(event);
  if (skipped !== undefined) return { kind: "skipped", route: route.name, reason: skipped };

  const reject = (message: string): RouteResult => ({
    kind: "rejected",
    route: route.name,
    message,
  });
  const by = fillOptional(route.batch?.by, template => fillBy(template, event));
  if (by.kind === "rejected") return reject(`batch.by: ${by.message}`);
  if (route.batch?.rule.all !== undefined && file === undefined) {
    return reject("batch.all: the event names no file; match only S3 events with this route");
  }

  const parameters: [string, ParameterText][] = [];
  const warnings = [...trigger.warnings];
  for (const [name, template] of route.parameters) {
    const filled = fillParameter(template, event, by.text);
    if (filled.kind === "rejected") return reject(`Parameter "${name}": ${filled.message}`);
    const matches = route.accept.get(name);
    if (matches !== undefined && typeof filled.value === "string") {
      const mistake = acceptMistake(matches, filled.value, budget);
      if (mistake !== undefined) return reject(`Parameter "${name}": ${mistake}.`);
    }
    if (filled.value === "") {
      warnings.push(
        `Parameter "${name}" is empty. Etlworks skips empty values: the flow will see the literal text {${name}}.`,
      );
    }
    parameters.push([name, filled.value]);
  }

  const once = route.once === undefined ? undefined : fillOnce(route.once, trigger);
  if (once?.kind === "rejected") return reject(`once: ${once.message}`);
  const lane = fillOptional(route.lane, template => fillTemplate(template, event));
  if (lane.kind === "rejected") return reject(`lane: ${lane.message}`);
  return {
    kind: "run",
    warnings,
    route: route.name,
    flow: route.flow,
    parameters: Object.fromEntries(parameters),
    policy: route.policy,
    origin: trigger.origin,
    identity: runIdentity({
      route: route.name,
      flow: route.flow,
      event: trigger,
      ...(once !== undefined && { once: once.values }),
    }),
    lane: laneText(route, lane.text),
    afterFailure: route.afterFailure,
    ...(route.batch !== undefined && { batch: { ...route.batch.rule, by: by.text } }),
    ...(file !== undefined && { file }),
    ...(route.once?.eventPlaces.includes("id") === false && { byOnce: true }),
  };
}

type FilledOnce =
  | { readonly kind: "filled"; readonly values: readonly string[] }
  | { readonly kind: "rejected"; readonly message: string };

/** Each value for itself: `a-b` and `c` must not look like `a` and `b-c`. */
function fillOnce({ eventPlaces }: Template, { event }: Trigger): FilledOnce {
  const values: string[] = [];
  for (const place of eventPlaces) {
    const filled = fillPlace(place, event);
    if (filled.kind === "rejected") return filled;
    // A file may be called anything.
    const unfilledPlace =
      textField(event, "source") === "aws.s3" ? undefined : placeholderIn(filled.text);
    if (unfilledPlace !== undefined) {
      return { kind: "rejected", message: `${unfilled(`{${place}}`, unfilledPlace)}.` };
    }
    values.push(filled.text);
  }
  if (values.some(value => value !== "")) return { kind: "filled", values };
  const message = "the text is empty for this event, so it cannot tell events apart";
  return { kind: "rejected", message };
}

type FilledParameter =
  | { readonly kind: "filled"; readonly value: ParameterText }
  | { readonly kind: "rejected"; readonly message: string };

/** The text of a parameter, with places left open for what only the batch knows. */
function fillParameter({ parts }: Template, event: unknown, by: string): FilledParameter {
  const filled: (string | { readonly batch: string })[] = [];
  let text = "";
  for (const part of parts) {
    if (typeof part === "string") {
      text += part;
    } else if (isEventPlace(part)) {
      const place = fillPlace(part.event, event);
      if (place.kind === "rejected") return place;
      text += place.text;
    } else if (part.batch === "by") {
      text += by;
    } else {
      if (text !== "") filled.push(text);
      filled.push({ batch: part.batch });
      text = "";
    }
  }
  if (filled.length === 0) return { kind: "filled", value: text };
  if (text !== "") filled.push(text);
  return { kind: "filled", value: filled };
}

function fillOptional(
  template: Template | undefined,
  fill: (template: Template) => ReturnType<typeof fillTemplate>,
): ReturnType<typeof fillTemplate> {
  return template === undefined ? { kind: "filled", text: "" } : fill(template);
}

/**
 * By default the flow, by its id. An empty text, such as `{dirname}` of a key at the top, is a lane
 * like any other and is written as a dot.
 */
function laneText({ flow, lane }: Route, text: string): string {
  if (lane === undefined) return String(flow);
  if (text === "") return ".";
  const bytes = Buffer.from(text);
  if (bytes.length <= MAX_LANE_BYTES) return text;
  const hash = createHash("sha256").update(text).digest("base64url");
  return `${beginningOf(text, 200)}…${hash}`;
}
