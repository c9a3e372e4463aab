import { type Loopback, startLoopback } from "./loopback.ts";

/** S3, into which objects are put, which has each of them once and lists them with their versions. */
export interface S3 extends Loopback {
  /** Contents by `bucket/key`. */
  readonly objects: Map<string, string>;
}

export async function startS3(): Promise<S3> {
  const objects = new Map<string, string>();
  const server = await startLoopback(({ method, path, headers, body }) => {
    const name = decodeURIComponent(path.replace(/^\//, "").replace(/\?.*$/, ""));
    const asked = new URLSearchParams(path.replace(/^[^?]*\??/, ""));
    if (method === "GET" && asked.has("versions")) {
      const text = versionsIn(objects, name.replace(/\/$/, ""), asked.get("prefix") ?? "");
      return { status: 200, headers: { "content-type": "application/xml" }, body: undefined, text };
    }
    if (method !== "PUT") return { status: 405, body: undefined };
    if (headers["if-none-match"] === "*" && objects.has(name)) {
      return { status: 412, body: undefined };
    }
    objects.set(name, plainBody(headers["content-encoding"], body));
    return { status: 200, headers: { etag: '"1"' }, body: undefined };
  });
  return { ...server, objects };
}

function versionsIn(objects: ReadonlyMap<string, string>, bucket: string, prefix: string): string {
  const versions = [...objects].flatMap(([name, content]) => {
    if (!name.startsWith(`${bucket}/${prefix}`)) return [];
    const fields = {
      Key: name.slice(bucket.length + 1),
      VersionId: "v1",
      IsLatest: "true",
      LastModified: "2026-11-26T21:00:00.000Z",
      ETag: '"1"',
      Size: String(Buffer.byteLength(content)),
    };
    const inside = Object.entries(fields).map(([field, text]) => `<${field}>${text}</${field}>`);
    return `<Version>${inside.join("")}</Version>`;
  });
  return `<ListVersionsResult><Name>${bucket}</Name>${versions.join("")}</ListVersionsResult>`;
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
