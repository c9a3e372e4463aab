import type { OutcomeKind } from "./outcome.ts";

/** What the user asked for where an outcome can be judged either way. */
export interface VerdictPolicy {
  readonly failOnWarning: boolean;
}

export type Verdict = "pass" | "fail";

/** Judges an outcome. The outcome says what happened, the verdict what the user makes of it. */
export function judge(kind: OutcomeKind, policy: VerdictPolicy): Verdict {
  switch (kind) {
    case "success":
    case "started":
    case "skipped":
      return "pass";
    case "warning":
      return policy.failOnWarning ? "fail" : "pass";
    case "error":
    case "canceled":
    case "busy":
    case "not-started":
    case "start-unknown":
    case "timed-out":
    case "lost":
    case "aborted":
    case "refused":
      return "fail";
  }
}
