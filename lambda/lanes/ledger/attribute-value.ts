import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { isObject } from "../../../shared/json.ts";

export type Item = Record<string, AttributeValue>;

/** The plain data of an item. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * Plain data as DynamoDB keeps it, so that whoever looks at the table reads words and numbers.
 * Members without a value are left out.
 */
export function toItem(fields: object): Item {
  const item: Item = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) item[name] = toAttribute(value);
  }
  return item;
}

export function fromItem(item: Item): Fields {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [name, fromAttribute(value)]),
  );
}

function toAttribute(value: unknown): AttributeValue {
  if (typeof value === "string") return { S: value };
  if (typeof value === "number" && Number.isFinite(value)) return { N: String(value) };
  if (typeof value === "boolean") return { BOOL: value };
  if (value === null) return { NULL: true };
  if (Array.isArray(value)) return { L: value.map(toAttribute) };
  if (isObject(value)) return { M: toItem(value) };
  throw new Error(`The ledger cannot keep a ${typeof value}.`);
}

function fromAttribute(value: AttributeValue): unknown {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.L !== undefined) return value.L.map(fromAttribute);
  if (value.M !== undefined) return fromItem(value.M);
  return null;
}
