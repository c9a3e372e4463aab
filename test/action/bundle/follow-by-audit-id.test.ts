import { describe, it } from "vitest";
import { HISTORY, look, play, playBoth, type Scene, STOP_REQUEST } from "./play.ts";

/** `audit-id`: start nothing, follow the run that is there. */
const begun =
  (plan: NonNullable<Scene["run"]> = { runningMs: 20 }): NonNullable<Scene["before"]> =>
  ({ model }) => {
    model.begin(7, { startedBy: "user", plan });
  };
const ENDLESS = { runningMs: Number.POSITIVE_INFINITY };
const FOLLOWING = "Following flow 7 on HOST · audit id 8721934";
const inputs = { "audit-id": "8721934" };

describe.concurrent("a run that is there already", () => {
  it.for(["success", "error", "canceled"] as const)(
    "is followed to its end (%s), and nothing is started",
    async (end, { expect }) => {
      const { exitCode, log, wire, outputs, sandbox } = await play({
        inputs,
        before: begun({ runningMs: 20, end }),
      });
      expect(exitCode).toBe(end === "success" ? 0 : 1);
      expect(log.slice(0, 2)).toEqual([FOLLOWING, `${end} · Ns`]);
      expect(wire).toEqual([HISTORY, look()]);
      expect(outputs).toMatchObject({ outcome: end, "audit-id": "8721934", "flow-id": "7" });
      expect(sandbox.model.runs).toHaveLength(1);
    },
  );

  it("is named by an earlier step that did not wait", async ({ expect }) => {
    const { main } = await playBoth({ inputs: { wait: "false" }, run: { runningMs: 2_000 } });
    expect(main.outputs["outcome"]).toBe("started");
    const later = await play({ inputs, before: begun({ runningMs: 1_500 }) });
    expect(later.exitCode).toBe(0);
    expect(later.outputs["outcome"]).toBe("success");
  });

  it("may be a flow that is looked up by its name", async ({ expect }) => {
    const { exitCode, wire } = await play({
      inputs: { ...inputs, "flow-id": "", "flow-name": "Load orders" },
      before: begun(),
    });
    expect(exitCode).toBe(0);
    expect(wire).toEqual(["GET /v1/flows?q=Load+orders", HISTORY, look()]);
  });

  it("is compared with how long the flow usually takes", async ({ expect }) => {
    const past = [100, 110, 130].map((seconds, index) => ({
      startedAt: Date.now() - (index + 1) * 3_600_000,
      durationMs: seconds * 1_000,
    }));
    const { log } = await play({
      inputs: { "audit-id": "8721937" },
      flow: { past },
      before: begun({ runningMs: Number.POSITIVE_INFINITY }),
      async whileRunning({ printed, sandbox }) {
        await printed("Following flow");
        sandbox.model.end("8721937", "success");
      },
    });
    expect(log[0]).toBe("Following flow 7 on HOST · audit id 8721937 · usually 1m 50s ± 8s");
  });

  it("is never stopped by this step, which did not start it", async ({ expect }) => {
    const { main, post } = await playBoth({
      sandbox: { role: "Editor" },
      inputs: { ...inputs, "stop-request": STOP_REQUEST },
      before: begun(ENDLESS),
      async whileRunning({ signal, printed }) {
        await printed("Following flow");
        signal("SIGINT");
      },
    });
    expect(main.outputs["outcome"]).toBe("aborted");
    expect(main.log.at(-1)).toContain("Not stopping run 8721934");
    expect([...main.wire, ...post.wire].join()).not.toContain("stop");
    expect(main.sandbox.model.runs[0]?.end).toBeUndefined();
  });

  it("is refused when its record says that it is a run of another flow", async ({ expect }) => {
    const { exitCode, outputs, wire } = await play({
      inputs,
      before: begun(),
      faults: [
        {
          kind: "body",
          path: /auditId=8721934/,
          body: '{"auditId":8721934,"flowId":8,"status":"success"}',
        },
      ],
    });
    expect(exitCode).toBe(1);
    expect(wire).toEqual([HISTORY, look()]);
    expect(outputs["outcome"]).toBe("refused");
    expect(outputs["message"]).toBe(
      "Run 8721934 is a run of flow 8, not of flow 7. Check the audit id and flow-id.",
    );
  });

  it("is left running when the time is over", async ({ expect }) => {
    const { exitCode, outputs, wire } = await play({
      inputs: { ...inputs, timeout: "4s", "poll-interval": "1s" },
      before: begun(ENDLESS),
    });
    expect(exitCode).toBe(1);
    expect(outputs["outcome"]).toBe("timed-out");
    expect(wire.join()).not.toContain("/run");
  });
});
