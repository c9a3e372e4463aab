import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { root } from "./pages.ts";
import { dig, templateSection, withMember } from "./template.ts";

/**
 * Each role has the rights that its handler's calls need, and no other. The handler is bundled by
 * itself, so that what only another handler calls is not in it. That Terraform allows the same is
 * held in template.test.ts.
 */
const resources = templateSection("Resources");

/** What each operation on the ledger asks of the table. */
const OF_THE_LEDGER: Readonly<Record<string, readonly string[]>> = {
  takeNumbers: ["UpdateItem"],
  putEntry: ["PutItem"],
  readHead: ["GetItem"],
  claim: ["UpdateItem"],
  fallAsleep: ["UpdateItem"],
  raise: ["UpdateItem"],
  close: ["UpdateItem"],
  hold: ["UpdateItem"],
  resume: ["UpdateItem"],
  requestDrop: ["UpdateItem"],
  finishDrop: ["UpdateItem"],
  queryTickets: ["Query"],
  readTickets: ["BatchGetItem"],
  deleteTickets: ["BatchWriteItem"],
  armBatch: ["UpdateItem"],
  readBatch: ["GetItem"],
  beginBatch: ["UpdateItem"],
  takeOver: ["UpdateItem"],
  noteAuditId: ["UpdateItem"],
  noteOut: ["UpdateItem"],
  settleBatch: ["UpdateItem"],
  readEntries: ["BatchGetItem"],
  tellEntry: ["UpdateItem"],
  dropEntries: ["ConditionCheckItem", "DeleteItem", "UpdateItem"],
  waitAgain: ["PutItem", "UpdateItem"],
  listLanes: ["Query"],
  forgetLane: ["UpdateItem"],
  readCounter: ["GetItem"],
  scanEntries: ["Scan"],
};

/** The other calls of AWS, by what of a bundle shows that it makes them. */
const OTHERS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\bwake\d*\(|operations\.invoke\(/, ["lambda:InvokeFunction"]],
  [/\baskExecution\d*\(/, ["lambda:GetDurableExecution"]],
  [/\.putOnce\(/, ["s3:PutObject"]],
  [/\bobjects\.list\(|\blistObjects\(/, ["s3:ListBucketVersions"]],
  [/\bputEvent(?:\?\.)?\(/, ["events:PutEvents"]],
  [
    /withDurableExecution\(/,
    ["lambda:CheckpointDurableExecution", "lambda:GetDurableExecutionState"],
  ],
];

/** What Lambda itself does with the role of a function: queues, logs, keys, networks. */
const OF_LAMBDA = /^(?:sqs|logs|kms|ec2):/;

/** Only without lanes does the dispatcher read the secret, and the template has lanes. */
const READS_THE_SECRET = ["runner"];

describe.each(["dispatcher", "lane", "runner"])("the role of the %s", handler => {
  it("allows each call that it makes, and no other", async () => {
    const code = await bundled(handler);
    const onTable = [...code.matchAll(/\bledger\d*\.(\w+)\(/g)].flatMap(([, operation = ""]) =>
      (OF_THE_LEDGER[operation] ?? []).map(action => `dynamodb:${action}`),
    );
    const elsewhere = OTHERS.flatMap(([sign, rights]) => (sign.test(code) ? rights : []));
    const secret = READS_THE_SECRET.includes(handler) ? ["secretsmanager:GetSecretValue"] : [];
    const needed = new Set([...onTable, ...elsewhere, ...secret]);
    expect(needed.size).toBeGreaterThan(5);
    expect(allowedTo(handler).toSorted()).toEqual([...needed].toSorted());
  });
});

it("knows each operation on the ledger", () => {
  const file = readFileSync(join(root, "lambda", "lanes", "ledger", "ledger.ts"), "utf8");
  const [, operations = ""] = /export interface Ledger \{\n(.*?)\n\}/s.exec(file) ?? [];
  const names = [...operations.matchAll(/^ {2}(\w+)\(/gm)].map(([, name = ""]) => name);
  expect(names.toSorted()).toEqual(Object.keys(OF_THE_LEDGER).toSorted());
});

/** Our own code of one handler, without what it never calls. */
async function bundled(handler: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [`lambda/${handler}.ts`],
    bundle: true,
    packages: "external",
    format: "esm",
    platform: "node",
    target: "node24",
    write: false,
  });
  return outputFiles.map(({ text }) => text).join("\n");
}

function allowedTo(handler: string): string[] {
  const name = `${handler[0]?.toUpperCase()}${handler.slice(1)}Role`;
  const statements = withMember(dig(resources, name, "Properties", "Policies"), "Action");
  const actions = statements.flatMap(({ Action }) => [Action].flat().map(String));
  return [...new Set(actions)].filter(action => !OF_LAMBDA.test(action));
}
