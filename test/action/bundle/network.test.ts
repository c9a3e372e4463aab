import { createServer, request, type Server } from "node:http";
import { describe, it } from "vitest";
import { startSandbox } from "../../sandbox/server.ts";
import { HISTORY, look, play, START, started } from "./play.ts";

const FOR_EVER = Number.POSITIVE_INFINITY;

describe.concurrent("a redirect to another host", () => {
  const statuses = [302, 303, 307] as const;
  it.for(statuses)(
    "with %i is not followed, and the key is not sent there",
    async (status, { expect }) => {
      const elsewhere = await startSandbox();
      try {
        const { exitCode, wire, outputs, sandbox } = await play({
          inputs: { timeout: "10s" },
          faults: [
            {
              kind: "redirect",
              when: "before",
              status,
              location: `${elsewhere.baseUrl}/v1/flows/7/run`,
              times: FOR_EVER,
            },
          ],
        });
        expect(elsewhere.requests).toEqual([]);
        expect(exitCode).toBe(1);
        expect(wire.filter(call => call === START)).toHaveLength(1);
        expect(sandbox.model.runs).toEqual([]);
        // "See other" may mean that it was done; the others mean that it was not.
        expect(outputs["outcome"]).toBe(status === 303 ? "start-unknown" : "refused");
        expect(outputs["message"]).toContain(elsewhere.origin);
      } finally {
        await elsewhere.close();
      }
    },
  );
});

describe.concurrent("a body without end", () => {
  it("is cut at the history and at the flow list", async ({ expect }) => {
    const { exitCode, wire, elapsedMs } = await play({
      inputs: { "flow-id": "", "flow-name": "Load orders" },
      faults: [
        { kind: "endless-body", path: /flows\?q=/ },
        { kind: "endless-body", path: /history/ },
      ],
    });
    expect(exitCode).toBe(0);
    expect(wire).toEqual([
      "GET /v1/flows?q=Load+orders",
      "GET /v1/flows?q=Load+orders",
      HISTORY,
      HISTORY,
      START,
      look(),
    ]);
    expect(elapsedMs).toBeLessThan(30_000);
  });

  it("is cut at the start, which is then in doubt", async ({ expect }) => {
    const { exitCode, log, wire } = await play({
      faults: [{ kind: "endless-body", path: /run$/ }],
    });
    expect(exitCode).toBe(0);
    expect(log[0]).toBe(
      "No usable answer to the start (HOST/rest/v1/flows/7/run: the answer is larger than 10 MB). It is not sent again; looking for the run in the flow's history",
    );
    expect(wire).toEqual([HISTORY, START, HISTORY, look()]);
  });

  it("is not waited for when it only drips", async ({ expect }) => {
    const { exitCode, outputs, elapsedMs } = await play({
      inputs: { timeout: "3s" },
      faults: [{ kind: "slow-drip", everyMs: 200, path: /auditId/, times: FOR_EVER }],
    });
    expect(exitCode).toBe(1);
    expect(outputs["outcome"]).toBe("timed-out");
    expect(elapsedMs).toBeLessThan(20_000);
  });
});

