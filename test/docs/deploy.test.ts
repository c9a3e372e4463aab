import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseRoutes } from "../../lambda/routes.ts";
import { isObject } from "../../shared/json.ts";
import { root } from "./pages.ts";

/** The scripts of examples/lambda call AWS with what lambda/template.yaml has. */
const template: unknown = parse(readFileSync(join(root, "lambda", "template.yaml"), "utf8"), {
  logLevel: "silent",
});
const parameters = section("Parameters");
const outputs = section("Outputs");
const noBash = process.platform === "win32" || spawnSync("bash", ["--version"]).error !== undefined;

describe("examples/lambda/deploy.sh", () => {
  it.skipIf(noBash)("gives the template all parameters that it demands, and no other", () => {
    const { calls, clone } = play("deploy.sh");
    try {
      const deploy = calls.find(([command]) => command === "sam") ?? [];
      const from = deploy.indexOf("--parameter-overrides") + 1;
      const given = Object.fromEntries(
        deploy
          .slice(from)
          .map(pair => [pair.split("=")[0] ?? "", pair.slice(pair.indexOf("=") + 1)]),
      );
      const demanded = Object.entries(parameters).flatMap(([name, parameter]) =>
        isObject(parameter) && parameter["Default"] === undefined ? [name] : [],
      );
      expect(Object.keys(parameters)).toEqual(expect.arrayContaining(Object.keys(given)));
      expect(Object.keys(given)).toEqual(expect.arrayContaining(demanded));
      expect(given["SecretArn"]).toMatch(new RegExp(String(patternOf("SecretArn"))));
      const routes = readFileSync(join(clone, "dist", "lambda", "routes.json"), "utf8");
      expect(parseRoutes(routes)).toHaveLength(1);
    } finally {
      rmSync(clone, { recursive: true, force: true });
    }
  });

  it.skipIf(noBash)("puts the key nowhere but into the file that AWS reads", () => {
    const { calls, clone } = play("deploy.sh");
    rmSync(clone, { recursive: true, force: true });
    expect(calls.flat().join(" ")).toContain("file://etlworks-key.txt");
    expect(calls.flat().join(" ")).not.toContain("the-key");
  });
});

describe("examples/lambda/send-message.sh", () => {
  it.skipIf(noBash)("asks for an output that the template has", () => {
    const { calls, clone } = play("send-message.sh");
    rmSync(clone, { recursive: true, force: true });
    const [, name = ""] = /OutputKey=='(\w+)'/.exec(calls.flat().join(" ")) ?? [];
    expect(Object.keys(outputs)).toContain(name);
    expect(calls.at(-1)).toContain('{"refresh": "customers"}');
  });
});

/** Runs a script in a folder that looks like a clone, with an `aws` and a `sam` that only take notes. */
function play(script: string): {
  readonly calls: readonly (readonly string[])[];
  readonly clone: string;
} {
  const clone = mkdtempSync(join(tmpdir(), "etlworks-deploy-"));
  mkdirSync(join(clone, "bin"));
  mkdirSync(join(clone, "dist", "lambda"), { recursive: true });
  cpSync(join(root, "examples", "routes", "files.json"), join(clone, "routes.json"));
  writeFileSync(join(clone, "etlworks-key.txt"), "the-key\n");
  const notes = join(clone, "calls");
  for (const command of ["aws", "sam"]) {
    const stub = join(clone, "bin", command);
    writeFileSync(
      stub,
      `#!/usr/bin/env bash\n{ printf '%s\\0' ${command} "$@"; printf '\\n'; } >>"${notes}"\n` +
        `if [[ "$2" == create-secret ]]; then echo arn:aws:secretsmanager:eu-central-1:111122223333:secret:etlworks-key-AbCdEf; fi\n`,
    );
    chmodSync(stub, 0o755);
  }
  const result = spawnSync("bash", [join(root, "examples", "lambda", script)], {
    cwd: clone,
    env: { PATH: `${join(clone, "bin")}:${process.env["PATH"]}` },
    encoding: "utf8",
  });
  expect(result.status, result.stderr).toBe(0);
  const calls = readFileSync(notes, "utf8").trimEnd().split("\0\n");
  return { calls: calls.map(call => call.replace(/\0$/, "").split("\0")), clone };
}

function section(name: string): Readonly<Record<string, unknown>> {
  const found = isObject(template) ? template[name] : undefined;
  return isObject(found) ? found : {};
}

function patternOf(name: string): unknown {
  const parameter = parameters[name];
  return isObject(parameter) ? parameter["AllowedPattern"] : undefined;
}
