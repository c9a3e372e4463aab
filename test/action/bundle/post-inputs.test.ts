import { describe, it } from "vitest";
import { startSandbox } from "../../sandbox/server.ts";
import { runStep } from "../run-bundle.ts";
import { look, play, playBoth, type Scene, STOP_REQUEST, started } from "./play.ts";

/**
 * A composite action's post step can get the inputs of the action around it, or none. So it takes
 * credentials from them and nothing else; the rest is what the step itself saved.
 */
const KILLED: Scene = {
  sandbox: { role: "Editor" },
  run: { runningMs: Number.POSITIVE_INFINITY },
  inputs: { "stop-request": STOP_REQUEST },
  async whileRunning({ signal, printed }) {
    await printed(" flow 7 on ");
    signal("SIGKILL");
  },
};
const STOPPED = [look(), "POST /v1/flows/7/stop?auditId=8721934 {}"];
const ASKED = "Etlworks was asked to stop run 8721934; it may need some minutes to end.";

describe.concurrent("the inputs of the post step", () => {
  const rows: readonly { name: string; inputs: Readonly<Record<string, string>> }[] = [
    { name: "empty address and stop request", inputs: { "base-url": "", "stop-request": "" } },
    { name: "no flow", inputs: { "flow-id": "" } },
    {
      name: "nothing that could be read",
      inputs: { "flow-id": "x", timeout: "soon", parameters: "{", flows: "[", wait: "?" },
    },
    { name: "another flow and request", inputs: { "flow-id": "8", "stop-request": "DELETE /v1" } },
    {
      name: "credentials of something else besides",
      inputs: { username: "db", password: "db-pass" },
    },
    { name: "headers that are none", inputs: { "request-headers": '{"X-Gate": "v4lue-1"}' } },
    { name: "files that are not there", inputs: { "parameters-file": "no", "log-file": "../x" } },
  ];
  it.for(rows)("may be $name", async ({ inputs }, { expect }) => {
    const { main, post } = await playBoth({
      ...KILLED,
      postInputs: given => ({ ...given, ...inputs }),
    });
    expect(main.log).toEqual([started()]);
    expect(post.log).toEqual([ASKED]);
    expect(post.wire).toEqual(STOPPED);
    expect(post.sandbox.model.runs[0]?.end).toBe("canceled");
  });

  it("may name another instance, which is never spoken to", async ({ expect }) => {
    const other = await startSandbox();
    try {
      const { post } = await playBoth({
        ...KILLED,
        postInputs: given => ({ ...given, "base-url": other.baseUrl }),
      });
      expect(post.wire).toEqual(STOPPED);
      expect(other.requests).toEqual([]);
    } finally {
      await other.close();
    }
  });

  it("may lack the credentials: says what that means, and sends nothing", async ({ expect }) => {
    const { post } = await playBoth({
      ...KILLED,
      postInputs: given => ({ ...given, "api-key": "", "base-url": "" }),
    });
    expect(post.exitCode).toBe(0);
    expect(post.wire).toEqual([]);
    expect(post.log).toEqual([
      expect.stringMatching(
        /^\[warning\] Run Etlworks Flow: Run 8721934 of flow 7 was never seen to end and may still be running\. The clean-up has no credentials/,
      ),
    ]);
  });

  it("may be another's credentials, which go nowhere else", async ({ expect }) => {
    const { post } = await playBoth({
      ...KILLED,
      postInputs: given => ({ ...given, "api-key": "another-key-12345678" }),
    });
    expect(post.exitCode).toBe(0);
    expect(post.wire).toEqual(STOPPED);
    expect(post.log).toEqual([expect.stringContaining("did not accept the credentials")]);
  });

  it("decide nothing where no address was saved: no default one is asked", async ({ expect }) => {
    const postWith = (phase: string) =>
      runStep({
        phase: "post",
        state: {
          "run-1": JSON.stringify({ flowId: 7, auditId: "8721934", origin: "started", phase }),
        },
        inputs: { "base-url": "", "api-key": "abcdefgh12345678", "flow-id": "7" },
      });
    const settled = await postWith("settled");
    expect([...settled.lines, ...settled.commands]).toEqual([]);
    const open = await postWith("following");
    expect([open.exitCode, open.lines]).toEqual([0, []]);
    expect(open.commands.map(({ name, text }) => [name, text])).toEqual([
      [
        "warning",
        "Run 8721934 of flow 7 was never seen to end and may still be running. What the step saved for the clean-up cannot be read, so look at the run in Etlworks.",
      ],
    ]);
  });
});

describe.concurrent("the phases", () => {
  it.for(["STATE_phase", "STATE_isPost"])(
    "are told apart by their entries: %s means nothing to main",
    async (name, { expect }) => {
      const { exitCode, log, outputs } = await play({ environment: { [name]: "post" } });
      expect(exitCode).toBe(0);
      expect(log).toEqual([started(), "success · Ns"]);
      expect(outputs["outcome"]).toBe("success");
    },
  );

  it("never make post start a flow, whatever main left behind", async ({ expect }) => {
    const { post } = await playBoth({
      ...KILLED,
      inputs: {},
      async whileRunning({ signal }) {
        signal("SIGKILL");
      },
    });
    expect(post.wire).toEqual([]);
    expect(post.sandbox.model.runs).toEqual([]);
  });
});
