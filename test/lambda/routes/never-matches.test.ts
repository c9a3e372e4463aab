import { expect, it } from "vitest";
import { parseRoutes } from "../../../lambda/routes/routes.ts";
import { messageOf } from "../../../shared/thrown.ts";

/** What is refused of a pattern, each as its path and what was meant. */
function refused(when: object): readonly string[] {
  try {
    parseRoutes([{ name: "a", flow: 1, when }]);
    return [];
  } catch (error) {
    const lines = messageOf(error).matchAll(
      /^- routes\[0\]\.when\.(.*): no event has this; did you mean "(.*)"\?$/gm,
    );
    return [...lines].map(([, path, meant]) => `${path} → ${meant}`);
  }
}

const s3 = { source: ["aws.s3"], "detail-type": ["Object Created"] };

it.each<readonly [when: object, refusals: readonly string[]]>([
  [{ detailType: ["Object Created"] }, ["detailType → detail-type"]],
  [{ detail_type: ["x"] }, ["detail_type → detail-type"]],
  [{ Source: ["x"], Detail: { a: ["x"], b: ["y"] } }, ["Detail → detail", "Source → source"]],
  [
    { $or: [{ SOURCE: ["x"] }, { replayName: ["y"] }] },
    ["SOURCE → source", "replayName → replay-name"],
  ],
  [{ source: ["aws:s3"] }, ["source → aws.s3"]],
  [{ source: ["aws.S3", { exactly: "AWS:S3" }] }, ["source → aws.s3", "source → aws.s3"]],
  [{ source: [{ "equals-ignore-case": "aws:s3" }] }, ["source → aws.s3"]],
  [{ ...s3, "detail-type": ["Object created"] }, ["detail-type → Object Created"]],
  [{ ...s3, "detail-type": ["ObjectCreated"] }, ["detail-type → Object Created"]],
  [{ ...s3, "detail-type": ["ObjectCreated:Put"] }, ["detail-type → Object Created"]],
  [{ ...s3, "detail-type": ["s3:ObjectCreated:*"] }, ["detail-type → Object Created"]],
  [{ ...s3, "detail-type": [{ prefix: "ObjectRemoved:" }] }, ["detail-type → Object Deleted"]],
  [{ ...s3, "detail-type": [{ wildcard: "ObjectCreated*" }] }, ["detail-type → Object Created"]],
  [
    { source: ["aws.s3"], detail: { bucket: { Name: ["landing"] }, object: { versionId: ["v"] } } },
    [
      "detail.bucket.Name → detail.bucket.name",
      "detail.object.versionId → detail.object.version-id",
    ],
  ],
  ...["s3://landing", "s3://landing/in/", "S3://landing", "arn:aws-cn:s3:::landing"].map(
    name =>
      [
        { source: ["aws.s3"], detail: { bucket: { name: [name] } } },
        ["detail.bucket.name → landing"],
      ] as const,
  ),
  [
    { source: ["aws.s3"], detail: { bucket: { name: [{ prefix: "s3://landing" }, "other"] } } },
    ["detail.bucket.name → landing"],
  ],
  [{ ...s3, detail: { bucket: ["landing"] } }, ["detail.bucket → detail.bucket.name"]],
  [{ ...s3, detail: { key: ["a"] } }, ["detail.key → detail.object.key"]],
  [{ ...s3, detail: { object: { Key: ["a"] } } }, ["detail.object.Key → detail.object.key"]],
  [{ ...s3, detail: { object: { eTag: ["a"] } } }, ["detail.object.eTag → detail.object.etag"]],
  [
    { ...s3, detail: { object: { versionId: ["v"] } } },
    ["detail.object.versionId → detail.object.version-id"],
  ],
  [
    { ...s3, detail: { s3: { object: { key: ["a"] } } } },
    ["detail.s3.object.key → detail.object.key"],
  ],
])("%j never matches, and says what was meant", (when, refusals) => {
  expect(refused(when)).toEqual(refusals);
});

it.each([
  s3,
  { "detail-type": ["ObjectCreated:Put"] },
  { source: ["com.example"], "detail-type": ["Object created"] },
  { source: ["aws.s3", "com.example"], "detail-type": ["Object created"] },
  { source: [{ "equals-ignore-case": "AWS.S3" }] },
  { source: [{ prefix: "aws" }, "s3"] },
  { source: [{ "anything-but": "aws:s3" }] },
  { ...s3, detail: { bucket: { name: ["b"] }, object: { key: ["a"], "version-id": ["v"] } } },
  { ...s3, "detail-type": ["ObjectAcl:Put", "Replication:OperationFailedReplication"] },
  // CloudTrail's event of a call to S3.
  { source: ["aws.s3"], detail: { requestID: ["a"], sourceIPAddress: ["b"] } },
  {
    source: ["aws.s3"],
    "detail-type": ["AWS API Call via CloudTrail"],
    detail: { requestID: ["a"], sourceIPAddress: ["b"] },
  },
  { ...s3, "detail-type": [{ prefix: "Object" }], detail: { key: ["a"] } },
  { source: ["com.example"], detail: { key: ["a"], bucket: ["b"] } },
  { ...s3, detail: { object: { versionId: [{ exists: false }] } } },
  { customer: ["a"] },
])("%j can match", when => {
  expect(refused(when)).toEqual([]);
  expect(parseRoutes([{ name: "a", flow: 1, when }]).list).toHaveLength(1);
});

/** What is refused of a route's templates, without the first words. */
function refusedOf(route: object): string {
  try {
    parseRoutes([{ name: "a", flow: 1, when: s3, ...route }]);
    return "";
  } catch (error) {
    return messageOf(error).replaceAll(/^.*\n|- routes\[0\]\./g, "");
  }
}

it.each<readonly [route: object, refusal: string]>([
  [
    { parameters: { file: "v {detail.object.versionId} {detail.object.versionId}" } },
    "parameters.file: no event has {detail.object.versionId}; did you mean {detail.object.version-id}?",
  ],
  [
    { when: { source: ["aws.s3"] }, parameters: { file: "{detail.bucket}" } },
    "parameters.file: no event has {detail.bucket}; did you mean {detail.bucket.name}?",
  ],
  [{ once: "{detail.key}" }, "once: no event has {detail.key}; did you mean {detail.object.key}?"],
  [
    { lane: "{detail.Reason}" },
    "lane: no event has {detail.Reason}; did you mean {detail.reason}?",
  ],
  [
    { batch: { by: "{detail.s3.object.key}" } },
    "batch.by: no event has {detail.s3.object.key}; did you mean {detail.object.key}?",
  ],
  [{ when: { source: ["com.example"] }, parameters: { file: "{detail.bucket}" } }, ""],
  [{ when: { source: ["aws.s3", "shop"] }, parameters: { file: "{detail.key}" } }, ""],
  [{ when: { source: ["aws.s3"] }, parameters: { ip: "{detail.sourceIPAddress}" } }, ""],
  [{ when: { ...s3, "detail-type": ["AWS API Call"] }, lane: "{detail.Reason}" }, ""],
  [{ parameters: { file: "{detail.object.key} {detail.any.thing}" } }, ""],
])("%j has a place that no event fills: %s", (route, refusal) => {
  expect(refusedOf(route)).toBe(refusal);
});
