import { createServer, type IncomingMessage, type Server } from "node:http";

/** Listens on a free port of 127.0.0.1 and resolves with host and port. */
export function listenOnLoopback(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (typeof address === "object" && address !== null) resolve(`127.0.0.1:${address.port}`);
      else reject(new Error("No TCP port on 127.0.0.1 could be had."));
    });
  });
}

/** A port that was free a moment ago, for programs that cannot choose one themselves. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const address = await listenOnLoopback(server);
  await new Promise<void>(resolve => {
    server.close(() => resolve());
  });
  return Number(address.split(":")[1]);
}

/** The whole body of a request, as text. */
export async function readBody(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const part of request.setEncoding("utf8")) body += String(part);
  return body;
}
