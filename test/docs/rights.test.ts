import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "./pages.ts";
import { templateSection, withMember } from "./template.ts";

/** What the code asks of AWS and of its environment, and what lambda/template.yaml gives it. */
const code = globSync("lambda/**/*.ts", { cwd: root })
  .map(path => readFileSync(join(root, path), "utf8"))
  .join("\n");
const resources = templateSection("Resources");

/** The rights that a call of the SDK needs. */
const RIGHTS: Readonly<Record<string, readonly string[]>> = {
  BatchGetItem: ["dynamodb:BatchGetItem"],
  BatchWriteItem: ["dynamodb:BatchWriteItem"],
  DeleteItem: ["dynamodb:DeleteItem"],
  GetDurableExecution: ["lambda:GetDurableExecution"],
  GetItem: ["dynamodb:GetItem"],
  GetSecretValue: ["secretsmanager:GetSecretValue"],
  Invoke: ["lambda:InvokeFunction"],
  ListObjectVersions: ["s3:ListBucketVersions"],
  PutEvents: ["events:PutEvents"],
  PutItem: ["dynamodb:PutItem"],
  PutObject: ["s3:PutObject"],
  Query: ["dynamodb:Query"],
  Scan: ["dynamodb:Scan"],
  TransactWriteItems: [
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
  ],
  UpdateItem: ["dynamodb:UpdateItem"],
};

/** Set by hand where the template's way, a file in the package, does not fit. */
const BY_HAND = ["ETLWORKS_ROUTES", "ETLWORKS_ROUTES_FILE"];

describe("lambda/template.yaml", () => {
  it("allows each call that the functions make", () => {
    const calls = new Set(
      [...code.matchAll(/new (?:sdk\.)?(\w+)Command\(/g)].map(([, name]) => name),
    );
    expect(calls.size).toBeGreaterThan(1);
    const allowed = withMember(resources, "Action").flatMap(statement =>
      [statement["Action"]].flat().map(String),
    );
    for (const call of calls) {
      const rights = RIGHTS[call ?? ""];
      expect(rights, `which rights does ${call} need? Add it to RIGHTS`).toBeDefined();
      expect(allowed).toEqual(expect.arrayContaining([...(rights ?? [])]));
    }
  });

  it("sets each variable that the functions read", () => {
    const read = new Set([...code.matchAll(/"(ETLWORKS_[A-Z_]+)"/g)].map(([, name = ""]) => name));
    const set = withMember(resources, "Variables").flatMap(({ Variables }) =>
      Object.keys(Variables ?? {}),
    );
    expect(set).toEqual(expect.arrayContaining([...read].filter(name => !BY_HAND.includes(name))));
  });
});
