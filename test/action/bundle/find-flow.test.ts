import { describe, it } from "vitest";
import type { FaultRule } from "../../sandbox/faults.ts";
import type { Flow } from "../../sandbox/flow.ts";
import type { SandboxOptions } from "../../sandbox/server.ts";
import { HISTORY, look, play, type Scene, START } from "./play.ts";

const BY_NAME = { "flow-id": "", "flow-name": "Load orders" };
const ASKED = "GET /v1/flows?q=Load+orders";
const ALL = "GET /v1/flows";
const CLOSED = { "base-url": "http://127.0.0.1:9/rest" };

const flows = (...names: readonly string[]): SandboxOptions => ({
  flows: names.map((name, index): Flow => ({ id: 7 + index, name, runs: [{ runningMs: 20 }] })),
});

describe.concurrent("a flow by its name", () => {
  it("finds the one, and says its name from the first line on", async ({ expect }) => {
    const { exitCode, log, wire, outputs } = await play({
      inputs: BY_NAME,
      sandbox: flows("Load orders", "Load orders (old)", "load orders"),
    });
    expect(exitCode).toBe(0);
    expect(log).toEqual([
      'Started flow 7 "Load orders" on HOST · audit id 8721934',
      "success · Ns",
    ]);
    expect(wire).toEqual([ASKED, HISTORY, START, look()]);
    expect(outputs["flow-id"]).toBe("7");
    expect(outputs["flow-name"]).toBe("Load orders");
  });

  it("finds it in a server that ignores filters", async ({ expect }) => {
    const { exitCode, wire } = await play({
      inputs: BY_NAME,
      sandbox: { ...flows("Load orders", "Something else"), ignoresFilters: true },
    });
    expect(exitCode).toBe(0);
    expect(wire).toEqual([ASKED, HISTORY, START, look()]);
  });

  it("looks through the whole list where the filter finds nothing", async ({ expect }) => {
    const { exitCode, wire } = await play({
      inputs: BY_NAME,
      faults: [{ kind: "body", body: "[]", path: /\?q=/ }],
    });
    expect(exitCode).toBe(0);
    expect(wire).toEqual([ASKED, ALL, HISTORY, START, look()]);
  });

  it("sends a name with signs and spaces whole", async ({ expect }) => {
    const name = "Ünïcode & 100% = a/b?#+";
    const { exitCode, wire, outputs } = await play({
      inputs: { "flow-id": "", "flow-name": name },
      sandbox: flows(name),
    });
    expect(exitCode).toBe(0);
    expect(outputs["flow-name"]).toBe(name);
    const query = new URLSearchParams(wire[0]?.split("?")[1]);
    expect(query.get("q")).toBe(name);
  });

  it("survives faults while it looks", async ({ expect }) => {
    const { exitCode, log, wire } = await play({
      inputs: BY_NAME,
      faults: [{ kind: "answer", when: "before", status: 503, path: /\?q=/ }],
    });
    expect(exitCode).toBe(0);
    expect(log).toHaveLength(3);
    expect(log[0]).toMatch(/^The list of flows cannot be read yet \(.*503.*\); trying again$/);
    expect(wire).toEqual([ASKED, ASKED, HISTORY, START, look()]);
  });

  /** A server that shows 50 flows a page. */
  const pages = (list: readonly { id: number; name: string }[], q: RegExp) => {
    const page = (offset: number): FaultRule => ({
      kind: "answer",
      when: "before",
      status: 200,
      body: JSON.stringify(list.slice(offset, offset + 50)),
      headers: { "x-total-count": String(list.length) },
      times: Number.POSITIVE_INFINITY,
      path: new RegExp(`/v1/flows${q.source}${offset === 0 ? "$" : `.*offset=${offset}$`}`),
    });
    return [0, 50, 100].map(page);
  };
  const many = Array.from({ length: 111 }, (_, index) => ({
    id: 1_000 + index,
    name: `F ${index}`,
  }));

  it("finds the last of 111, on the third page", async ({ expect }) => {
    const list = [...many.slice(0, 110), { id: 7, name: "Load orders" }];
    for (const [q, before] of [
      [/\?q=Load\+orders/, []],
      [/\??/, pages([], /\?q=Load\+orders/)],
    ] as const) {
      const faults = [...before, ...pages(list, q)];
      const { exitCode, wire, outputs } = await play({ inputs: BY_NAME, faults });
      expect(exitCode).toBe(0);
      expect(outputs["flow-id"]).toBe("7");
      expect(wire.join()).toMatch(/offset=50.*offset=100/);
    }
  });

  it("looks at every page before it says that there is none", async ({ expect }) => {
    const { exitCode, outputs } = await play({
      inputs: BY_NAME,
      faults: [...pages(many, /\?q=Load\+orders/), ...pages(many, /\??/)],
    });
    expect(exitCode).toBe(1);
    expect(outputs).toMatchObject({
      outcome: "refused",
      message: expect.stringContaining('no flow is called "Load orders"') as unknown,
    });
  });

  it.for([400, 403])("asks without q where q is refused with %s", async (status, { expect }) => {
    const { exitCode, wire } = await play({
      inputs: BY_NAME,
      faults: [
        { kind: "answer", when: "before", status, path: /\?q=/, times: Number.POSITIVE_INFINITY },
      ],
    });
    expect(exitCode).toBe(0);
    expect(wire).toEqual([ASKED, ALL, HISTORY, START, look()]);
  });

  it("takes names that are written differently for the same", async ({ expect }) => {
    const name = "Übertrag  täglich";
    for (const other of [name.normalize("NFD"), "Übertrag\u00a0täglich", " Übertrag täglich "]) {
      const { exitCode, outputs } = await play({
        inputs: { "flow-id": "", "flow-name": name },
        sandbox: flows(other, "Übertrag"),
      });
      expect(exitCode).toBe(0);
      expect(outputs["flow-id"]).toBe("7");
    }
  });

  it.for(["closed port", "500s"])(
    "ends by the timeout, with an outcome and a line on the way: %s",
    async (kind, { expect }) => {
      const played = await play({
        inputs: { ...BY_NAME, timeout: "5s", ...(kind === "500s" ? {} : CLOSED) },
        faults: [{ kind: "answer", when: "before", status: 500, path: /flows/, times: 1_000 }],
      });
      expect(played.exitCode).toBe(1);
      expect(played.outputs["outcome"]).toBe("timed-out");
      expect(played.outputs["message"]).toContain(
        "The flow was not started: the list of flows could not be read before the timeout",
      );
      expect(played.log[0]).toContain("The list of flows cannot be read yet");
      expect(played.summary).toContain("Timed out");
      expect(played.elapsedMs).toBeLessThan(20_000);
    },
  );

  interface Refused {
    readonly name: string;
    readonly scene: Scene;
    readonly sentence: string;
    readonly wire: readonly string[];
  }
  const refused: readonly Refused[] = [
    {
      name: "none, but names like it",
      scene: {
        inputs: { "flow-id": "", "flow-name": "load order" },
        sandbox: flows("Zebra", "Load orders", "Load customers"),
      },
      sentence:
        'flow-name: no flow is called "load order"; similar names: "Load orders" (8), "Load customers" (9), "Zebra" (7). Names are compared exactly, capitals included.',
      wire: ["GET /v1/flows?q=load+order", ALL],
    },
    {
      name: "none at all",
      scene: { inputs: BY_NAME, sandbox: flows() },
      sentence:
        'flow-name: no flow is called "Load orders"; no flow can be seen with these credentials. Names are compared exactly, capitals included.',
      wire: [ASKED, ALL],
    },
    {
      name: "two",
      scene: { inputs: BY_NAME, sandbox: flows("Load orders", "Load orders") },
      sentence:
        'flow-name: 2 flows are called "Load orders": "Load orders" (7), "Load orders" (8). Use flow-id to say which.',
      wire: [ASKED],
    },
    {
      name: "seven",
      scene: { inputs: BY_NAME, sandbox: flows(...Array<string>(7).fill("Load orders")) },
      sentence:
        'flow-name: 7 flows are called "Load orders": "Load orders" (7), "Load orders" (8), "Load orders" (9), "Load orders" (10), "Load orders" (11), and 2 more. Use flow-id to say which.',
      wire: [ASKED],
    },
    {
      name: "a list that may not be read",
      scene: { inputs: BY_NAME, sandbox: { role: "API User" } },
      sentence:
        "The user behind api-key may not list the flows on HOST (403: Access is denied: role 'API User' cannot perform this operation). Give that user the Operator role; a key of an \"API User\" can call user-defined APIs only.",
      wire: [ASKED, ALL],
    },
    {
      name: "an address without the API",
      scene: { inputs: ({ origin }) => ({ ...BY_NAME, "base-url": `${origin}/etl` }) },
      sentence:
        "There is no Etlworks API at HOST (404: No message available). Check that base-url is your instance's address, ending in /rest.",
      wire: ["GET /etl/rest/v1/flows?q=Load+orders"],
    },
    {
      name: "a web site",
      scene: { inputs: BY_NAME, faults: [{ kind: "html", when: "before", path: /flows/ }] },
      sentence:
        "HOST/rest/v1/flows answered with an HTML page instead of JSON. That is a web site, not the API: check base-url.",
      wire: [ASKED],
    },
  ];
  it.for(refused)("refuses $name", async ({ scene, sentence, wire }, { expect }) => {
    const played = await play(scene);
    expect(played.log).toEqual([`[error] Etlworks flow: refused: ${sentence}`]);
    expect(played.exitCode).toBe(1);
    expect(played.wire).toEqual(wire);
    expect(played.outputs).toMatchObject({ outcome: "refused" });
    expect(played.sandbox.model.runs).toEqual([]);
  });
});
