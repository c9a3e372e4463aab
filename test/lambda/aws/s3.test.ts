import { createServer } from "node:http";
import { S3Client } from "@aws-sdk/client-s3";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createObjects, type FoundObject } from "../../../lambda/aws/s3.ts";
import { stubAwsVariables } from "../stand-ins/aws-variables.ts";
import { startLoopback } from "../stand-ins/loopback.ts";
import { endedBy, startSilentService } from "../stand-ins/silent-service.ts";

const file = { bucket: "lists", key: "orders/1.json", body: "[1]", contentType: "text/x-list" };

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe("an object that is put once", () => {
  async function startBucket(status: number, more: Readonly<Record<string, string>> = {}) {
    const asked: unknown[] = [];
    const server = await startLoopback(({ method, path, headers, body: sent }) => {
      const { "if-none-match": ifNoneMatch, "content-type": type } = headers;
      asked.push({ method, path: path.replace(/\?.*$/, ""), ifNoneMatch, type });
      asked.push(sent.includes("[1]"));
      return { status, body: undefined, headers: { "x-amz-request-id": "r", ...more } };
    });
    stubAwsVariables("S3", server.origin);
    return { ...server, asked };
  }

  it("is written under its name, as what it is, unless there is one", async () => {
    const bucket = await startBucket(200, { etag: '"1"' });
    expect(await createObjects().putOnce(file)).toBe("written");
    expect(bucket.asked).toEqual([
      { method: "PUT", path: "/lists/orders/1.json", ifNoneMatch: "*", type: "text/x-list" },
      true,
    ]);
    await bucket.close();
  });

  it("is not written when the yes is not S3's", async () => {
    const portal = await startBucket(200);
    await expect(createObjects().putOnce(file)).rejects.toThrow(
      "S3 did not say that it has the object. This was not AWS's own answer. Check the proxy",
    );
    await portal.close();
  });

  it("is known when S3 has one of its name", async () => {
    const error = Object.assign(new Error("At least one of the pre-conditions"), {
      name: "PreconditionFailed",
    });
    vi.spyOn(S3Client.prototype, "send").mockRejectedValue(error);
    expect(await createObjects().putOnce(file)).toBe("known");
  });

  it.each([
    Object.assign(new Error("Access Denied"), { name: "AccessDenied" }),
    { name: "PreconditionFailed" },
  ])("is neither when S3 refuses it otherwise: %s", async error => {
    vi.spyOn(S3Client.prototype, "send").mockRejectedValue(error);
    await expect(createObjects().putOnce(file)).rejects.toBe(error);
  });

  it("is given up when nothing comes back within 10 seconds", async () => {
    const service = await startSilentService();
    stubAwsVariables("S3", service.origin);
    const { before, end } = await endedBy(10_000, service, () => createObjects().putOnce(file));
    expect(before).toBe(false);
    expect(end).toMatchObject({ name: "TimeoutError" });
    await service.close();
  });
});

