import { afterEach, describe, expect, it, vi } from "vitest";
import { createEventBus } from "../../../lambda/aws/event-bus.ts";
import { stubAwsVariables } from "../stand-ins/aws-variables.ts";
import { type LoopbackReply, startLoopback } from "../stand-ins/loopback.ts";
import { textWith } from "../stand-ins/matchers.ts";
import { endedBy, startSilentService } from "../stand-ins/silent-service.ts";
import { failed, startToldCalls } from "../stand-ins/told-calls.ts";

const event = {
  source: "etlworks.run-flow",
  detailType: "Run Finished",
  detail: { outcome: "success", flowId: 12345 },
  resources: ["arn:aws:lambda:eu-central-1:111122223333:function:runner:1"],
  at: Date.UTC(2026, 10, 27, 10),
};

const taken = { FailedEntryCount: 0, Entries: [{ EventId: "1" }] };

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

/** EventBridge as far as one call goes: what it was asked, and its next answer. */
async function startBus(answer: unknown) {
  const asked: { readonly target: unknown; readonly body: unknown }[] = [];
  const server = await startLoopback(({ headers, body }): LoopbackReply => {
    asked.push({ target: headers["x-amz-target"], body: JSON.parse(body) });
    return {
      status: 200,
      headers: { "content-type": "application/x-amz-json-1.1" },
      body: answer,
    };
  });
  stubAwsVariables("EVENTBRIDGE", server.origin);
  return { ...server, asked };
}

describe("a bus", () => {
  it("gets an event with its time, its resources and its detail as text", async () => {
    const bus = await startBus(taken);
    const put = createEventBus("runs");
    await put(event);
    await put({ ...event, resources: [] });
    expect(bus.asked.map(({ target }) => target)).toEqual([
      "AWSEvents.PutEvents",
      "AWSEvents.PutEvents",
    ]);
    const entry = {
      EventBusName: "runs",
      Source: "etlworks.run-flow",
      DetailType: "Run Finished",
      Detail: '{"outcome":"success","flowId":12345}',
      Resources: ["arn:aws:lambda:eu-central-1:111122223333:function:runner:1"],
      Time: 1_795_773_600,
    };
    expect(bus.asked.map(({ body }) => body)).toEqual([
      { Entries: [entry] },
      { Entries: [{ ...entry, Resources: [] }] },
    ]);
    await bus.close();
  });

  it.each([
    [
      { ErrorCode: "ThrottlingException", ErrorMessage: "Rate exceeded" },
      "The event was not taken: ThrottlingException: Rate exceeded",
    ],
    [{ ErrorCode: "InternalFailure" }, "The event was not taken: InternalFailure: "],
    [
      { ErrorCode: "ResourceNotFoundException", ErrorMessage: "gone" },
      "There is no event bus runs. Set ETLWORKS_EVENT_BUS to the name or the ARN of one. (gone)",
    ],
    [
      { ErrorCode: "NotAuthorizedException", ErrorMessage: "no" },
      "The function may not put events on the bus runs (ETLWORKS_EVENT_BUS). Allow its role events:PutEvents on it. (no)",
    ],
  ])("that takes the call and not the event is a failure: %j", async (result, message) => {
    const bus = await startBus({ FailedEntryCount: 1, Entries: [result] });
    await expect(createEventBus("runs")(event)).rejects.toThrow(new Error(message));
    await bus.close();
  });

  it("that says of the event nothing wrong has it", async () => {
    const bus = await startBus({ Entries: [{}] });
    await expect(createEventBus("runs")(event)).resolves.toBeUndefined();
    await bus.close();
  });

  it.each([undefined, {}, [], { Entries: [] }, { Entries: null }, { message: "ok" }])(
    "that says nothing of the event has not answered: %j",
    async answer => {
      const bus = await startBus(answer);
      await expect(createEventBus("runs")(event)).rejects.toThrow(
        new Error(
          "The event bus runs did not answer (ForeignAnswer: status 200: nothing of what was asked for is in it). This was not AWS's own answer. Check the proxy, firewall or endpoint between the function and AWS.",
        ),
      );
      await bus.close();
    },
  );

  it.each([
    [
      "ResourceNotFoundException",
      "There is no event bus runs. Set ETLWORKS_EVENT_BUS to the name or the ARN of one. (so it says)",
    ],
    [
      "AccessDeniedException",
      "The function may not put events on the bus runs (ETLWORKS_EVENT_BUS). Allow its role events:PutEvents on it. (so it says)",
    ],
    ["ValidationException", "The event bus runs refused the call: ValidationException: so it says"],
    ["ThrottlingException", "The event bus runs refused the call: ThrottlingException: so it says"],
    [
      "Unknown",
      "The event bus runs did not answer (Unknown: status 400: so it says). This was not AWS's own answer. Check the proxy",
    ],
  ])("that refuses the call says what to do: %s", async (type, message) => {
    const service = await startToldCalls();
    stubAwsVariables("EVENTBRIDGE", service.origin);
    service.next(failed(400, type));
    await expect(createEventBus("runs")(event)).rejects.toThrow(message);
    await service.close();
  });

  it("whose name may be a key is not named whole", async () => {
    const key = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkw";
    const denied = { ErrorCode: "NotAuthorizedException", ErrorMessage: `no access to ${key}` };
    const service = await startBus({ FailedEntryCount: 1, Entries: [denied] });
    await expect(createEventBus(key)(event)).rejects.toThrow(
      "The function may not put events on the bus eyJh… (ETLWORKS_EVENT_BUS). Allow its role events:PutEvents on it. (no access to eyJh…)",
    );
    await service.close();
  });

  it("that does not answer is given up after 5 seconds", async () => {
    const service = await startSilentService();
    stubAwsVariables("EVENTBRIDGE", service.origin);
    const { before, end } = await endedBy(5_000, service, () => createEventBus("runs")(event));
    expect(before).toBe(false);
    expect(end).toMatchObject({
      message: textWith(
        /^The event bus runs did not answer \(TimeoutError: .+\)\. A function in a VPC needs a way to EventBridge: .+\.events\.$/,
      ),
    });
    await service.close();
  });
});
