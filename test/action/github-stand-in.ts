import { createServer } from "node:http";

/** A GitHub API on loopback that only remembers what it was asked. */
export interface GithubStandIn {
  readonly url: string;
  readonly requests: {
    readonly method: string;
    readonly path: string;
    readonly body: unknown;
    readonly authorization: string;
  }[];
  close(): Promise<void>;
}

/** `answer` is the status code, for all or by the body of the request. */
export async function startGithub(
  answer: number | ((body: unknown) => number) = 201,
): Promise<GithubStandIn> {
  const requests: { method: string; path: string; body: unknown; authorization: string }[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (part: string) => {
      text += part;
    });
    request.on("end", () => {
      const body: unknown = JSON.parse(text || "null");
      const status = typeof answer === "number" ? answer : answer(body);
      requests.push({
        method: request.method ?? "",
        path: request.url ?? "",
        body,
        authorization: request.headers.authorization ?? "",
      });
      response
        .writeHead(status, { "content-type": "application/json" })
        .end(
          JSON.stringify(
            status < 300 ? { id: 1 } : { message: "Resource not accessible by integration" },
          ),
        );
    });
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
