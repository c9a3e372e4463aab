/**
 * One run as Etlworks reports it, in a status answer or in a page of history.
 *
 * Only `status` and the ids are documented; every other name is read defensively and may be
 * missing (docs: https://etlworks.com/dev/api/quickstart.html and the support articles).
 */
export interface Execution {
  /** The run's id. Kept as text: the server's type is a 64-bit long, and some pages quote it. */
  readonly auditId?: string;
  readonly flowId?: number;
  readonly flowName?: string;
  /** The server's word in lower case: `queued running success warning error canceled`, or a new one. */
  readonly status?: string;
  /** Milliseconds since 1970, by the server's clock. */
  readonly startedAt?: number;
  /** Milliseconds since 1970, by the server's clock. */
  readonly endedAt?: number;
  /** The times came without a zone: how long the run took is right, when it began is not known. */
  readonly localTimes?: true;
  /** The exception or message of a run that did not go well. */
  readonly message?: string;
  /** True when a schedule started the run. */
  readonly scheduled?: boolean;
  /** The message at a listener that started the run. A run of ours never has one. */
  readonly messageId?: string;
  /** The run that this one is an automatic retry of. A run of ours never has one. */
  readonly parentAuditId?: string;
  /** How many automatic retries there were; 0 is kept. */
  readonly retries?: number;
  /** Who started it. */
  readonly user?: string;
  /** Rows processed. */
  readonly records?: number;
}

/** When a run began, as far as it can be told: a local time of a zone that nobody names says nothing. */
export function startOf({ startedAt, localTimes }: Execution): number | undefined {
  return localTimes === true ? undefined : startedAt;
}

/** When it ended, as far as it can be told. */
export function endOf({ endedAt, localTimes }: Execution): number | undefined {
  return localTimes === true ? undefined : endedAt;
}

/** How long it took, in milliseconds: by one clock, whose zone does not matter. */
export function durationOf({ startedAt, endedAt }: Execution): number | undefined {
  return startedAt !== undefined && endedAt !== undefined && endedAt >= startedAt
    ? endedAt - startedAt
    : undefined;
}
