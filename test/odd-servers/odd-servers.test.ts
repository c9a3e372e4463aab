import { subscribe, unsubscribe } from "node:diagnostics_channel";
import net from "node:net";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apiKeyCredentials } from "../../shared/etlworks/credentials.ts";
import { createEtlworksClient } from "../../shared/etlworks/etlworks-client.ts";
import { createHttp } from "../../shared/etlworks/http/http.ts";
import type { Reply } from "../../shared/etlworks/replies/reply.ts";
import { CALLS, callOnce } from "./every-call.ts";
import { http, startOddServer } from "./odd-server.ts";
import { ODD_SERVERS, rightAnswer } from "./servers.ts";

/** Short for those that may never answer; else long enough for a machine that stands still. */
const LIMIT_MS = { doubt: 3_000, answer: 12_000 };
const GRACE_MS = 30_000;

const spokenTo = new Set<string>();

function watch(message: unknown): void {
  if (typeof message !== "object" || message === null || !("socket" in message)) return;
  if (!(message.socket instanceof net.Socket)) return;
  message.socket.on("connectionAttempt", (address: string) => spokenTo.add(address));
}

beforeAll(() => subscribe("net.client.socket", watch));

afterAll(() => {
  unsubscribe("net.client.socket", watch);
  // Whatever the servers said, nobody else was spoken to.
  expect(spokenTo).toEqual(new Set(["127.0.0.1"]));
});

describe.concurrent("every call ends in time and tells the truth", () => {
  it.for(ODD_SERVERS)("when the server $name", async ({ act, greet, start, poll }) => {
    const limitMs = start === "fault" && poll === "fault" ? LIMIT_MS.doubt : LIMIT_MS.answer;
    const kinds = await Promise.all(
      Object.keys(CALLS).map(async name => {
        const server = await startOddServer(act, greet);
        try {
          const { reply, elapsedMs } = await timed(name, server.origin, limitMs);
          expect(elapsedMs).toBeLessThan(limitMs + GRACE_MS);
          expectTruth(reply, server.received(), server.requests);
          return [name, reply.kind] as const;
        } finally {
          server.close();
        }
      }),
    );
    const byName = new Map<string, string>(kinds);
    expect([start].flat()).toContain(byName.get("start"));
    expect([poll].flat()).toContain(byName.get("poll"));
  });
});

describe("a server that closes an idle connection", () => {
  it.each([
    ["at once", 0],
    ["within some milliseconds", 5],
  ])("%s cannot bring a start into doubt, nor a read", async (_when, afterMs) => {
    for (let round = 0; round < 10; round++) {
      const { kinds, requests } = await readThenStart(afterMs);
      expect(kinds).toEqual(["value", "value", "value"]);
      expect(requests.filter(request => request.startsWith("POST"))).toHaveLength(1);
    }
  });
});

describe("an answer that is whole, and whose end does not come", () => {
  const length = { "content-length": "900" };
  it.each([
    ["with too great a length", length, (body: string) => body],
    ["compressed", { ...length, "content-encoding": "gzip" }, (body: string) => gzipSync(body)],
    ["behind a framing of old", { "transfer-encoding": "identity" }, (body: string) => body],
  ])("is not waited for: %s", async (_how, headers, encode) => {
    const server = await startOddServer((socket, request) => {
      socket.write(http(200, headers, encode(rightAnswer(request))));
    });
    try {
      const { reply, elapsedMs } = await timed("start", server.origin, 60_000);
      expect(reply).toMatchObject({ kind: "value", value: { auditId: "11" } });
      expect(elapsedMs).toBeLessThan(30_000);
    } finally {
      server.close();
    }
  });

  it("is waited for as long as there is more of it", async () => {
    const server = await startOddServer(socket => {
      const parts = ['{"auditId":11,', '"flowId":7,"status":', "0}"];
      socket.write(http(200, { "content-length": String(parts.join("").length) }));
      for (const [index, part] of parts.entries()) {
        setTimeout(() => socket.write(part), 1_300 * index);
      }
    });
    try {
      const { reply } = await timed("start", server.origin, 60_000);
      expect(reply).toMatchObject({ kind: "value", value: { auditId: "11", code: "0" } });
    } finally {
      server.close();
    }
  });
});

