import { describe, expect, it } from "vitest";
import { triggerOf } from "../../../lambda/events/trigger-of-event.ts";

describe("an event's origin", () => {
  it("is its source, its detail type and its id, empty where it has none", () => {
    const { origin, own, warnings } = triggerOf({});
    expect({ origin, own, warnings }).toEqual({
      origin: { source: "", detailType: "", id: "" },
      own: false,
      warnings: [],
    });
    const event = { source: "shop", "detail-type": "Order", id: "e-1", detail: { id: "other" } };
    expect(triggerOf(event)).toEqual({
      event,
      warnings: [],
      own: false,
      origin: { source: "shop", detailType: "Order", id: "e-1" },
      identity: '{"source":"shop","detailType":"Order","id":"e-1"}',
    });
  });

  it("has what the notes say: warnings, the sender's own id, and a force", () => {
    const notes = { warnings: ["odd"], own: true, id: "given", force: "again" };
    expect(triggerOf({ source: "shop", id: "e-1" }, notes)).toMatchObject({
      warnings: ["odd"],
      own: true,
      origin: { source: "shop", detailType: "", id: "e-1", force: "again" },
      identity: '{"given":"given"} again "again"',
    });
  });

  it("is cut where it is too long, and its identity is not", () => {
    const long = "x".repeat(1_025);
    const cut = `${"x".repeat(1_024)}… (1025 characters)`;
    const event = { source: long, "detail-type": long, id: long };
    const { origin, identity } = triggerOf(event);
    expect(origin).toEqual({ source: cut, detailType: cut, id: cut });
    expect(identity).toContain(`"id":"${long}"`);
    const fits = "y".repeat(1_024);
    expect(triggerOf({ ...event, id: fits }).origin.id).toBe(fits);
  });

  const schedule = { source: "aws.scheduler", id: "e-1", time: "2026-11-27T10:00:00Z" };
  it.each([
    [{ ...schedule, resources: ["arn:s", "arn:t"] }, "arn:s|2026-11-27T10:00:00Z"],
    [{ ...schedule, resources: ["arn:s"], source: "aws.events" }, "e-1"],
    [{ ...schedule, resources: ["arn:s"], time: undefined }, "e-1"],
    [{ ...schedule, resources: [] }, "e-1"],
    [{ ...schedule, resources: [7] }, "e-1"],
    [{ ...schedule, resources: "arn:s" }, "e-1"],
    [schedule, "e-1"],
    [{ ...schedule, id: undefined }, ""],
  ])("is a schedule's name and time where it has both: %j", (event, id) => {
    expect(triggerOf(event).origin.id).toBe(id);
  });
});

describe("an object's event", () => {
  const object = { key: "in/a.csv", size: 7, etag: "tag", sequencer: "0A1" };
  const detail = {
    bucket: { name: "landing" },
    object: { ...object, "version-id": "v1" },
    "request-id": "request-1",
    "deletion-type": "Permanently Deleted",
  };
  const event = {
    source: "aws.s3",
    "detail-type": "Object Created",
    id: "e-1",
    time: "2026-11-27T10:00:00Z",
    detail,
  };
  const usual = { source: "aws.s3", detailType: "Object Created", bucket: "landing" };
  const known = { ...usual, key: "in/a.csv" };
  const changed = (part: object, more: object = {}) => ({
    ...event,
    detail: { ...detail, object: { ...part, ...more } },
  });

  it.each([
    ["the version", event, { ...known, version: "v1" }],
    ["the sequencer", changed(object), { ...known, version: "A1" }],
    [
      "the sequencer where versioning is suspended",
      changed(object, { "version-id": "null" }),
      { ...known, version: "A1" },
    ],
    [
      "the etag and the request",
      changed(object, { sequencer: undefined }),
      { ...known, version: "tag", id: "request-1" },
    ],
    [
      "the etag alone",
      {
        ...event,
        detail: { ...detail, "request-id": undefined, object: { key: "in/a.csv", etag: "tag" } },
      },
      { ...known, version: "tag" },
    ],
    ["the request", changed({ key: "in/a.csv" }), { ...known, id: "request-1" }],
    [
      "the event's id",
      { ...event, detail: { ...detail, "request-id": undefined, object: { key: "in/a.csv" } } },
      { ...known, id: "e-1" },
    ],
    [
      "the version and how it was deleted",
      { ...event, "detail-type": "Object Deleted" },
      {
        ...known,
        detailType: "Object Deleted",
        version: "v1",
        deletion: "Permanently Deleted",
      },
    ],
    [
      "the version and the request, when it can come many times",
      { ...event, "detail-type": "Object Tags Added" },
      { ...known, detailType: "Object Tags Added", version: "v1", id: "request-1" },
    ],
    [
      "the etag and the event's id, when it can come many times and has no request",
      {
        ...event,
        "detail-type": "Object Tags Added",
        detail: { ...detail, "request-id": undefined, object: { key: "in/a.csv", etag: "tag" } },
      },
      { ...known, detailType: "Object Tags Added", version: "tag", id: "e-1" },
    ],
  ])("is known by %s", (_what, given, origin) => {
    expect(triggerOf(given).origin).toEqual(origin);
  });

  it.each([
    ["0a1", "A1"],
    ["000", "0"],
    ["0", "0"],
    ["A00B", "A00B"],
    ["0055aed6dcd90281e5", "55AED6DCD90281E5"],
    ["00x1", "00x1"],
    ["x", "x"],
    ["1g", "1g"],
    ["g1", "g1"],
  ])("has its sequencer %s in the spelling %s", (sequencer, version) => {
    expect(triggerOf(changed({ key: "k", sequencer })).origin.version).toBe(version);
  });

  it("tells of the file what it has", () => {
    expect(triggerOf(event).file).toEqual({
      bucket: "landing",
      key: "in/a.csv",
      versionId: "v1",
      size: 7,
      etag: "tag",
      eventTime: "2026-11-27T10:00:00Z",
    });
    const bare = { source: "aws.s3", detail: { bucket: { name: "b" }, object: { key: "k" } } };
    expect(triggerOf(bare).file).toStrictEqual({ bucket: "b", key: "k" });
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53, "7", null])("has no size %s", size => {
    expect(triggerOf(changed({ key: "k", size })).file).not.toHaveProperty("size");
  });

  it("may be of an empty object", () => {
    expect(triggerOf(changed({ key: "k", size: 0 })).file).toMatchObject({ size: 0 });
  });

  it.each([
    { ...event, source: "shop" },
    { ...event, detail: { ...detail, bucket: {} } },
    { ...event, detail: { ...detail, object: {} } },
    { source: "aws.s3" },
  ])("has no file when it is not of S3, or names no object: %j", given => {
    expect(triggerOf(given)).not.toHaveProperty("file");
  });
});
