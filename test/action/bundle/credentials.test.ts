import { describe, it } from "vitest";
import { HISTORY, look, plain, play, type Scene, START, started } from "./play.ts";

const LOGIN = {
  "api-key": "",
  username: "olivia@example.com",
  password: "olivia-likes-cold-brew-7",
};
const LOGIN_CALL =
  'POST /v1/token-auth {"login":"olivia@example.com","password":"olivia-likes-cold-brew-7"}';
const WRONG_LOGIN = LOGIN_CALL.replace("olivia-likes-cold-brew-7", "not the right one");
const REFRESH = "POST /v1/token-auth/refresh {}";
const NEW_KEY = "Check it, or make a new API key under Settings → Users → Edit → API Key.";
const WHO = "401: Full authentication is required to access this resource";

describe.concurrent("credentials", () => {
  it("sends an API key as a bearer token with every request", async ({ expect }) => {
    const { exitCode, sandbox } = await play({});
    expect(exitCode).toBe(0);
    expect(sandbox.requests.map(({ headers }) => headers["authorization"])).toEqual(
      Array(3).fill(`Bearer ${sandbox.apiKey}`),
    );
  });

  it("takes a key with blanks and line ends around it", async ({ expect }) => {
    const { exitCode } = await play({
      inputs: ({ apiKey }) => ({ "api-key": ` \n${apiKey}\r\n` }),
    });
    expect(exitCode).toBe(0);
  });

  it("logs in once, masks the token, and uses it for every request", async ({ expect }) => {
    const { exitCode, log, wire, sandbox, commands } = await play({ inputs: LOGIN });
    expect(exitCode).toBe(0);
    expect(log).toEqual([started(), "success · Ns"]);
    expect(wire).toEqual([LOGIN_CALL, HISTORY, START, look()]);
    const [none, ...sent] = sandbox.requests.map(({ headers }) => headers["authorization"]);
    expect(none).toBeUndefined();
    expect(new Set(sent).size).toBe(1);
    const token = sent[0]?.replace("Bearer ", "") ?? "";
    expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    const masks = commands.filter(({ name }) => name === "add-mask").map(({ text }) => text);
    expect(masks).toContain(token);
    expect(masks).toContain(LOGIN.password);
    expect(masks).toContain(Buffer.from(token).toString("base64"));
  });

  it("finds the login of an older server", async ({ expect }) => {
    const { exitCode, wire } = await play({ inputs: LOGIN, sandbox: { tokenAuth: "legacy" } });
    expect(exitCode).toBe(0);
    expect(wire).toEqual([
      LOGIN_CALL,
      LOGIN_CALL.replace("token-auth", "token-auth/issue"),
      HISTORY,
      START,
      look(),
    ]);
  });

  it("refreshes a token that is refused", async ({ expect }) => {
    const { exitCode, log, wire } = await play({
      inputs: LOGIN,
      faults: [{ kind: "answer", when: "before", status: 401, path: /auditId/ }],
    });
    expect(exitCode).toBe(0);
    expect(log).toEqual([started(), "success · Ns"]);
    expect(wire).toEqual([LOGIN_CALL, HISTORY, START, look(), REFRESH, look()]);
  });

  it("starts once when the token is refused at the start itself", async ({ expect }) => {
    const { exitCode, wire, sandbox } = await play({
      inputs: LOGIN,
      faults: [{ kind: "answer", when: "before", status: 401, path: /run$/ }],
    });
    expect(exitCode).toBe(0);
    expect(wire).toEqual([LOGIN_CALL, HISTORY, START, REFRESH, START, look()]);
    expect(sandbox.model.runs).toHaveLength(1);
  });

  it("logs in again where the refresh hangs, and sees the end", async ({ expect }) => {
    const { exitCode, log, wire } = await play({
      inputs: { ...LOGIN, timeout: "40s", "poll-interval": "3s" },
      run: { runningMs: 4_000 },
      sandbox: { tokenLifetimeMs: 2_000 },
      faults: [{ kind: "hang", when: "before", path: /refresh/, times: Number.POSITIVE_INFINITY }],
    });
    expect(exitCode).toBe(0);
    expect(log.at(-1)).toBe("success · Ns");
    expect(wire).toContain(REFRESH);
  });

  it("outlives its tokens: 2 s each, in a run of 12 s", async ({ expect }) => {
    const { exitCode, log, wire, commands, sandbox } = await play({
      inputs: { ...LOGIN, "poll-interval": "1s" },
      sandbox: { tokenLifetimeMs: 2_000 },
      run: { runningMs: 12_000 },
    });
    expect(exitCode).toBe(0);
    expect(log).toEqual([started(), "running · Ns", "success · Ns"]);
    const logins = wire.filter(call => call === LOGIN_CALL).length;
    expect(logins).toBeGreaterThanOrEqual(4);
    // Once for each token that ran out: it is tried again fresh, and then logged in.
    expect(wire.filter(call => call === REFRESH)).toHaveLength(logins - 1);
    expect(sandbox.model.runs).toHaveLength(1);
    const masks = commands.filter(({ name }) => name === "add-mask").map(({ text }) => text);
    expect(masks.filter(mask => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(mask))).toHaveLength(logins);
  });

  it("hides them wherever a server, a flow or the user repeats them", async ({ expect }) => {
    const password = 'pa&ss<wo>rd\'1"2"%41';
    const everywhere = (text: string) =>
      [text, encodeURIComponent(text), Buffer.from(`x${text}`).toString("base64"), text].join(" ");
    const inputs = {
      ...LOGIN,
      password,
      parameters: JSON.stringify({ note: password, [password]: "x" }),
    };
    const user = { login: LOGIN.username, password, role: "Operator" } as const;
    const { exitCode, log, outputs, summary } = await play({
      inputs: { ...inputs, "show-log": "always" },
      sandbox: { users: [user] },
      flow: { name: `Load ${everywhere(password)}` },
      run: { end: "error", message: everywhere(password), log: everywhere(password) },
      faults: [
        {
          kind: "answer",
          when: "after",
          status: 500,
          body: everywhere(password),
          path: /run$/,
        },
      ],
    });
    // That nothing was shown is checked with every step.
    expect(exitCode).toBe(1);
    expect(log.filter(line => line.includes("***")).length).toBeGreaterThan(2);
    expect(outputs["message"]).toContain("***");
    expect(outputs["flow-name"]).toContain("Load ***");
    expect(summary).toContain("<td><code>note</code></td><td>***</td>");

    const dry = await play({
      inputs: { ...inputs, "dry-run": "true" },
      sandbox: { users: [user] },
    });
    expect(dry.log).toContain('would send · POST /v1/flows/7/run {"note":"***","***":"x"}');
  });

  it("hides a token that the server repeats", async ({ expect }) => {
    const { log, exitCode } = await play({
      inputs: LOGIN,
      run: { end: "error" },
      async whileRunning({ sandbox, asked, printed }) {
        await asked(/history/);
        const token = sandbox.requests.at(-1)?.headers["authorization"] ?? "";
        await printed("Started");
        sandbox.model.end("8721934", "error", `refused: ${token}`);
      },
    });
    expect(exitCode).toBe(1);
    expect(log.at(-1)).toContain("refused: Bearer ***%0A");
  });

  interface Refused {
    readonly name: string;
    readonly scene: Scene;
    readonly sentence: string;
    readonly wire: readonly string[];
  }
  const refused: readonly Refused[] = [
    {
      name: "a wrong key",
      scene: { inputs: { "api-key": "W".repeat(64) } },
      sentence: `Etlworks did not accept api-key on HOST (${WHO}). ${NEW_KEY}`,
      wire: [HISTORY, START],
    },
    {
      name: "a wrong password",
      scene: { inputs: { ...LOGIN, password: "not the right one" } },
      sentence: `Etlworks did not accept username and password on HOST (401: Bad credentials). Check both.`,
      // Once: many servers lock a user after a few of them.
      wire: [WRONG_LOGIN],
    },
    {
      name: "a role that is too small",
      scene: { sandbox: { role: "Viewer" } },
      sentence:
        "The user behind api-key may not run the flow on HOST (403: Access is denied: role 'Viewer' cannot perform this operation). Give that user the Operator role; a key of an \"API User\" can call user-defined APIs only.",
      wire: [HISTORY, START],
    },
    {
      name: "the key of an API User",
      scene: { sandbox: { role: "API User" } },
      sentence:
        "The user behind api-key may not run the flow on HOST (403: Access is denied: role 'API User' cannot perform this operation). Give that user the Operator role; a key of an \"API User\" can call user-defined APIs only.",
      wire: [HISTORY, START],
    },
  ];
  it.for(refused)("refuses $name", async ({ scene, sentence, wire }, { expect }) => {
    const played = await play(scene);
    expect(played.log).toEqual([`[error] Etlworks flow 7: refused: ${sentence}`]);
    expect(played.exitCode).toBe(1);
    expect(played.wire).toEqual(wire);
    expect(played.outputs).toMatchObject({ "flow-id": "7", outcome: "refused" });
    expect(plain(played.outputs["message"] ?? "")).toBe(sentence);
    expect(played.summary).toContain("<h3>⚙️ Setup needs a fix");
    expect(played.state).toEqual({ "start-1": '{"flowId":7,"unanswered":false}' });
    expect(played.sandbox.model.runs).toEqual([]);
  });
});
