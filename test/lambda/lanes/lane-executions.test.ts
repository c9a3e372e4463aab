import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { LambdaClient } from "../../../lambda/aws/lambda-client.ts";
import { functionOfArn } from "../../../lambda/function-of-arn.ts";
import { laneExecution } from "../../../lambda/lanes/execution-name.ts";
import { createLaneExecutions } from "../../../lambda/lanes/lane-executions.ts";
import { stubAwsVariables } from "../stand-ins/aws-variables.ts";
import { answered, failed, startToldCalls, type ToldCalls } from "../stand-ins/told-calls.ts";

const LANE = "arn:aws:lambda:eu-central-1:123456789012:function:lane:live";
const ARN = `${LANE}/durable-execution/orders/1`;

let service: ToldCalls;

beforeAll(async () => {
  service = await startToldCalls();
  stubAwsVariables("LAMBDA", service.origin);
});
afterEach(() => void service.taken());
afterAll(async () => {
  vi.unstubAllEnvs();
  await service.close();
});

describe("to wake a lane", () => {
  test("starts the execution of its generation, by its name", async () => {
    service.next({
      status: 202,
      headers: { "x-amz-durable-execution-arn": ARN },
      body: undefined,
    });
    expect(await createLaneExecutions(LANE).wake("orders", 3)).toBe(ARN);
    const expected = laneExecution({ lane: "orders", gen: 3 }, functionOfArn(LANE));
    const calls = service.taken();
    expect(
      calls.map(({ method, path, headers, body }) => ({
        method,
        path: decodeURIComponent(path),
        type: headers["x-amz-invocation-type"],
        name: headers["x-amz-durable-execution-name"],
        body,
      })),
    ).toEqual([
      {
        method: "POST",
        path: `/2015-03-31/functions/${LANE}/invocations`,
        type: "Event",
        name: expected.name,
        body: { lane: "orders", gen: 3 },
      },
    ]);
  });

  test("is done when there is an execution of this name", async () => {
    service.next(failed(409, "DurableExecutionAlreadyStartedException"));
    expect(await createLaneExecutions(LANE).wake("orders", 3)).toBeUndefined();
  });

  test.each([
    [
      404,
      "ResourceNotFoundException",
      `There is no function ${LANE}. Set ETLWORKS_LANE to the ARN of the lane. (so it says)`,
    ],
    [
      403,
      "AccessDeniedException",
      `The function may not start the lane. Allow its role lambda:InvokeFunction on ${LANE}. (so it says)`,
    ],
    [
      429,
      "TooManyRequestsException",
      "The lane could not be started: TooManyRequestsException: so it says",
    ],
    [500, "ServiceException", "The lane could not be started: ServiceException: so it says"],
  ])("fails with a sentence after %i %s", async (status, type, message) => {
    service.next(failed(status, type));
    const error = await thrownBy(createLaneExecutions(LANE).wake("orders", 3));
    expect({ name: error.name, message: error.message }).toEqual({ name: "Error", message });
  });
});

const other =
  "This was not AWS's own answer. Check the proxy, firewall or endpoint between the function and AWS.";
const unsaid = `AWS did not say whether the execution ${ARN} is running: `;

describe("a page of a proxy", () => {
  test("is no yes to a wake-up", async () => {
    service.next({ status: 200, headers: { "content-type": "text/html" }, body: "Welcome" });
    const error = await thrownBy(createLaneExecutions(LANE).wake("orders", 3));
    expect(error.message).toBe(`The lane could not be started: status 200. ${other}`);
  });

  test("is told as one where it is a no", async () => {
    service.next({ status: 407, headers: {}, body: undefined });
    const error = await thrownBy(createLaneExecutions(LANE).wake("orders", 3));
    expect(error.message).toBe(
      `The lane could not be started: Unknown: status 407: UnknownError. ${other}`,
    );
  });
});

