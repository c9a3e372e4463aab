import { describe, expect, it, vi } from "vitest";
import { readCommand } from "../../../../lambda/lanes/commands/read-command.ts";

const again = (times: object) => readCommand({ again: times }, []);
const mistakeOf = (event: object) => {
  const reading = readCommand(event, []);
  return reading.kind === "rejected" ? reading.message : undefined;
};

describe("the time in a command", () => {
  it.each([
    ["2026-05-09", "2026-05-09T00:00:00Z"],
    ["2026-05-09T10:30", "2026-05-09T10:30:00Z"],
    ["2026-05-09T10:30:15", "2026-05-09T10:30:15Z"],
    ["2026-05-09T10:30:15.250Z", "2026-05-09T10:30:15.250Z"],
    ["2026-05-09T10:30:00+02:00", "2026-05-09T08:30:00Z"],
    ["2028-02-29", "2028-02-29T00:00:00Z"],
  ])("%s is %s, wherever the function runs", (text, time) => {
    vi.stubEnv("TZ", "Asia/Tokyo");
    try {
      expect(again({ since: text })).toMatchObject({ command: { since: Date.parse(time) } });
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it.each([
    "2026-02-30",
    "2026-02-29T10:00:00Z",
    "2026-13-01",
    "2026-05-09Z",
    "2026-05-09T",
    "2026-05-09T25:00:00Z",
    "2026-05-09 10:00:00",
    "yesterday",
    "",
    1_778_284_800_000,
    null,
  ])("%j is none", since => {
    expect(mistakeOf({ again: { since } })).toBe(
      `again is refused: again.since: ${JSON.stringify(since)} is not a time such as "2026-05-09T00:00:00Z"`,
    );
  });

  it.each(["again", "backfill"])("that comes after the other would choose nothing: %s", command => {
    const times = { since: "2026-05-10", until: "2026-05-09" };
    const asked = command === "again" ? times : { bucket: "landing", prefix: "", ...times };
    expect(mistakeOf({ [command]: asked })).toBe(
      `${command} is refused: ${command}.since: must not be after ${command}.until`,
    );
    const same = { ...asked, since: "2026-05-09" };
    expect(mistakeOf({ [command]: same })).toBeUndefined();
  });
});

describe("the bucket of a backfill", () => {
  it.each([
    "s3://landing",
    "landing/in",
    "arn:aws:s3:::landing",
    " landing",
    "arn:aws:s3:eu-west-1:1:accesspoint/a",
  ])("is a name, and not %j, by which the ledger would know none of its events", bucket => {
    expect(mistakeOf({ backfill: { bucket, prefix: "" } })).toBe(
      "backfill is refused: backfill.bucket: must be the name alone, as it stands in the bucket's events",
    );
  });

  it.each(["landing", "my.bucket-1", "Old_Bucket"])("may be %s", bucket => {
    expect(readCommand({ backfill: { bucket, prefix: "" } }, [])).toMatchObject({
      command: { bucket },
    });
  });
});
