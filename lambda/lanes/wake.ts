/**
 * Starts the execution of a lane's generation, or finds the one there is, which may have ended. The
 * same name never begins twice. Resolves with its ARN, where AWS gives one; throws what the caller
 * cannot pass over.
 */
export type Wake = (lane: string, gen: number) => Promise<string | undefined>;

/** How an execution fares, by AWS's word and not by a clock of ours. */
export type ExecutionState =
  | { readonly kind: "running"; readonly input?: string }
  | { readonly kind: "ended"; readonly at: number; readonly input?: string }
  /** AWS keeps no such execution: it ended, and longer ago than such are kept. */
  | { readonly kind: "unknown" };

/** Asks for an execution by its ARN. */
export type AskExecution = (arn: string) => Promise<ExecutionState>;
