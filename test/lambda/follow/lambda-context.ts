import type { Context } from "aws-lambda";

/** What Lambda tells a function about its invocation. */
export function lambdaContextOf(awsRequestId: string): Context {
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName: "runner",
    functionVersion: "1",
    invokedFunctionArn: "arn:aws:lambda:eu-central-1:111122223333:function:runner:live",
    memoryLimitInMB: "256",
    awsRequestId,
    logGroupName: "/aws/lambda/runner",
    logStreamName: "2026/11/23/[1]0123",
    getRemainingTimeInMillis: () => 180_000,
    done() {},
    fail() {},
    succeed() {},
  };
}