describe.concurrent("a proxy", () => {
  const spellings = ["HTTP_PROXY", "http_proxy"] as const;
  it.for(spellings)("of %s is used without being configured", async (name, { expect }) => {
    const proxy = await startProxy();
    try {
      const { exitCode, log, wire } = await play({ environment: { [name]: proxy.url } });
      expect(exitCode).toBe(0);
      expect(log).toEqual([started(), "success · Ns"]);
      expect(wire).toEqual([HISTORY, START, look()]);
      expect(proxy.seen).toEqual(["GET", "POST", "GET"]);
    } finally {
      proxy.close();
    }
  });

  it("is left out for the hosts of NO_PROXY", async ({ expect }) => {
    const proxy = await startProxy();
    try {
      const { exitCode, wire } = await play({
        environment: { HTTP_PROXY: proxy.url, NO_PROXY: "example.com,127.0.0.1" },
      });
      expect(exitCode).toBe(0);
      expect(wire).toEqual([HISTORY, START, look()]);
      expect(proxy.seen).toEqual([]);
    } finally {
      proxy.close();
    }
  });

  it("is asked for a tunnel where the instance speaks https, and never sees the key", async ({
    expect,
  }) => {
    const proxy = await startProxy();
    try {
      const { exitCode, log, outputs } = await play({
        inputs: { "base-url": "https://acme.example.com", timeout: "3s" },
        environment: { HTTPS_PROXY: proxy.url },
      });
      expect(exitCode).toBe(1);
      expect(log[0]).toMatch(
        /^Not started yet \(the proxy \S+ refused to connect to acme\.example\.com:443 \(403\)\); retrying in [12]s$/,
      );
      expect(outputs["outcome"]).toBe("timed-out");
      expect(new Set(proxy.seen)).toEqual(new Set(["CONNECT acme.example.com:443"]));
      expect(proxy.headers.filter(header => /authorization/i.test(header))).toEqual([]);
    } finally {
      proxy.close();
    }
  });

  it("whose address cannot be read is explained, without its password", async ({ expect }) => {
    const { exitCode, log, wire } = await play({
      environment: { HTTP_PROXY: "http://me:hunter22@[proxy" },
    });
    expect(exitCode).toBe(1);
    expect(log).toEqual([
      "[error] Etlworks flow 7: refused: HTTP_PROXY is not a proxy address. Write it as http://host:port, with the special characters of a password URL-encoded.",
    ]);
    expect(wire).toEqual([]);
  });

  it("that cannot be reached is named", async ({ expect }) => {
    const { exitCode, log } = await play({
      inputs: { timeout: "3s" },
      environment: { HTTP_PROXY: "http://127.0.0.1:1" },
    });
    expect(exitCode).toBe(1);
    expect(log[0]).toMatch(
      /^Not started yet \(cannot reach the proxy HOST: connection refused \(ECONNREFUSED\)\); retrying/,
    );
  });
});

interface Proxy {
  readonly url: string;
  readonly seen: readonly string[];
  readonly headers: readonly string[];
  close(): void;
}

/** Forwards plain requests, and refuses tunnels. */
async function startProxy(): Promise<Proxy> {
  const seen: string[] = [];
  const headers: string[] = [];
  const server: Server = createServer((incoming, response) => {
    seen.push(incoming.method ?? "");
    headers.push(...incoming.rawHeaders);
    const { method, headers: passed } = incoming;
    const onward = request(incoming.url ?? "", { method, headers: passed }, answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    incoming.pipe(onward);
  });
  server.on("connect", (incoming, socket) => {
    seen.push(`CONNECT ${incoming.url}`);
    headers.push(...incoming.rawHeaders);
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  await new Promise<void>(resolve => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    headers,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe.concurrent("a proxy that repeats its password in an error", () => {
  it("does not make the step show it, in plain or in base64", async ({ expect }) => {
    const login = Buffer.from("rob:pw-proxy-77").toString("base64");
    const proxy = createServer((_request, response) => {
      response.writeHead(502, { "content-type": "application/json" });
      response.end(JSON.stringify({ message: `rob with pw-proxy-77, ${login}: no` }));
    });
    await new Promise<void>(resolve => {
      proxy.listen(0, "127.0.0.1", resolve);
    });
    const address = proxy.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    try {
      const { exitCode, stdout, outputs, summary } = await play({
        inputs: { timeout: "8s" },
        environment: { HTTP_PROXY: `http://rob:pw-proxy-77@127.0.0.1:${port}` },
      });
      expect(exitCode).toBe(1);
      const log = stdout.split("\n").filter(line => !line.startsWith("::add-mask::"));
      for (const text of [log.join("\n"), JSON.stringify(outputs), summary]) {
        expect(text).not.toContain("pw-proxy-77");
        expect(text).not.toContain(login);
      }
      expect(outputs["message"]).toContain("rob with ***, ***: no");
    } finally {
      proxy.close();
    }
  });
});
