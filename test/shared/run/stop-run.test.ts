import { describe, expect, it } from "vitest";
import type { EtlworksClient } from "../../../shared/etlworks/etlworks-client.ts";
import { stopRun } from "../../../shared/run/stop-run.ts";
import { unused } from "./stage.ts";

function recorder() {
  const sent: unknown[] = [];
  const send: EtlworksClient["send"] = async (...call) => {
    sent.push(call);
    return { kind: "value", value: true };
  };
  return { sent, client: { ...unused, send } };
}

const path = "/v1/flows/{flow-id}/stop?auditId={audit-id}&again={audit-id}&flow={flow-id}";

describe("stopRun", () => {
  it.each(["started", "adopted"] as const)(
    "sends the user's request for a run that was %s",
    async origin => {
      const { sent, client } = recorder();
      const run = { flowId: 7, auditId: "8&9", origin };
      const call = { timeLimitMs: 5_000 };
      expect(await stopRun(client, { method: "PUT", path }, run, call)).toEqual({
        kind: "value",
        value: true,
      });
      expect(sent).toEqual([["PUT", "/v1/flows/7/stop?auditId=8%269&again=8%269&flow=7", call]]);
    },
  );

  it("never sends anything for a run that is another's", async () => {
    const { sent, client } = recorder();
    const run = { flowId: 7, auditId: "8", origin: "attached" } as const;
    expect(await stopRun(client, { method: "POST", path }, run, {})).toEqual({ kind: "not-ours" });
    expect(sent).toEqual([]);
  });
});
