import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { COMPILE_CACHE } from "../compile-cache.ts";

const root = join(import.meta.dirname, "..", "..");

/** `npm run routes FILE`. */
describe("scripts/routes.ts", () => {
  // Each other example is read in test/docs/routes-cookbook.test.ts, without a process of its own.
  it("shows what each route starts", () => {
    const { status, stdout, stderr } = run("examples/routes/files-by-size.json");
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(stdout).toBe(`examples/routes/files-by-size.json is right. Routes: 2.

route          flow   lane      batch              parameters
small-exports  12351  its flow  one run per event  folder, file
large-exports  12352  its flow  one run per event  folder, file, bytes
`);
  });

  it("names each mistake", () => {
    const route = { name: "a", when: { source: ["x"] }, flow: 0, paramters: {} };
    const { status, stdout, stderr } = runOn(JSON.stringify([route]));
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain("routes[0].flow:");
    expect(stderr).toContain("routes[0].paramters:");
  });

  it.each([
    ["[]", "holds no route, so no event would start a flow"],
    ["[", "not JSON"],
  ])("refuses %s", (text, sentence) => {
    const { status, stderr } = runOn(text);
    expect(status).toBe(1);
    expect(stderr).toContain(sentence);
  });

  it("refuses a file in another encoding, whose patterns would match no key", () => {
    const when = { source: ["aws.s3"], detail: { object: { key: [{ prefix: "Aufträge/" }] } } };
    const { status, stdout, stderr } = runOn(
      Buffer.from(JSON.stringify([{ name: "a", when, flow: 1 }]), "latin1"),
    );
    expect(stdout).toBe("");
    expect(stderr).toContain("the file is not UTF-8");
    expect(status).toBe(1);
  });

  it("tells what a deployment would not let through", () => {
    const values = ["--buckets", "landing, archive", "--detail-types", "Object Created"];
    expect(run("examples/routes/files.json", ...values).stdout).not.toContain("NOTE");
    const { status, stdout } = run("examples/routes/one-file-two-flows.json", ...values);
    expect(status).toBe(0);
    expect(stdout).toContain(
      'NOTE: Route "audit" waits for the detail type "Object Deleted", which DETAIL_TYPES does not let through. Add it there, unless these events come another way.',
    );
    const other = run("examples/routes/files.json", "--buckets", "other", ...values.slice(2));
    expect(other.stdout).toContain('NOTE: Route "orders" waits for the bucket "landing"');
    // Events of another source never came by the rule of the buckets.
    expect(run("examples/routes/own-events.json", ...values).stdout).not.toContain("NOTE");
  });

  it("tells what hardly anybody means", () => {
    const keys = [
      "orders/*.csv",
      { prefix: "orders/*" },
      { suffix: "*.csv" },
      { prefix: "/orders/" },
      { wildcard: "s3://landing/orders/*" },
      { prefix: "orders/a%20b" },
      // These are meant.
      { wildcard: "orders/*.csv" },
      { suffix: "/_SUCCESS" },
      { prefix: "orders/100% sure" },
      { "anything-but": "a*" },
    ];
    const when = {
      source: ["aws.s3"],
      $or: keys.map(key => ({ detail: { object: { key: [key] } } })),
    };
    const parameters = { file: `\${key}`, cost: "$5 for {key}" };
    const { status, stdout } = runOn(JSON.stringify([{ name: "a", when, flow: 1, parameters }]));
    expect(status).toBe(0);
    expect(stdout.split("\n").filter(line => line.startsWith("NOTE: "))).toEqual([
      'NOTE: Route "a" waits for a key with the sign "*" in its name: "orders/*.csv". If "*" stands for any text, write {"wildcard":"orders/*.csv"}.',
      'NOTE: Route "a" waits for a key with the sign "*" in its name: {"prefix":"orders/*"}. If "*" stands for any text, write {"wildcard":"orders/*"}.',
      'NOTE: Route "a" waits for a key with the sign "*" in its name: {"suffix":"*.csv"}. If "*" stands for any text, write {"wildcard":"*.csv"}.',
      'NOTE: Route "a" waits for a key that begins with "/": {"prefix":"/orders/"}. Keys seldom do: they begin with the first folder, without the bucket.',
      'NOTE: Route "a" waits for a key that begins with "s3://": {"wildcard":"s3://landing/orders/*"}. Keys seldom do: they begin with the first folder, without the bucket.',
      'NOTE: Route "a" waits for a key with "%" in its name: {"prefix":"orders/a%20b"}. Patterns see keys decoded: write a space as a space.',
      'NOTE: Route "a": the parameter "file" has a "$" before {key}, which the flow gets too. Write {key} alone if it is not meant.',
    ]);
  });

  it("tells of kinds of events that are almost those of S3", () => {
    const types = ["Object Create", "Object Created", "AWS API Call via CloudTrail"];
    const when = { source: ["aws.s3"], "detail-type": types };
    const { stdout } = runOn(JSON.stringify([{ name: "a", when, flow: 1 }]));
    expect(stdout.split("\n").filter(line => line.startsWith("NOTE: "))).toEqual([
      'NOTE: Route "a" waits for the detail type "Object Create", which no event of S3 has; did you mean "Object Created"?',
    ]);
  });

  it("says how it is used, and what it could not read", () => {
    expect(run().status).toBe(1);
    expect(run().stderr).toContain("Usage:");
    expect(run("no-such-file.json").stderr).toContain("no-such-file.json cannot be read");
  });
});

function run(...words: readonly string[]) {
  return spawnSync(process.execPath, [join("scripts", "routes.ts"), ...words], {
    cwd: root,
    env: { ...process.env, ...COMPILE_CACHE },
    encoding: "utf8",
  });
}

function runOn(text: string | Uint8Array) {
  const folder = mkdtempSync(join(tmpdir(), "etlworks-routes-"));
  try {
    const file = join(folder, "routes.json");
    writeFileSync(file, text);
    return run(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
