import { describe, it } from "vitest";
import { play, playBoth, STOP_REQUEST } from "./play.ts";

/** Headers for a gateway in front of an instance: with every request, and shown nowhere. */
const HEADERS =
  "CF-Access-Client-Id: 1234567890.access\nCF-Access-Client-Secret: tell-no-gateway\n";

describe.concurrent("request-headers", () => {
  it("go with every request, those of a login too, and are masked", async ({ expect }) => {
    const { exitCode, sandbox, commands } = await play({
      inputs: {
        "api-key": "",
        username: "olivia@example.com",
        password: "olivia-likes-cold-brew-7",
        "request-headers": HEADERS,
        "show-log": "always",
      },
    });
    expect(exitCode).toBe(0);
    expect(sandbox.requests.length).toBeGreaterThan(4);
    for (const { headers } of sandbox.requests) {
      expect(headers).toMatchObject({
        "cf-access-client-id": "1234567890.access",
        "cf-access-client-secret": "tell-no-gateway",
      });
    }
    const masks = commands.filter(({ name }) => name === "add-mask").map(({ text }) => text);
    expect(masks).toContain("1234567890.access");
    expect(masks).toContain("tell-no-gateway");
  });

  it("are credentials: the post step takes them from its inputs, and no state holds them", async ({
    expect,
  }) => {
    const { main, post } = await playBoth({
      sandbox: { role: "Editor" },
      run: { runningMs: Number.POSITIVE_INFINITY },
      inputs: { "stop-request": STOP_REQUEST, "request-headers": HEADERS },
      async whileRunning({ signal, printed }) {
        await printed(" flow 7 on ");
        signal("SIGKILL");
      },
    });
    expect(JSON.stringify(main.state)).not.toContain("tell-no-gateway");
    const sent = post.sandbox.requests.slice(-2);
    expect(sent.map(({ headers }) => headers["cf-access-client-secret"])).toEqual(
      Array(2).fill("tell-no-gateway"),
    );
    expect(post.sandbox.model.runs[0]?.end).toBe("canceled");
  });

  it("that a server repeats are hidden", async ({ expect }) => {
    const { log, outputs } = await play({
      inputs: { "request-headers": HEADERS },
      run: { end: "error", message: "refused: tell-no-gateway" },
    });
    expect(outputs["message"]).toBe("refused: ***");
    expect(log.at(-1)).toContain("refused: ***");
  });
});
