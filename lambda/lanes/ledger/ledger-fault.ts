export class LedgerFault extends Error {
  override readonly name = "LedgerFault";
  readonly reason: LedgerFaultReason;
  /** The table was silent until the time limit, several times over. */
  readonly tookLong: boolean;
  constructor(reason: LedgerFaultReason, message: string, tookLong = false) {
    super(message);
    this.reason = reason;
    this.tookLong = tookLong;
  }
}

/** Why the table gave no answer that can be used. */
export type LedgerFaultReason =
  /** Nothing was written; ask again later. */
  | "throttled"
  /** Another transaction was at one of the items; nothing was written. */
  | "conflict"
  /** Nobody knows whether it was written. */
  | "unanswered";
