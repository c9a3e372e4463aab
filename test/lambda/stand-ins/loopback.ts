import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export interface Loopback {
  readonly origin: string;
  /** How many connections were opened so far. */
  connections(): number;
  close(): Promise<void>;
}

export interface LoopbackRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface LoopbackReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** Sent as it is, in place of the body. */
  readonly text?: string;
}

/** An HTTP server on 127.0.0.1 that answers each request with JSON. */
export async function startLoopback(
  answer: (request: LoopbackRequest) => LoopbackReply | Promise<LoopbackReply>,
): Promise<Loopback> {
  const receive = async (request: IncomingMessage, response: ServerResponse) => {
    let body = "";
    for await (const part of request.setEncoding("utf8")) body += String(part);
    const { method = "GET", url: path = "/", headers } = request;
    const reply = await answer({ method, path, headers, body });
    response.writeHead(reply.status, reply.headers);
    response.end(reply.text ?? (reply.body === undefined ? "" : JSON.stringify(reply.body)));
  };
  const server = createServer((request, response) => void receive(request, response));
  let connections = 0;
  server.on("connection", () => {
    connections += 1;
  });
  await new Promise<void>(resolve => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port on 127.0.0.1.");
  return {
    origin: `http://127.0.0.1:${address.port}`,
    connections: () => connections,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
