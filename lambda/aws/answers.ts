import { field } from "../../shared/json-fields.ts";

/**
 * Whose word an error of the SDK is: AWS's, that of something before AWS (a proxy or firewall with a
 * page of its own, or an answer that was cut), or nobody's.
 */
export type Speaker = "aws" | "something else" | "nobody";

export function speakerOf(error: unknown): Speaker {
  if (error instanceof ForeignAnswer) return "something else";
  const status = field(field(error, "$metadata"), "httpStatusCode");
  if (!(error instanceof Error) || typeof status !== "number") return "nobody";
  // A call that is too large is refused by AWS's front, which has no name for it.
  return status !== 413 && isUnread(error) ? "something else" : "aws";
}

/** A status of success with an answer that cannot be AWS's: what AWS always says is not in it. */
export class ForeignAnswer extends Error {
  override readonly name = "ForeignAnswer";
  readonly $metadata: { readonly httpStatusCode: number };
  constructor(httpStatusCode = 200) {
    super("nothing of what was asked for is in it");
    this.$metadata = { httpStatusCode };
  }
}

/** AWS's refusals have a name; what the SDK cannot read has that of its parser, or none. */
function isUnread({ name, message }: Error): boolean {
  return ["SyntaxError", "Unknown", "UnknownError"].includes(name) || message.includes(NOT_READ);
}

const NOT_READ = "Deserialization error";

/** What the SDK adds helps nobody who has only the log. */
export function saidIn(error: unknown, message: string): string {
  const status = field(field(error, "$metadata"), "httpStatusCode");
  const [text = ""] = message.split(`\n  ${NOT_READ}`);
  // It becomes a part of a sentence.
  const said = text.endsWith(".") ? text.slice(0, -1) : text;
  return speakerOf(error) === "something else" ? `status ${String(status)}: ${said}` : said;
}

export const SOMETHING_ELSE =
  "This was not AWS's own answer. Check the proxy, firewall or endpoint between the function and AWS.";

type Service = "Lambda" | "DynamoDB" | "EventBridge";

const WAYS: Readonly<Record<Service, string>> = {
  Lambda:
    "Lambda's API: a NAT gateway, or an interface endpoint for com.amazonaws.<region>.lambda.",
  DynamoDB: "DynamoDB: a gateway endpoint for com.amazonaws.<region>.dynamodb, or a NAT gateway.",
  EventBridge:
    "EventBridge: a NAT gateway, or an interface endpoint for com.amazonaws.<region>.events.",
};

/** For a function in a VPC, which has no way to AWS by itself. */
export function wayTo(service: Service): string {
  return `A function in a VPC needs a way to ${WAYS[service]}`;
}

/** What to do after an error that is not AWS's word; undefined for AWS's. */
export function wayOut(error: unknown, service: Service): string | undefined {
  switch (speakerOf(error)) {
    case "aws":
      return undefined;
    case "something else":
      return SOMETHING_ELSE;
    case "nobody":
      return wayTo(service);
  }
}
