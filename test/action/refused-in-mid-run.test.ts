import { describe, expect, it } from "vitest";
import { runInVirtualTime } from "./step-in-virtual-time.ts";

/** Credentials that have worked for a run and stop to: asked again for a minute, then told. */
const server = {
  flows: [{ id: 7, name: "Load orders", runs: [{ runningMs: 600_000 }] }],
};

describe("a key in the middle of a run", () => {
  it.each([
    { what: "is taken away", status: 401, why: /^Etlworks did not accept api-key on \S+ \(401: / },
    { what: "gets too small a role", status: 403, why: /may not read the status of the run/ },
  ])("that $what is refused after a minute, with all outputs", async ({ status, why }) => {
    let polls = 0;
    const step = await runInVirtualTime(
      server,
      {},
      {
        onSleep(_milliseconds, _stop, { model, apiKey }) {
          polls += 1;
          if (polls !== 2) return;
          model.changeApiKey("olivia@example.com", undefined);
          if (status === 403) model.changeApiKey("victor@example.com", apiKey);
        },
      },
    );
    expect(step.exitCode).toBe(1);
    expect(step.outputs).toMatchObject({
      outcome: "refused",
      "flow-id": "7",
      "audit-id": "8721934",
    });
    expect(step.outputs["message"]).toMatch(why);
    expect(step.outputs["message"]).toContain(
      "The run may still be running in Etlworks: audit id 8721934.",
    );
    expect(step.summary).toContain("Setup needs a fix");
    expect(step.errors).toHaveLength(1);
    expect(step.state["run-1"]).toContain('"phase":"settled"');
  });

  it("that works again within the minute costs nothing", async () => {
    let sleeps = 0;
    const step = await runInVirtualTime(
      server,
      { "poll-interval": "10s" },
      {
        onSleep(_milliseconds, _stop, { model, apiKey }) {
          sleeps += 1;
          if (sleeps === 2) model.changeApiKey("olivia@example.com", undefined);
          if (sleeps === 4) model.changeApiKey("olivia@example.com", apiKey);
        },
      },
    );
    expect(step.exitCode).toBe(0);
    expect(step.outputs["outcome"]).toBe("success");
  });
});
