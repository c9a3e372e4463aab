import { isObject } from "../../../shared/json.ts";
import { type Fields, fromItem, type Item } from "./attribute-value.ts";
import { faultReason, tooLarge } from "./dynamo-faults.ts";
import { LedgerFault } from "./ledger-fault.ts";

/** The condition does not hold; the item as it is, if there is one. */
export interface RefusedChange {
  readonly kind: "refused";
  readonly item: Fields | undefined;
}

/** Of a transaction: what each of its parts met, in their order. */
export interface RefusedTransaction {
  readonly kind: "refused";
  readonly parts: readonly { readonly refused: boolean; readonly item: Fields | undefined }[];
}

/** Undefined for an error that says anything else. */
export function refusedChange(error: unknown): RefusedChange | undefined {
  if (!isNamed(error, "ConditionalCheckFailedException")) return undefined;
  return { kind: "refused", item: itemIn(error) };
}

/** Undefined for an error that says anything else. */
export function refusedTransaction(error: unknown): RefusedTransaction | undefined {
  if (!isNamed(error, "TransactionCanceledException")) return undefined;
  return readCancellation(error);
}

/** A transaction that met nothing but untrue conditions was refused; anything else is a fault. */
function readCancellation(error: unknown): RefusedTransaction {
  const reasons = cancellationReasons(error);
  const parts = reasons.map(({ Code, Item }) => ({
    refused: Code === "ConditionalCheckFailed",
    item: Item && fromItem(Item),
  }));
  const fault = reasons.map(({ Code }) => faultReason(Code)).find(reason => reason !== undefined);
  if (fault !== undefined) throw new LedgerFault(fault, "The ledger is busy with this event.");
  if (!parts.some(({ refused }) => refused)) {
    const said = reasons.map(({ Code = "", Message }) =>
      Message === undefined ? Code : `${Code}: ${Message}`,
    );
    const message = said.join(", ");
    throw new Error(tooLarge(message) ?? `The ledger refused a transaction: ${message}`);
  }
  return { kind: "refused", parts };
}

interface Reason {
  readonly Code?: string;
  readonly Message?: string;
  readonly Item?: Item;
}

function cancellationReasons(error: unknown): readonly Reason[] {
  if (!isObject(error)) return [];
  const reasons = error["CancellationReasons"];
  return Array.isArray(reasons) ? reasons.filter(isReason) : [];
}

/** As the SDK has read them. */
function isReason(value: unknown): value is Reason {
  return isObject(value);
}

function itemIn(error: unknown): Fields | undefined {
  if (!isObject(error)) return undefined;
  const reason: unknown = { Item: error["Item"] };
  return isReason(reason) && reason.Item !== undefined ? fromItem(reason.Item) : undefined;
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
