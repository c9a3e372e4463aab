import type { DurableExecutionClient } from "@aws/durable-execution-sdk-js";
import { isDurableExecutionClientError } from "@aws/durable-execution-sdk-js";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createDurableClient } from "../../../lambda/aws/durable-client.ts";
import { stubAwsVariables } from "../stand-ins/aws-variables.ts";
import { startLoopback } from "../stand-ins/loopback.ts";
import { endedBy, startSilentService } from "../stand-ins/silent-service.ts";

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

  it.each([
    ["SyntaxError", 403],
    ["SyntaxError", 404],
    ["Unknown", 407],
    ["SyntaxError", 200],
  ])("that somebody else answered only ends the invocation: %s, %i", async (name, status) => {
    const page = awsError(
      name,
      "Unexpected token '<'\n  Deserialization error: to see the raw response, inspect it.",
      status,
    );
    for (const call of ["checkpoint", "getExecutionState"] as const) {
      const { message, ofInvocation } = await thrownBy(failing(page)[call](request));
      expect(ofInvocation).toBe(true);
      expect(message).toContain(`(${name}: status ${status}: Unexpected token '<'). This was not`);
      expect(message).toMatch(/Check the proxy, firewall or endpoint/);
    }
  });

  it("that is too large is the execution's, whoever says so", async () => {
    const error = awsError("Unknown", "UnknownError", 413);
    await expect(failing(error).checkpoint(request)).rejects.toBe(error);
  });

  it("that is refused for good is left as it is", async () => {
    const error = awsError("InvalidParameterValueException", "STEP output too large", 400);
    await expect(failing(error).checkpoint(request)).rejects.toBe(error);
    const denied = awsError("AccessDeniedException", "not authorized", 403);
    await expect(failing(denied).getExecutionState(request)).rejects.toBe(denied);
  });
});

/** What a call threw, by both words of the SDK for it. */
async function thrownBy(call: Promise<unknown>) {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { message, cause } = error;
    return { message, cause, ofInvocation: isDurableExecutionClientError(error) };
  }
  throw new Error("It was not refused.");
}

describe("the sentence of a call that failed", () => {
  const way =
    "A function in a VPC needs a way to Lambda's API: a NAT gateway, or an interface endpoint for com.amazonaws.<region>.lambda.";
  const reset = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });

  it("says what was asked for, why nothing came, and what to do", async () => {
    expect(await thrownBy(failing(reset).checkpoint(request))).toEqual({
      message: `AWS Lambda did not answer when the function asked for a checkpoint (Error: read ECONNRESET). ${way}`,
      cause: reset,
      ofInvocation: true,
    });
    expect(await thrownBy(failing(reset).getExecutionState(request))).toMatchObject({
      message: `AWS Lambda did not answer when the function asked for the state of the execution (Error: read ECONNRESET). ${way}`,
    });
  });

  it("is that of AWS where it answered", async () => {
    const later = awsError("ThrottlingException", "Rate exceeded", 400);
    expect(await thrownBy(failing(later).checkpoint(request))).toEqual({
      message: "ThrottlingException: Rate exceeded",
      cause: later,
      ofInvocation: true,
    });
    const superseded = awsError("InvalidParameterValueException", "Invalid checkpoint token", 400);
    expect(await thrownBy(failing(superseded).checkpoint(request))).toMatchObject({
      message: "Invalid checkpoint token",
      cause: superseded,
    });
  });

  it("is made of what is no Error as well", async () => {
    expect(await thrownBy(failing("Invalid Checkpoint Token").checkpoint(request))).toMatchObject({
      message: "Invalid Checkpoint Token",
      ofInvocation: true,
    });
    const thrown = { code: "EPIPE" };
    expect(await thrownBy(failing(thrown).checkpoint(request))).toMatchObject({
      message: expect.stringContaining("a checkpoint (: [object Object])") as unknown,
    });
  });

  it.each([
    // It came with a status, so somebody has answered.
    Object.assign(awsError("TimeoutError", "gateway", 504), { code: "ETIMEDOUT" }),
    Object.assign(new Error("a code of another kind"), { code: "ERR_INVALID_ARG_TYPE" }),
    Object.assign(new Error("a code that only begins so"), { code: "EPIPE2" }),
    Object.assign(new Error("a code that only ends so"), { code: "NOT_EPIPE" }),
    Object.assign(new Error("no code"), { code: 110 }),
    awsError("NotThrottled", "no", 400),
    awsError("AnyException", "no", 409),
  ])("is not changed where nobody knows that another try helps: %s", async error => {
    for (const call of ["checkpoint", "getExecutionState"] as const) {
      await expect(failing(error)[call](request)).rejects.toBe(error);
    }
  });

  it.each(["EHOSTUNREACH", "ENETUNREACH", "ECONNREFUSED", "EAI_AGAIN", "EPIPE"])(
    "names the way to AWS after %s",
    async code => {
      const error = Object.assign(new Error("no"), { code });
      expect((await thrownBy(failing(error).checkpoint(request))).message).toContain(way);
    },
  );
});

