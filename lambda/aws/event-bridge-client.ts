/**
 * The part of the AWS SDK's EventBridge client that is used. It is imported with the first event, and
 * from here, because `import()` of the whole package would bundle all its calls.
 */
export { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
