import { messageOf, nameOf } from "../../shared/thrown.ts";
import { LedgerFault, type LedgerFaultReason } from "./ledger.ts";

const REASONS: Readonly<Record<string, LedgerFaultReason>> = {
  ProvisionedThroughputExceededException: "throttled",
  ProvisionedThroughputExceeded: "throttled",
  RequestLimitExceeded: "throttled",
  ThrottlingException: "throttled",
  ThrottlingError: "throttled",
  TransactionConflictException: "conflict",
  TransactionConflict: "conflict",
  TransactionInProgressException: "conflict",
};

/**
 * What a failed call of DynamoDB means. A fault that passes becomes a {@link LedgerFault}; anything
 * else is for a person, in a sentence that says what to change.
 */
export function explainFault(error: unknown, table: string): Error {
  const name = nameOf(error);
  const message = messageOf(error);
  const reason = faultReason(name);
  if (reason !== undefined) {
    return new LedgerFault(reason, `The ledger is busy (${name}: ${message}).`);
  }
  switch (name) {
    case "ResourceNotFoundException":
      return new Error(
        `There is no table ${table}. Set ETLWORKS_LEDGER to the name of the ledger's table. (${message})`,
      );
    case "AccessDeniedException":
      return new Error(
        `The function may not use the ledger ${table}. Allow its role the calls on the table. (${message})`,
      );
    default:
      break;
  }
  const status = statusOf(error);
  if (status === undefined || status >= 500) {
    return new LedgerFault("unanswered", `The ledger did not answer (${name}: ${message}).`);
  }
  return new Error(`The ledger refused a call: ${name}: ${message}`);
}

/** Of an error's name, or of the code of a part of a transaction. */
export function faultReason(name: string | undefined): LedgerFaultReason | undefined {
  return name !== undefined && Object.hasOwn(REASONS, name) ? REASONS[name] : undefined;
}

/** Without a status nothing was answered: a connection that broke, or took too long. */
function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("$metadata" in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== "object" || metadata === null || !("httpStatusCode" in metadata)) {
    return undefined;
  }
  return typeof metadata.httpStatusCode === "number" ? metadata.httpStatusCode : undefined;
}
