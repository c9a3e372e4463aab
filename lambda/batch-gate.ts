import type { Verdict } from "../shared/run/verdict.ts";
import type { DecisionPolicy, EventOrigin } from "./decision.ts";

/** The runner's way to its batch in the ledger. Each call may be made again by the same execution. */
export interface BatchGate {
  /**
   * Lets one of all executions through that were ever told to run the batch. Comes **before** the
   * request that starts the run.
   */
  begin(): Promise<Begin>;
  /**
   * The parameters of the run, read where they are used: what a step resolves with is kept by AWS,
   * and values of parameters are nobody's but the ledger's and the flow's.
   */
  readParameters(): Promise<Readonly<Record<string, string>>>;
  /**
   * So that whoever comes after this execution can follow the run. Must be done before anything else
   * may fail.
   */
  noteAuditId(auditId: string): Promise<"noted" | "another's">;
  /** The first outcome counts, and only the batch's own runner may note it. */
  noteOut(out: {
    readonly kind: string;
    readonly verdict: Verdict;
    readonly message: string;
  }): Promise<"noted" | "noted before" | "another's">;
}

/** What the runner may do with its order. */
export type Begin =
  /** Start the run: nobody else can. */
  | { readonly kind: "start"; readonly batch: BatchToRun }
  /** Start nothing; follow this run to its end. */
  | { readonly kind: "follow"; readonly batch: BatchToRun; readonly auditId: string }
  /** Start nothing: the batch is ours, and its parameters cannot be filled. */
  | { readonly kind: "refused"; readonly batch: BatchToRun; readonly message: string }
  /** Start nothing and note nothing: the batch is another's. */
  | { readonly kind: "given-up"; readonly reason: string };

/** What is known of a batch from its newest event. Plain data, without the events themselves. */
export interface BatchToRun {
  readonly id: number;
  readonly count: number;
  readonly manifest?: string;
  readonly route: string;
  readonly flow: number;
  readonly policy: DecisionPolicy;
  readonly afterFailure: "continue" | "hold";
  /** Of the first event. */
  readonly origin: EventOrigin;
  readonly parameterNames: readonly string[];
}
