import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { LambdaClient } from "../../../lambda/aws/lambda-client.ts";
import { createRunnerCheck } from "../../../lambda/launch/ask-runner.ts";
import { type LambdaInvoke, startLambdaInvoke } from "../stand-ins/lambda-invoke.ts";
import { startLoopback } from "../stand-ins/loopback.ts";
import { textWith } from "../stand-ins/matchers.ts";

const RUNNER = "arn:aws:lambda:eu-central-1:123456789012:function:runner:live";

let lambda: LambdaInvoke;

beforeEach(async () => {
  lambda = await startLambdaInvoke();
  vi.stubEnv("AWS_ENDPOINT_URL_LAMBDA", lambda.origin);
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "example");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "example");
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await lambda.close();
});

it("asks the runner in an execution of its own, and says how to read its answer", async () => {
  const check = createRunnerCheck(RUNNER);
  const executionArn = `${RUNNER}/durable-execution/check-request-1/1`;
  expect(await check([1, 2], "request-1")).toEqual({
    asked: "the runner",
    executionArn,
    next: `Read its answer: aws lambda get-durable-execution --durable-execution-arn ${executionArn}`,
  });
  expect(lambda.invocations).toEqual([
    {
      functionName: RUNNER,
      type: "Event",
      name: "check-request-1",
      payload: '{"check":true,"flows":[1,2]}',
    },
  ]);
});

it("gives the execution no longer name than AWS takes", async () => {
  await createRunnerCheck(RUNNER)([1], "r".repeat(100));
  expect(lambda.invocations).toMatchObject([{ name: `check-${"r".repeat(58)}` }]);
});

it("keeps its client for the next check", async () => {
  const send = vi.spyOn(LambdaClient.prototype, "send");
  const check = createRunnerCheck(RUNNER);
  await check([1], "request-1");
  await check([1], "request-2");
  expect(send.mock.contexts).toHaveLength(2);
  expect(new Set(send.mock.contexts).size).toBe(1);
});

it("does not wait longer than an invocation lasts for a service that never answers", async () => {
  const silent = await startLoopback(() => new Promise(() => {}));
  vi.stubEnv("AWS_ENDPOINT_URL_LAMBDA", silent.origin);
  const set = globalThis.setTimeout;
  // Of a time limit nothing is waited for.
  vi.spyOn(globalThis, "setTimeout").mockImplementation((work, delay, ...values) =>
    set(work, delay === 10_000 ? 5 : delay, ...values),
  );
  expect(await createRunnerCheck(RUNNER)([1], "request-1")).toMatchObject({
    ok: false,
    problems: [textWith(/^The runner could not be invoked: TimeoutError: /)],
  });
  await silent.close();
});

it("names no execution where AWS names none", async () => {
  const service = await startLoopback(() => ({ status: 202, body: undefined }));
  vi.stubEnv("AWS_ENDPOINT_URL_LAMBDA", service.origin);
  expect(await createRunnerCheck(RUNNER)([1], "request-1")).toEqual({
    asked: "the runner",
    executionArn: undefined,
    next: `AWS took the call and named no execution. Read the answer in the log of ${RUNNER}, and check that this is the runner and a durable function.`,
  });
  await service.close();
});

it("takes no page for a yes", async () => {
  const proxy = await startLoopback(() => ({ status: 200, body: { message: "ok" } }));
  vi.stubEnv("AWS_ENDPOINT_URL_LAMBDA", proxy.origin);
  expect(await createRunnerCheck(RUNNER)([1], "request-1")).toEqual({
    ok: false,
    flows: {},
    problems: [
      "The runner could not be invoked: ForeignAnswer: status 200: nothing of what was asked for is in it. This was not AWS's own answer. Check the proxy, firewall or endpoint between the function and AWS.",
    ],
  });
  await proxy.close();
});

it.each([
  [
    404,
    "ResourceNotFoundException",
    `There is no function ${RUNNER}. Set ETLWORKS_RUNNER to the ARN of the runner. (ResourceNotFoundException)`,
  ],
  [
    403,
    "AccessDeniedException",
    `The dispatcher may not invoke the runner. Allow its role lambda:InvokeFunction on ${RUNNER}. (AccessDeniedException)`,
  ],
  [
    400,
    "InvalidParameterValueException",
    "The runner could not be invoked: InvalidParameterValueException: InvalidParameterValueException",
  ],
])("says what is wrong and what to do: %i %s", async (status, type, problem) => {
  lambda.refuse = () => ({ status, type });
  expect(await createRunnerCheck(RUNNER)([1], "request-1")).toEqual({
    ok: false,
    flows: {},
    problems: [problem],
  });
});
