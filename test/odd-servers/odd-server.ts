import net from "node:net";

/** What a server does once a whole request has come. */
export type Behaviour = (socket: net.Socket, request: SeenRequest) => void;

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  /** How many requests this server has seen before. */
  readonly index: number;
}

export interface OddServer {
  readonly origin: string;
  /** Each whole request, such as `POST /rest/v1/flows/7/run`. */
  readonly requests: readonly string[];
  /** Everything that came in, whole or not. */
  received(): string;
  close(): void;
}

/** A server below HTTP on 127.0.0.1. `onConnection` acts before any request has come. */
export async function startOddServer(
  onRequest: Behaviour,
  onConnection: (socket: net.Socket) => void = () => undefined,
): Promise<OddServer> {
  const sockets = new Set<net.Socket>();
  const requests: string[] = [];
  let received = "";
  const server = net.createServer(socket => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    let pending = "";
    socket.on("data", part => {
      const text = part.toString("latin1");
      received += text;
      pending += text;
      const whole = /^([A-Z]+) (\S+) HTTP\/1\.1\r\n(.*?)\r\n\r\n/s.exec(pending);
      if (whole === null) return;
      const [head, method = "", path = "", headers = ""] = whole;
      const length = Number(/^content-length: (\d+)/im.exec(headers)?.[1] ?? 0);
      if (pending.length < head.length + length) return;
      pending = pending.slice(head.length + length);
      requests.push(`${method} ${path}`);
      onRequest(socket, { method, path, index: requests.length - 1 });
    });
    onConnection(socket);
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (typeof address === "object" && address !== null) resolve(address.port);
      else reject(new Error("no port"));
    });
  });
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    received: () => received,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** An answer as bytes; the length is right unless the headers say otherwise. */
export function http(
  status: number | string,
  headers: Readonly<Record<string, string>> | readonly string[] = {},
  body: string | Buffer = "",
): Buffer {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  const lines = Array.isArray(headers)
    ? [...headers]
    : Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const named = lines.some(line => /^(?:content-length|transfer-encoding):/i.test(line));
  const first = typeof status === "string" ? status : `HTTP/1.1 ${status} Some Reason`;
  const head = [first, ...lines, ...(named ? [] : [`content-length: ${bytes.length}`])];
  return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`, "latin1"), bytes]);
}

/** A body in chunks. */
export function chunked(...parts: readonly string[]): string {
  return [...parts, ""]
    .map(part => `${Buffer.byteLength(part).toString(16)}\r\n${part}\r\n`)
    .join("");
}
