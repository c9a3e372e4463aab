import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readInputs } from "../../action/inputs/inputs.ts";
import { currentReadme } from "../../scripts/reference.ts";
import { createSecrets } from "../../shared/secrets.ts";
import { readDeclaredInputs, readDeclaredOutputs, readRuns } from "./action-metadata.ts";
import { emptyWorkspace } from "./empty-workspace.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

describe("action.yml", () => {
  it("is tried on the Node that runners have", () => {
    expect(process.versions.node).toMatch(/^24\./);
    expect(readRuns()["using"]).toBe("node24");
  });

  it("names files that are there", () => {
    expect(existsSync(`${root}${String(readRuns()["main"])}`)).toBe(true);
    expect(existsSync(`${root}${String(readRuns()["post"])}`)).toBe(true);
    expect(Object.keys(readRuns()).toSorted()).toEqual(["main", "post", "using"]);
  });

  it("declares every input that is read, and no other", () => {
    const read = new Set<string>();
    const given: Record<string, string> = {
      "INPUT_API-KEY": "abcdefgh12345678",
      "INPUT_FLOW-ID": "7",
    };
    const environment = new Proxy(given, {
      get(target, name) {
        if (typeof name !== "string") return undefined;
        read.add(name);
        return target[name];
      },
    });
    readInputs(
      environment,
      createSecrets(() => undefined),
      emptyWorkspace,
    );
    const inputs = [...read].filter(name => name.startsWith("INPUT_"));
    expect(inputs.toSorted()).toEqual(
      readDeclaredInputs()
        .map(({ name }) => `INPUT_${name.toUpperCase()}`)
        .toSorted(),
    );
  });

  it("declares the outputs of the contract", () => {
    expect(readDeclaredOutputs()).toEqual([
      "flow-id",
      "flow-name",
      "audit-id",
      "status",
      "outcome",
      "duration-seconds",
      "started-at",
      "ended-at",
      "records",
      "message",
      "result",
      "results",
    ]);
  });

  it("is what the README tells", () => {
    const { is, shouldBe } = currentReadme(root);
    expect(is).toBe(shouldBe);
  });
});
