import { type Loopback, startLoopback } from "./loopback.ts";

/** A bucket of S3 into which objects are put, and which has each of them once. */
export interface S3 extends Loopback {
  /** Contents by `bucket/key`. */
  readonly objects: ReadonlyMap<string, string>;
}

export async function startS3(): Promise<S3> {
  const objects = new Map<string, string>();
  const server = await startLoopback(({ method, path, headers, body }) => {
    const name = decodeURIComponent(path.replace(/^\//, "").replace(/\?.*$/, ""));
    if (method !== "PUT") return { status: 405, body: undefined };
    if (headers["if-none-match"] === "*" && objects.has(name)) {
      return { status: 412, body: undefined };
    }
    objects.set(name, plainBody(headers["content-encoding"], body));
    return { status: 200, headers: { etag: '"1"' }, body: undefined };
  });
  return { ...server, objects };
}

/** The SDK may send a body in chunks, each with its size before it, and checksums after the last. */
function plainBody(encoding: string | undefined, body: string): string {
  if (encoding?.includes("aws-chunked") !== true) return body;
  let rest = Buffer.from(body);
  let plain = "";
  for (;;) {
    const end = rest.indexOf("\r\n");
    const size = Number.parseInt(rest.subarray(0, Math.max(0, end)).toString(), 16);
    if (end < 0 || !(size > 0)) return plain;
    plain += rest.subarray(end + 2, end + 2 + size).toString();
    rest = rest.subarray(end + 4 + size);
  }
}
