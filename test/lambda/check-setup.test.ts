import { expect, it } from "vitest";
import { checkFlows } from "../../lambda/check-setup.ts";
import type { FlowSummary } from "../../shared/etlworks/replies/etlworks-replies.ts";
import type { Call, Reply } from "../../shared/etlworks/replies/reply.ts";
import { UserError } from "../../shared/user-error.ts";
import { createWorld } from "../conformance/world.ts";
import { createCallerTime } from "../virtual/caller-time.ts";

const { client } = createWorld(createCallerTime());

/** Checks these flows where each is read so. */
async function check(
  flowIds: readonly number[],
  read: (flowId: number) => Promise<Reply<FlowSummary>>,
) {
  const asked: [number, Call | undefined][] = [];
  const report = await checkFlows(flowIds, {
    ...client,
    flow(flowId, call) {
      asked.push([flowId, call]);
      return read(flowId);
    },
  });
  return { report, asked };
}

it("reads each flow once, in ten seconds at most", async () => {
  const { report, asked } = await check([7, 9, 7], async id => ({
    kind: "value",
    value: { id, name: `flow ${id}` },
  }));
  expect(report).toEqual({ ok: true, flows: { 7: "flow 7", 9: "flow 9" }, problems: [] });
  expect(asked).toEqual([
    [7, { timeLimitMs: 10_000 }],
    [9, { timeLimitMs: 10_000 }],
  ]);
});

it("is right when there is nothing to read", async () => {
  const { report, asked } = await check([], () => Promise.reject(new Error("nobody asks")));
  expect(report).toEqual({ ok: true, flows: {}, problems: [] });
  expect(asked).toEqual([]);
});

it("says what is wrong with a flow, by the names that settings have here", async () => {
  const absent =
    "Flow 7 was not found (404: no such flow). Check the flow's id in the routes, that the user behind the secret that ETLWORKS_SECRET_ID names can see the flow, and that ETLWORKS_BASE_URL is your instance's address, ending in /rest.";
  const busy =
    "Etlworks answered 429 (too many requests) to every attempt to read the flow. Try again later, or start fewer runs at the same time.";
  const { report } = await check([7, 8, 9], async id => {
    if (id === 7) return { kind: "absent", status: 404, message: "no such flow", fromApi: true };
    return id === 8 ? { kind: "rate-limited" } : { kind: "value", value: { id, name: "good" } };
  });
  expect(report).toEqual({
    ok: false,
    flows: { 7: absent, 8: busy, 9: "good" },
    problems: [absent, busy],
  });
});

it("tells of a mistake in the set-up as of one in the flow", async () => {
  const message = "Allow the role to read the secret.";
  const { report } = await check([7], () => Promise.reject(new UserError(message)));
  expect(report).toEqual({ ok: false, flows: { 7: message }, problems: [message] });
});

it("lets a mistake of this code out", async () => {
  const broken = new TypeError("x is no function");
  await expect(check([7], () => Promise.reject(broken))).rejects.toBe(broken);
});
