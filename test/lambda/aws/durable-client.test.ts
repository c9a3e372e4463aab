import type { DurableExecutionClient } from "@aws/durable-execution-sdk-js";
import { isDurableExecutionClientError } from "@aws/durable-execution-sdk-js";
import { describe, expect, it } from "vitest";
import { createDurableClient } from "../../../lambda/aws/durable-client.ts";

const request = { DurableExecutionArn: "arn", CheckpointToken: "token" };

function failing(error: unknown): DurableExecutionClient {
  const fail = async (): Promise<never> => {
    throw error;
  };
  return createDurableClient({ checkpoint: fail, getExecutionState: fail });
}

function awsError(name: string, message: string, httpStatusCode?: number): Error {
  const error = new Error(message);
  error.name = name;
  return httpStatusCode === undefined
    ? error
    : Object.assign(error, { $metadata: { httpStatusCode } });
}

describe("a call for the execution", () => {
  it.each([
    [
      "the service's words",
      awsError("InvalidParameterValueException", "Invalid checkpoint token", 400),
    ],
    [
      "the SDK's words",
      awsError("InvalidParameterValueException", "Invalid Checkpoint Token", 400),
    ],
    [
      "more words",
      awsError("InvalidParameterValueException", "INVALID CHECKPOINT TOKEN: gone", 400),
    ],
    ["expired credentials", awsError("ExpiredTokenException", "The token is expired", 403)],
    ["credentials that are unknown yet", awsError("UnrecognizedClientException", "invalid", 403)],
    ["a clock that is wrong", awsError("InvalidSignatureException", "Signature expired", 403)],
    ["a request that is too old", awsError("RequestExpired", "expired", 400)],
    ["too many calls, said with 400", awsError("ThrottlingException", "Rate exceeded", 400)],
    ["too many calls", awsError("TooManyRequestsException", "Rate exceeded", 429)],
    ["a call that took too long", awsError("RequestTimeoutException", "idle", 400)],
    ["a call that took too long, by its status", awsError("AnyException", "idle", 408)],
    [
      "what the SDK calls worth another try",
      Object.assign(awsError("AnyException", "later", 400), { $retryable: {} }),
    ],
  ])("that was superseded only ends the invocation: %s", async (_words, error) => {
    await expect(failing(error).checkpoint(request)).rejects.toSatisfy(
      thrown => isDurableExecutionClientError(thrown) && thrown.scope === "INVOCATION",
    );
  });

  it.each([
    awsError("TimeoutError", "Request timed out"),
    Object.assign(new Error("connect ETIMEDOUT 10.0.0.1:443"), { code: "ETIMEDOUT" }),
    Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND" }),
  ])("without an answer names the way to AWS that a network lacks: %s", async error => {
    for (const call of ["checkpoint", "getExecutionState"] as const) {
      await expect(failing(error)[call](request)).rejects.toThrow(
        /VPC needs a way to Lambda's API/,
      );
    }
  });

  it("that is refused for good is left as it is", async () => {
    const error = awsError("InvalidParameterValueException", "STEP output too large", 400);
    await expect(failing(error).checkpoint(request)).rejects.toBe(error);
    const denied = awsError("AccessDeniedException", "not authorized", 403);
    await expect(failing(denied).getExecutionState(request)).rejects.toBe(denied);
  });
});