describe("to ask for an execution", () => {
  const started = { DurableExecutionArn: ARN, StartTimestamp: 1_795_700_000 };

  test("asks by its ARN", async () => {
    service.next(answered({ ...started, Status: "RUNNING" }));
    await createLaneExecutions(LANE).askExecution(ARN);
    const [call] = service.taken();
    expect(call).toMatchObject({ method: "GET", body: undefined });
    expect(decodeURIComponent(call?.path ?? "")).toMatch(/\/durable-executions\/arn:aws:lambda/);
    expect(decodeURIComponent(call?.path ?? "")).toContain(ARN);
  });

  test.each([
    ["runs", { Status: "RUNNING" }, { kind: "running" }],
    [
      "runs, with its input",
      { Status: "RUNNING", InputPayload: "{}" },
      { kind: "running", input: "{}" },
    ],
    [
      "runs as long as it is said to, whatever its end",
      { Status: "RUNNING", EndTimestamp: 1_795_700_060 },
      { kind: "running" },
    ],
    ["has no end yet", { Status: "SUCCEEDED", InputPayload: "" }, { kind: "running", input: "" }],
    [
      "ended",
      { Status: "SUCCEEDED", EndTimestamp: 1_795_700_060 },
      { kind: "ended", at: 1_795_700_060_000 },
    ],
    [
      "ended, with its input",
      { Status: "STOPPED", EndTimestamp: 1_795_700_060, InputPayload: '{"gen":1}' },
      { kind: "ended", at: 1_795_700_060_000, input: '{"gen":1}' },
    ],
  ])("tells that it %s", async (_, answer, state) => {
    service.next(answered({ ...started, ...answer }));
    expect(await createLaneExecutions(LANE).askExecution(ARN)).toStrictEqual(state);
  });

  test("tells that AWS keeps no such execution", async () => {
    service.next(failed(404, "ResourceNotFoundException"));
    expect(await createLaneExecutions(LANE).askExecution(ARN)).toEqual({ kind: "unknown" });
  });

  test.each([
    [
      failed(403, "AccessDeniedException"),
      `The function may not ask AWS for the execution ${ARN}. Allow its role lambda:GetDurableExecution on it. (so it says)`,
    ],
    [failed(429, "TooManyRequestsException"), `${unsaid}TooManyRequestsException: so it says`],
    [failed(500, "ServiceException"), `${unsaid}ServiceException: so it says`],
    [
      { status: 502, headers: { "content-type": "text/html" }, body: undefined },
      `${unsaid}Unknown: status 502: UnknownError. ${other}`,
    ],
    [
      answered({}),
      `${unsaid}ForeignAnswer: status 200: nothing of what was asked for is in it. ${other}`,
    ],
    [
      answered({ message: "Welcome" }),
      `${unsaid}ForeignAnswer: status 200: nothing of what was asked for is in it. ${other}`,
    ],
  ])("takes no other failure for an answer: %j", async (reply, message) => {
    service.next(reply);
    const error = await thrownBy(createLaneExecutions(LANE).askExecution(ARN));
    expect({ name: error.name, message: error.message }).toEqual({ name: "Error", message });
  });

  test("names the way to AWS that a network lacks", async () => {
    vi.stubEnv("AWS_ENDPOINT_URL_LAMBDA", "http://127.0.0.1:1");
    const error = await thrownBy(createLaneExecutions(LANE).askExecution(ARN));
    stubAwsVariables("LAMBDA", service.origin);
    expect(error.message).toMatch(
      / running: .+\. A function in a VPC needs a way to Lambda's API: /,
    );
  });
});

test("one client serves all calls, and waits for none for ever", async () => {
  const executions = createLaneExecutions(LANE);
  const sent = vi.spyOn(LambdaClient.prototype, "send");
  service.next(
    failed(409, "DurableExecutionAlreadyStartedException"),
    failed(404, "ResourceNotFoundException"),
    failed(409, "DurableExecutionAlreadyStartedException"),
  );
  expect(await executions.wake("orders", 1)).toBeUndefined();
  expect(await executions.askExecution(ARN)).toEqual({ kind: "unknown" });
  expect(await executions.wake("orders", 2)).toBeUndefined();
  const clients = new Set(sent.mock.contexts);
  sent.mockRestore();
  const config = {
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
    socketTimeout: 10_000,
    throwOnRequestTimeout: true,
  };
  // As the SDK's own handler of requests has them.
  expect([...clients]).toMatchObject([{ config: { requestHandler: { config } } }]);
});

async function thrownBy(promise: Promise<unknown>): Promise<Error> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  if (error instanceof Error) return error;
  throw new Error("It did not fail.");
}
