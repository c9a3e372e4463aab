import { once } from "node:events";
import net from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createHttp, type HttpReply } from "../../../../shared/etlworks/http/http.ts";

/** What a server may say on a connection that was made, byte by byte. */

const opened: (() => void)[] = [];

afterEach(() => {
  for (const close of opened.splice(0)) close();
});

interface Conversation {
  readonly reply: HttpReply;
  /** How many connections the server has seen, and how many of them are still open. */
  readonly connections: number;
  readonly open: number;
}

/** Answers everything with the same bytes, and leaves its end of each connection open. */
async function converse(method: string, bytes: string): Promise<Conversation> {
  let connections = 0;
  const sockets = new Set<net.Socket>();
  const server = net.createServer(socket => {
    connections += 1;
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("data", () => socket.write(bytes));
    socket.once("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const { send, close } = createHttp({});
  opened.push(() => {
    close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const reply = await send({
    method,
    url: new URL(`http://127.0.0.1:${address.port}/rest/v1/flows`),
    headers: {},
    ...(method === "POST" && { body: "{}" }),
    connection: method === "GET" ? "pooled" : "own",
    timeLimitMs: 30_000,
  });
  const [only] = sockets;
  if (reply.kind !== "answer" && only !== undefined) await once(only, "close");
  return { reply, connections, open: sockets.size };
}

describe.each(["GET", "POST"])("a server that answers a %s", method => {
  it("with another protocol has an end of it, and may have acted", async () => {
    const bytes = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n";
    expect(await converse(method, bytes)).toEqual({
      reply: { kind: "broken", reason: "the server wants to speak another protocol (101)" },
      connections: 1,
      open: 0,
    });
  });

  it("with 407 though there is no proxy has answered", async () => {
    const bytes = "HTTP/1.1 407 Odd\r\nproxy-authenticate: Basic\r\ncontent-length: 2\r\n\r\nno";
    expect(await converse(method, bytes)).toMatchObject({
      reply: { kind: "answer", status: 407, body: "no" },
      connections: 1,
    });
  });

  it("after some words meanwhile has answered all the same", async () => {
    const bytes =
      "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]";
    expect(await converse(method, bytes)).toMatchObject({
      reply: { kind: "answer", status: 200, body: "[]", cut: false },
      connections: 1,
    });
  });
});