it("hands over what it is asked and what comes back", async () => {
  const asked: unknown[] = [];
  const client = createDurableClient({
    async checkpoint(...call) {
      asked.push(call);
      return { CheckpointToken: "next", NewExecutionState: undefined };
    },
    async getExecutionState(...call) {
      asked.push(call);
      return { Operations: [], NextMarker: "more" };
    },
  });
  expect(await client.checkpoint(request)).toMatchObject({ CheckpointToken: "next" });
  const page = { ...request, Marker: "m" };
  expect(await client.getExecutionState(page)).toMatchObject({ NextMarker: "more" });
  expect(asked).toEqual([[request], [page]]);
});

describe("the client that the functions use", () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });

  it("calls Lambda itself, all calls with one client", async () => {
    const asked: string[] = [];
    const lambda = await startLoopback(({ method, path, body }) => {
      const text = body.replace(/,"ClientToken":"[^"]*"/, "");
      asked.push(`${method} ${path.replace(/^\/[\d-]+/, "")} ${text}`);
      const answer = path.includes("/checkpoint")
        ? { CheckpointToken: "next" }
        : { Operations: [], NextMarker: "more" };
      return { status: 200, headers: { "content-type": "application/json" }, body: answer };
    });
    stubAwsVariables("LAMBDA", lambda.origin);
    const send = vi.spyOn(LambdaClient.prototype, "send");
    const client = createDurableClient();
    expect(await client.checkpoint(request)).toMatchObject({ CheckpointToken: "next" });
    expect(await client.getExecutionState(request)).toMatchObject({ NextMarker: "more" });
    expect(asked).toEqual([
      'POST /durable-executions/arn/checkpoint {"CheckpointToken":"token"}',
      "GET /durable-executions/arn/state?CheckpointToken=token ",
    ]);
    expect(new Set(send.mock.contexts).size).toBe(1);
    await lambda.close();
  });

  it.each([undefined, {}, { message: "ok" }])("takes no page for an answer: %j", async body => {
    const proxy = await startLoopback(() => ({ status: 200, body }));
    stubAwsVariables("LAMBDA", proxy.origin);
    const client = createDurableClient();
    for (const [what, call] of [
      ["a checkpoint", () => client.checkpoint(request)],
      ["the state of the execution", () => client.getExecutionState(request)],
    ] as const) {
      expect(await thrownBy(call())).toMatchObject({
        ofInvocation: true,
        message: `AWS Lambda did not answer when the function asked for ${what} (ForeignAnswer: status 200: nothing of what was asked for is in it). This was not AWS's own answer. Check the proxy, firewall or endpoint between the function and AWS.`,
      });
    }
    await proxy.close();
  });

  it("takes what has AWS's id of the request, or a word of its own", async () => {
    const answers = [
      { headers: { "x-amzn-RequestId": "r" }, body: {} },
      { headers: {}, body: { NewExecutionState: {} } },
      { headers: { "x-amzn-RequestId": "r" }, body: {} },
      { headers: {}, body: { Operations: [] } },
    ];
    const lambda = await startLoopback(() => ({ status: 200, body: {}, ...answers.shift() }));
    stubAwsVariables("LAMBDA", lambda.origin);
    const client = createDurableClient();
    expect(await client.checkpoint(request)).toBeDefined();
    expect(await client.checkpoint(request)).toHaveProperty("NewExecutionState");
    expect(await client.getExecutionState(request)).toBeDefined();
    expect(await client.getExecutionState(request)).toMatchObject({ Operations: [] });
    expect(answers).toEqual([]);
    await lambda.close();
  });

  it("gives up after 10 seconds without an answer, which only ends the invocation", async () => {
    const service = await startSilentService();
    stubAwsVariables("LAMBDA", service.origin);
    const { before, end } = await endedBy(10_000, service, () =>
      createDurableClient().checkpoint(request),
    );
    expect(before).toBe(false);
    expect(isDurableExecutionClientError(end)).toBe(true);
    expect(String(end)).toMatch(/did not answer when the function asked for a checkpoint \(Time/);
    await service.close();
  });
});
