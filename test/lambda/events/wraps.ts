export const ACCOUNT = "arn:aws:lambda:eu-central-1:111122223333";

/** Our functions, as the handler knows them. */
export const OWN = ["dispatcher", "runner"].map(name => `${ACCOUNT}:function:${name}`);

/** What events come in: each may hold any content, and any other envelope. */
export const WRAPS: Readonly<Record<string, (inner: unknown) => unknown>> = {
  "a queue": inner => ({ Records: [queueRecord(inner)] }),
  "a topic": inner => ({
    Records: [{ EventSource: "aws:sns", Sns: { MessageId: "n", Message: JSON.stringify(inner) } }],
  }),
  "a topic's notification": inner => notification(inner),
  "a topic in a queue": inner => ({ Records: [queueRecord(notification(inner))] }),
  "a pipe": inner => [inner],
  "a pipe on a queue": inner => [queueRecord(inner)],
  "a transformed pipe on a queue": inner => [
    { eventSource: "aws:sqs", messageId: "m", body: inner },
  ],
  "a failed invocation": inner => failedInvocation(inner, "function:dispatcher"),
  "a failed invocation on an event bus": inner =>
    onBus(failedInvocation(inner, "function:dispatcher", "EventAgeExceeded")),
  "a dead letter": inner => ({
    Records: [
      {
        eventSource: "aws:sqs",
        messageId: "m",
        body: JSON.stringify(inner),
        messageAttributes: {
          RequestID: { stringValue: "r", dataType: "String" },
          ErrorCode: { stringValue: "200", dataType: "Number" },
          ErrorMessage: { stringValue: "no", dataType: "String" },
        },
      },
    ],
  }),
  "a wrapper": inner => ({ force: "again", event: inner }),
};

export function wrapped(value: unknown, name: string): unknown {
  const wrap = WRAPS[name];
  if (wrap === undefined) throw new Error(name);
  return wrap(value);
}

export function queueRecord(body: unknown): unknown {
  return { eventSource: "aws:sqs", messageId: "m", body: JSON.stringify(body) };
}

function notification(message: unknown): unknown {
  return { Type: "Notification", MessageId: "n", Message: JSON.stringify(message) };
}

export function failedInvocation(
  requestPayload: unknown,
  name: string,
  condition = "RetriesExhausted",
  account = ACCOUNT,
) {
  return {
    version: "1.0",
    requestContext: {
      requestId: "r",
      functionArn: `${account}:${name}:live`,
      condition,
    },
    requestPayload,
    responsePayload: {},
  };
}

/** As a destination that is an event bus gets it. */
export function onBus(record: unknown): unknown {
  return {
    version: "0",
    id: "bus-1",
    "detail-type": "Lambda Function Invocation Result - Failure",
    source: "lambda",
    detail: record,
  };
}