it("a log goes on after a line that is JSON, however long that takes", async () => {
  const lines = ['{"line":1}\n', '{"line":2}\n'];
  const server = await startOddServer(socket => {
    socket.write(http(200, { "content-length": String(lines.join("").length) }));
    for (const [index, line] of lines.entries()) {
      setTimeout(() => socket.write(line), 1_500 * index);
    }
  });
  try {
    const { reply } = await timed("log", server.origin, 60_000);
    expect(reply).toMatchObject({ kind: "value", value: { text: lines.join(""), cut: false } });
  } finally {
    server.close();
  }
});

describe("whatever bytes a server sends", () => {
  const fragment = fc.constantFrom(
    "HTTP/1.1 200 OK\r\n",
    "HTTP/1.0 302 Found\r\n",
    "HTTP/1.1 100 Continue\r\n\r\n",
    "HTTP/1.1 401 No\r\n",
    "HTTP/1.1 503 No\r\n",
    "content-length: 2\r\n",
    "content-length: 25\r\n",
    "transfer-encoding: chunked\r\n",
    "content-encoding: gzip\r\n",
    "content-encoding: br, deflate\r\n",
    "content-type: text/html; charset=utf-16\r\n",
    "location: https://elsewhere.invalid/\r\n",
    "retry-after: 9999999999\r\n",
    "connection: upgrade\r\nupgrade: h2c\r\n",
    "\r\n",
    "19\r\n",
    "0\r\n\r\n",
    '{"auditId":11,"status":0}',
    '{"auditId":11,"status":"success"}',
    '{"success":false,"error":"\\ud800"}',
    "[".repeat(300),
    "<html>",
    "\u001f\u008b\u0008\u0000",
  );
  const bytes = fc.oneof(
    { weight: 5, arbitrary: fragment.map(text => Buffer.from(text, "latin1")) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map(part => Buffer.from(part)) },
  );
  const ending = fc.constantFrom("end", "reset", "wait");

  it("every call ends with a reply in time", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(bytes, { maxLength: 8 }), ending, async (parts, end) => {
        const server = await startOddServer(socket => {
          const content = Buffer.concat(parts);
          if (end === "end") socket.end(content);
          else socket.write(content, () => end === "reset" && socket.resetAndDestroy());
        });
        try {
          const runs = Object.keys(CALLS).map(async name => {
            const { reply, elapsedMs } = await timed(name, server.origin, 150);
            expect(elapsedMs).toBeLessThan(150 + GRACE_MS);
            expect(typeof reply.kind).toBe("string");
          });
          await Promise.all(runs);
          const starts = server.requests.filter(request => request.endsWith("/run"));
          expect(starts.length).toBeLessThanOrEqual(1);
        } finally {
          server.close();
        }
      }),
      { numRuns: 40 },
    );
  });
});

async function timed(
  name: string,
  origin: string,
  timeLimitMs: number,
): Promise<{ readonly reply: Reply<unknown>; readonly elapsedMs: number }> {
  const begun = performance.now();
  const reply = await callOnce(name, origin, { timeLimitMs });
  return { reply, elapsedMs: performance.now() - begun };
}

/** `unreachable` promises that not one byte arrived that a server can have acted upon. */
function expectTruth(reply: Reply<unknown>, received: string, requests: readonly string[]): void {
  const posts = requests.filter(request => request.startsWith("POST"));
  expect(new Set(posts).size).toBe(posts.length);
  const speaksTls = "cause" in reply && reply.cause === "protocol";
  if (reply.kind === "unreachable" && !speaksTls) expect(received).toBe("");
  if (reply.kind === "stopped") expect(reply.mayHaveArrived || received === "").toBe(true);
}

async function readThenStart(afterMs: number) {
  const server = await startOddServer((socket, request) => {
    const body = request.method === "POST" ? '{"auditId":11,"status":0}' : "[]";
    socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`, () => {
      setTimeout(() => socket.destroy(), afterMs);
    });
  });
  const { send, close } = createHttp({});
  const client = createEtlworksClient({
    send,
    baseUrl: new URL(`${server.origin}/rest`),
    credentials: apiKeyCredentials("k3y"),
    redact: text => text,
    epochMs: () => Date.now(),
    monotonicMs: () => performance.now(),
  });
  const history = () => client.history(7, { limit: 20, offset: 0 });
  try {
    const replies = [await history(), await history(), await client.start(7, {}, "")];
    return { kinds: replies.map(({ kind }) => kind), requests: server.requests };
  } finally {
    close();
    server.close();
  }
}
