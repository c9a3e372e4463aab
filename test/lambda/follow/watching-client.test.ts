import { expect, it } from "vitest";
import { watchingClient } from "../../../lambda/follow/watching-client.ts";
import { UserError } from "../../../shared/user-error.ts";
import { createWorld } from "../../conformance/world.ts";
import { createCallerTime } from "../../virtual/caller-time.ts";

const { client } = createWorld(createCallerTime());

it("hands the question on as it is, and the answer back", async () => {
  const answer = { kind: "value", value: { auditId: "9", status: "running" } } as const;
  const asked: unknown[] = [];
  const watching = watchingClient({
    ...client,
    async execution(...question) {
      asked.push(question);
      return answer;
    },
  });
  expect(await watching.execution(1, "9", { timeLimitMs: 5 })).toBe(answer);
  expect(asked).toEqual([[1, "9", { timeLimitMs: 5 }]]);
  expect({ ...watching, execution: null }).toEqual({ ...client, execution: null });
});

it("takes a mistake of the user for a fault that passes", async () => {
  const execution = () => Promise.reject(new UserError("Allow the role to read the secret."));
  expect(await watchingClient({ ...client, execution }).execution(1, "9")).toEqual({
    kind: "unreachable",
    permanent: false,
    message: "Allow the role to read the secret",
  });
});

it("does so with the history of a run that has begun, and of no other", async () => {
  const mistake = new UserError("Allow the role to read the secret.");
  const denied = { ...client, history: () => Promise.reject(mistake) };
  const page = { limit: 20, offset: 0 };
  await expect(watchingClient(denied).history(1, page)).rejects.toBe(mistake);
  expect(await watchingClient(denied, { begun: true }).history(1, page)).toEqual({
    kind: "unreachable",
    permanent: false,
    message: "Allow the role to read the secret",
  });
  const broken = { ...client, history: () => Promise.reject(new TypeError("no function")) };
  await expect(watchingClient(broken, { begun: true }).history(1, page)).rejects.toThrow(TypeError);
});

it("lets a mistake of this code out", async () => {
  const execution = () => Promise.reject(new TypeError("x is no function"));
  await expect(watchingClient({ ...client, execution }).execution(1, "9")).rejects.toThrow(
    new TypeError("x is no function"),
  );
});