describe("the objects of a bucket", () => {
  it.each([
    ["http://127.0.0.1:1", true],
    [undefined, false],
  ])("are called by their path only where somebody names the endpoint: %s", (endpoint, byPath) => {
    const send = vi.spyOn(S3Client.prototype, "send").mockRejectedValue(new Error("not sent"));
    vi.stubEnv("AWS_REGION", "eu-central-1");
    vi.stubEnv("AWS_ENDPOINT_URL_S3", endpoint);
    void createObjects()
      .putOnce(file)
      .catch(() => undefined);
    const [client] = send.mock.contexts;
    expect(client instanceof S3Client && client.config.forcePathStyle).toBe(byPath);
  });

  it("come a page at a time, each page behind the last of the one before", async () => {
    const bucket = await startVersions([
      page(version({ Key: "in/a", VersionId: "v1" }), {
        truncated: true,
        markers: "<NextKeyMarker>in/a</NextKeyMarker><NextVersionIdMarker>v1</NextVersionIdMarker>",
      }),
      page("", { truncated: true, markers: "<NextKeyMarker>in/b</NextKeyMarker>" }),
      page(version({ Key: "in/c", VersionId: "v3" }), {
        truncated: false,
        markers: "<NextKeyMarker>in/z</NextKeyMarker>",
      }),
    ]);
    const pages = await pagesOf("landing", "in/");
    expect(pages.map(found => found.map(({ key }) => key))).toEqual([["in/a"], [], ["in/c"]]);
    expect(bucket.asked).toEqual([
      { path: "/landing", query: { versions: "", prefix: "in/" } },
      {
        path: "/landing",
        query: { versions: "", prefix: "in/", "key-marker": "in/a", "version-id-marker": "v1" },
      },
      { path: "/landing", query: { versions: "", prefix: "in/", "key-marker": "in/b" } },
    ]);
    await bucket.close();
  });

  it("are not those of an empty bucket when somebody else answers", async () => {
    const portal = await startVersions(["<html>Welcome</html>"]);
    await expect(pagesOf("landing", "in/")).rejects.toThrow(
      "S3 did not list it. This was not AWS's own answer. Check the proxy",
    );
    await portal.close();
  });

  it("are not all that there are when a page is cut and says not where the list goes on", async () => {
    const bucket = await startVersions([page(version({ Key: "a" }), { truncated: true })]);
    await expect(pagesOf("landing", "in/")).rejects.toThrow(
      "S3 did not say where its list goes on. This was not AWS's own answer. Check the proxy",
    );
    expect(bucket.asked).toHaveLength(1);
    await bucket.close();
  });

  it("are the newest version of each, in the words of events", async () => {
    const bucket = await startVersions([
      page(
        [
          version({ Key: "new", VersionId: "v2", ETag: '"e2"', Size: "7" }),
          version({ Key: "new", VersionId: "v1", IsLatest: "false" }),
          version({ Key: "unversioned", VersionId: "null", ETag: "e3" }),
          version({ Key: "without a version" }),
          version({ Key: "without a time", LastModified: undefined }),
          version({ VersionId: "v9" }),
          version({ Key: "bare", ETag: undefined, Size: undefined }),
        ].join(""),
      ),
    ]);
    const lastModified = Date.UTC(2026, 10, 27, 10);
    const usual = { size: 1, etag: "e", lastModified };
    expect(await pagesOf("landing", "in/")).toStrictEqual([
      [
        { key: "new", versionId: "v2", size: 7, etag: "e2", lastModified },
        { ...usual, key: "unversioned", etag: "e3" },
        { ...usual, key: "without a version" },
        { key: "bare", size: 0, etag: "", lastModified },
      ],
    ]);
    await bucket.close();
  });
});

async function pagesOf(bucket: string, prefix: string): Promise<(readonly FoundObject[])[]> {
  const pages: (readonly FoundObject[])[] = [];
  for await (const found of createObjects().list(bucket, prefix)) pages.push(found);
  return pages;
}

type Members = Readonly<Record<string, string | undefined>>;

function version(members: Members): string {
  const usual: Members = {
    IsLatest: "true",
    LastModified: "2026-11-27T10:00:00.000Z",
    ETag: '"e"',
    Size: "1",
  };
  const written = Object.entries({ ...usual, ...members }).map(([name, value]) =>
    value === undefined ? "" : `<${name}>${value.replaceAll('"', "&quot;")}</${name}>`,
  );
  return `<Version>${written.join("")}</Version>`;
}

function page(versions: string, about: { truncated?: boolean; markers?: string } = {}): string {
  const { truncated = false, markers = "" } = about;
  return `<?xml version="1.0" encoding="UTF-8"?><ListVersionsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>${truncated}</IsTruncated>${markers}${versions}</ListVersionsResult>`;
}

/** S3's list of versions: prepared pages, and what was asked for. */
async function startVersions(pages: readonly string[]) {
  const asked: { readonly path: string; readonly query: object }[] = [];
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
    const answer = pages[asked.length];
    asked.push({
      path: pathname.replace(/\/$/, ""),
      query: Object.fromEntries([...searchParams].filter(([name]) => name !== "x-id")),
    });
    response.writeHead(answer === undefined ? 400 : 200, { "content-type": "application/xml" });
    response.end(answer);
  });
  await new Promise<void>(resolve => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port on 127.0.0.1.");
  stubAwsVariables("S3", `http://127.0.0.1:${address.port}`);
  return {
    asked,
    close: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
