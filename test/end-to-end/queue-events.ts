import { record } from "./fields.ts";
import { type LambdaFunction, REGION } from "./lambda-function.ts";
import type { Message, Moto, Queue } from "./moto.ts";

/**
 * One round of Lambda's event source mapping for a queue: takes the messages, invokes with them,
 * deletes those that were not named as failed. moto has no mapping without a container engine.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export async function deliverQueue(
  moto: Moto,
  queue: Queue,
  receiver: Pick<LambdaFunction, "invoke">,
): Promise<{ readonly messages: readonly Message[]; readonly failed: readonly string[] }> {
  const messages = await moto.receive(queue);
  const result = await receiver.invoke(queueEvent(queue, messages));
  if (result.kind !== "response")
    throw new Error(`The whole batch failed: ${JSON.stringify(result)}`);
  const { batchItemFailures } = record(result.payload);
  const failed = (Array.isArray(batchItemFailures) ? batchItemFailures : []).map(item =>
    String(record(item)["itemIdentifier"]),
  );
  for (const { messageId, receiptHandle } of messages) {
    if (failed.includes(messageId)) {
      // Visible again at once, where a real queue waits for the visibility timeout.
      await moto.call("AmazonSQS.ChangeMessageVisibility", {
        QueueUrl: queue.url,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: 0,
      });
    } else {
      await moto.call("AmazonSQS.DeleteMessage", {
        QueueUrl: queue.url,
        ReceiptHandle: receiptHandle,
      });
    }
  }
  return { messages, failed };
}

/** The event that Lambda makes of messages. */
export function queueEvent(queue: Queue, messages: readonly Message[]): unknown {
  return {
    Records: messages.map(message => ({
      ...message,
      messageAttributes: {},
      md5OfBody: "0123456789abcdef0123456789abcdef",
      eventSource: "aws:sqs",
      eventSourceARN: queue.arn,
      awsRegion: REGION,
    })),
  };
}
