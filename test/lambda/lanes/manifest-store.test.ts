import { S3Client } from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createManifestStore } from "../../../lambda/lanes/manifest-store.ts";
import { stubAwsVariables } from "../stand-ins/aws-variables.ts";

beforeEach(() => {
  stubAwsVariables("S3", "http://127.0.0.1:9");
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const place = { bucket: "lists", folder: "etlworks/" };
const input = {
  Bucket: "lists",
  Key: "etlworks/orders/1.csv",
  Body: "bucket,key\r\n",
  ContentType: "text/csv; charset=utf-8",
  IfNoneMatch: "*",
};

const denied = "Check ETLWORKS_MANIFESTS and that the lane's role may put objects there.";

describe("lists of files in S3", () => {
  it("have an address before they are written", () => {
    expect(createManifestStore(place).address("orders/1.csv")).toBe(
      "s3://lists/etlworks/orders/1.csv",
    );
  });

  it("are written in their folder, as text in columns, by one client", async () => {
    const clients = new Set<unknown>();
    const sent: unknown[] = [];
    vi.spyOn(S3Client.prototype, "send").mockImplementation(function (
      this: unknown,
      command: { readonly input: unknown },
    ) {
      clients.add(this);
      sent.push(command.input);
      return { ETag: '"1"' };
    });
    const store = createManifestStore(place);
    await store.write("orders/1.csv", "bucket,key\r\n");
    await store.write("orders/2.csv", "bucket,key\r\n");
    expect(sent).toEqual([input, { ...input, Key: "etlworks/orders/2.csv" }]);
    expect(clients.size).toBe(1);
  });

  it("are as good as written when they are there", async () => {
    const there = Object.assign(new Error("there"), { name: "PreconditionFailed" });
    vi.spyOn(S3Client.prototype, "send").mockRejectedValue(there);
    await expect(createManifestStore(place).write("1.csv", "")).resolves.toBeUndefined();
  });

  it.each([
    {
      error: Object.assign(new Error("Not yours"), { name: "AccessDenied" }),
      reason: "AccessDenied: Not yours",
    },
    { error: "a text", reason: "a text" },
    {
      error: Object.assign(
        new Error("unexpected content.\n  Deserialization error: to see it, inspect the error."),
        { $metadata: { httpStatusCode: 403 } },
      ),
      reason: "Error: status 403: unexpected content",
      advice:
        "This was not AWS's own answer. Check the proxy, firewall or endpoint between the function and AWS.",
    },
  ])("that cannot be written say why: $reason", async ({ error, reason, advice = denied }) => {
    vi.spyOn(S3Client.prototype, "send").mockRejectedValue(error);
    const written = createManifestStore(place).write("1.csv", "");
    await expect(written).rejects.toMatchObject({
      message: `The list of files s3://lists/etlworks/1.csv could not be written (${reason}). ${advice}`,
      cause: error,
    });
  });
});
