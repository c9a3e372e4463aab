import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { isObject } from "../../shared/json.ts";
import { parseJsonSafely } from "../../shared/json-fields.ts";
import { ForeignAnswer } from "./answers.ts";

/**
 * Has the client refuse what a proxy said with a status of success: the SDK takes an empty body, a
 * list, or an object without one known field for an answer in which nothing is, such as "there is no
 * item". What has AWS's id of the request is AWS's own, and `{}` may be; neither is refused.
 */
export function refuseForeignAnswers(client: DynamoDBClient): void {
  client.middlewareStack.add(
    next => async request => {
      const answer = await next(request);
      const { response } = answer;
      if (!isObject(response) || !(response["body"] instanceof Readable)) return answer;
      const { statusCode, headers, body } = response;
      if (!isSuccess(statusCode) || hasRequestId(headers)) return answer;
      // DynamoDB says yes with 200 alone.
      const read = checked(body, text => {
        if (statusCode !== 200 || isForeign(text)) throw new ForeignAnswer(statusCode);
      });
      // The SDK reads it next, and tells of the error as of any other that it meets there.
      return { ...answer, response: Object.assign(response, { body: read }) };
    },
    { name: "refuseForeignAnswers", step: "deserialize", priority: "low" },
  );
}

/** Whatever DynamoDB answers to our calls has one of these, or nothing at all. */
const ANSWERED_FIELDS: readonly string[] = [
  "Attributes",
  "ConsumedCapacity",
  "Count",
  "Item",
  "ItemCollectionMetrics",
  "Items",
  "LastEvaluatedKey",
  "Responses",
  "ScannedCount",
  "UnprocessedItems",
  "UnprocessedKeys",
];

function hasRequestId(headers: unknown): boolean {
  return isObject(headers) && Object.keys(headers).some(name => /^x-amzn-requestid$/i.test(name));
}

/** What the SDK takes for a yes. */
function isSuccess(statusCode: unknown): statusCode is number {
  return typeof statusCode === "number" && statusCode < 300;
}

function checked(body: Readable, refuse: (text: string) => void): Readable {
  const read = async function* () {
    const bytes = await buffer(body);
    refuse(bytes.toString());
    yield bytes;
  };
  return Readable.from(read());
}

function isForeign(text: string): boolean {
  if (text.trim() === "") return true;
  const parsed = parseJsonSafely(text);
  // The SDK says better what is wrong with it.
  if (parsed.kind === "malformed") return false;
  if (!isObject(parsed.value)) return true;
  const names = Object.keys(parsed.value);
  return names.length > 0 && !names.some(name => ANSWERED_FIELDS.includes(name));
}
