import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { noBash, playScript } from "./clone.ts";
import { root } from "./pages.ts";

const noZip = noBash || spawnSync("zip", ["-v"]).error !== undefined;

describe.skipIf(noZip)("examples/terraform/package.sh", () => {
  it("puts the routes beside the functions of a release, under the name that they look for", () => {
    const { status, names, routes } = pack("files.json");
    expect(status).toBe(0);
    expect(names).toEqual(["dispatcher.mjs", "routes.json"]);
    expect(routes).toBe(readFileSync(join(root, "examples/routes/files.json"), "utf8"));
  });

  it("makes no package of wrong routes", () => {
    const { status, names, errors } = pack("schedule-input.json");
    expect(status).toBe(1);
    expect(names).toEqual([]);
    expect(errors).toContain("The routes are refused");
  });
});

describe.skipIf(noBash)("examples/terraform/remove.sh", () => {
  it("takes what is kept out of the state before anything is destroyed", () => {
    const { calls, status } = playScript("terraform/remove.sh", {
      stubs: ["terraform"],
      arguments: ["-var-file=my.tfvars"],
    });
    expect(status).toBe(0);
    const kept = ["ledger.tf", "queues.tf"].flatMap(file =>
      readFileSync(join(root, "examples", "terraform", file), "utf8")
        .split(/^(?=resource )/m)
        .filter(block => block.includes("prevent_destroy"))
        .map(block => /^resource "(\w+)" "(\w+)"/.exec(block)?.slice(1).join(".")),
    );
    expect(calls).toEqual([
      ["terraform", "state", "rm", ...kept],
      ["terraform", "destroy", "-var-file=my.tfvars"],
    ]);
  });
});

/** Packs a release of one file with an example's routes, in a folder like a clone. */
function pack(routes: string) {
  const clone = mkdtempSync(join(tmpdir(), "etlworks-package-"));
  const run = (command: string, ...words: readonly string[]) =>
    spawnSync(command, words, {
      cwd: clone,
      encoding: "utf8",
      env: { PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter) },
    });
  try {
    for (const name of ["scripts", "examples"]) symlinkSync(join(root, name), join(clone, name));
    cpSync(join(root, "examples", "routes", routes), join(clone, "my-routes.json"));
    writeFileSync(join(clone, "dispatcher.mjs"), "");
    run("zip", "-q", "release.zip", "dispatcher.mjs");
    const script = "examples/terraform/package.sh";
    const { status, stderr } = run("bash", script, "release.zip", "my-routes.json", "package.zip");
    const names = run("zipinfo", "-1", "package.zip").stdout.split("\n").slice(0, -1);
    const { stdout } = run("unzip", "-p", "package.zip", "routes.json");
    return { status, errors: stderr, names: status === 0 ? names : [], routes: stdout };
  } finally {
    rmSync(clone, { recursive: true, force: true });
  }
}
