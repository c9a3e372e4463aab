import { field } from "../../../shared/json-fields.ts";
import { shownName } from "../../../shared/shown-name.ts";
import { messageOf, nameOf } from "../../../shared/thrown.ts";
import { SOMETHING_ELSE, saidIn, speakerOf, wayTo } from "../../aws/answers.ts";
import { LedgerFault, type LedgerFaultReason } from "./ledger-fault.ts";

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
  const shown = shownName(table);
  // AWS repeats what it was asked for.
  const message = saidIn(error, messageOf(error)).replaceAll(table, shown);
  const reason = faultReason(name);
  if (reason !== undefined) {
    return new LedgerFault(reason, `The ledger is busy (${name}: ${message}).`);
  }
  switch (name) {
    case "ResourceNotFoundException":
      return new Error(
        `There is no table ${shown}. Set ETLWORKS_LEDGER to the name of the ledger's table. (${message})`,
      );
    case "AccessDeniedException":
      return new Error(
        `The function may not use the ledger ${shown}. Allow its role the calls on the table. (${message})`,
      );
    default:
      break;
  }
  const unanswered = `The ledger did not answer (${name}: ${message}).`;
  const tookLong = isTimeLimit(error, name);
  switch (speakerOf(error)) {
    case "nobody":
      return new LedgerFault("unanswered", `${unanswered} ${wayTo("DynamoDB")}`, tookLong);
    case "something else":
      return new LedgerFault("unanswered", `${unanswered} ${SOMETHING_ELSE}`, tookLong);
    case "aws":
      break;
  }
  if (Number(field(field(error, "$metadata"), "httpStatusCode")) >= 500) {
    return new LedgerFault("unanswered", unanswered);
  }
  return new Error(tooLarge(message) ?? `The ledger refused a call: ${name}: ${message}`);
}

/** The SDK gives a connection that broke, which takes no time, the same name. */
function isTimeLimit(error: unknown, name: string): boolean {
  return name === "TimeoutError" && !/^E(?:CONNRESET|PIPE)$/.test(String(field(error, "code")));
}

/** The sentence for an item that DynamoDB does not take; undefined when it says something else. */
export function tooLarge(message: string): string | undefined {
  if (!/item size/i.test(message)) return undefined;
  return `The event is too large for the ledger, which keeps up to 400 KB of an event's parameters (${message}). Let the route pass less, such as the object's key in place of its content.`;
}

/** Of an error's name, or of the code of a part of a transaction. */
export function faultReason(name: string | undefined): LedgerFaultReason | undefined {
  return name !== undefined && Object.hasOwn(REASONS, name) ? REASONS[name] : undefined;
}
