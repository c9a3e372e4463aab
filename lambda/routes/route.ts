import type { Decision } from "../decision.ts";
import type { RunPolicy } from "../run-policy.ts";
import type { Accept } from "./accept.ts";
import type { Template } from "./parameter-template.ts";
import type { EventFields } from "./pattern/event-fields.ts";
import type { RouteBatch } from "./read-batch.ts";
import type { SkipRule } from "./skip-rule.ts";

/** A rule, checked and compiled: which events start which flow, and how. */
export interface Route {
  /** Unique; names the route in logs, metrics and the names of executions. */
  readonly name: string;
  readonly when: (event: EventFields) => boolean;
  /** The values that `when` asks for, by the field's dotted path. */
  readonly wanted: ReadonlyMap<string, readonly unknown[]>;
  readonly flow: number;
  readonly parameters: ReadonlyMap<string, Template>;
  readonly policy: RunPolicy;
  readonly accept: Accept;
  readonly skipReason: SkipRule;
  /** What makes two events one; missing: the event's own identity. */
  readonly once?: Template;
  /** What runs one after the other; missing: the flow. */
  readonly lane?: Template;
  readonly afterFailure: Decision["afterFailure"];
  /** Missing: one run per event. */
  readonly batch?: RouteBatch;
}

/** What one route makes of one trigger. */
export type RouteResult =
  | DecidedRun
  /** The event matches, and the route leaves it out on purpose. */
  | { readonly kind: "skipped"; readonly route: string; readonly reason: string }
  | { readonly kind: "rejected"; readonly route: string; readonly message: string };

export type DecidedRun = Decision & {
  readonly kind: "run";
  readonly warnings: readonly string[];
  /** The route's `once`, and not the event's id, makes two events one. */
  readonly byOnce?: true;
};

/** The decision alone, as the ledger keeps it. */
export function decisionIn(run: DecidedRun): Decision {
  const { kind: _, warnings: __, byOnce: ___, ...decision } = run;
  return decision;
}
