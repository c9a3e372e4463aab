import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readInputs } from "../../action/inputs/inputs.ts";
import { isObject, type JsonObject } from "../../shared/json.ts";
import type { OutcomeKind } from "../../shared/run/outcome.ts";
import { createSecrets } from "../../shared/secrets.ts";
import { readDeclaredInputs, readDeclaredOutputs } from "../action/action-metadata.ts";
import { emptyWorkspace } from "../action/empty-workspace.ts";
import { mistakes } from "../action/rejected-inputs.ts";
import { KINDS } from "../action/reports.ts";
import { root } from "./pages.ts";

const types: unknown = parse(readFileSync(join(root, "action-types.yml"), "utf8"));

function typesOf(section: "inputs" | "outputs"): readonly (readonly [string, JsonObject])[] {
  const entries = isObject(types) && isObject(types[section]) ? types[section] : {};
  return Object.entries(entries).map(([name, type]) => [name, isObject(type) ? type : {}] as const);
}

describe("action-types.yml", () => {
  it("has every input and output of action.yml, in its order", () => {
    expect(typesOf("inputs").map(([name]) => name)).toEqual(
      readDeclaredInputs().map(({ name }) => name),
    );
    expect(typesOf("outputs").map(([name]) => name)).toEqual(readDeclaredOutputs());
  });

  it.each(typesOf("inputs"))("gives %s a type that the Action takes", (name, type) => {
    for (const value of valuesOf(type)) {
      expect(() => read(name, value), `${name}: ${value}`).not.toThrow();
    }
    if (type["type"] === "enum") {
      // The sentence lists what is taken: no value may be missing here.
      const all = `Use one of: ${valuesOf(type).join(", ")}.`;
      expect(() => read(name, "something else")).toThrow(all);
    }
    if (type["type"] === "boolean") expect(() => read(name, "maybe")).toThrow("Use true or false");
    if (type["type"] === "integer") expect(() => read(name, "7.5")).toThrow("whole number");
  });

  it.each(typesOf("inputs").filter(([, type]) => type["type"] !== "string"))(
    "gives %s a type whose other values are among the mistakes that steps refuse",
    name => {
      const refused = mistakes.filter(({ inputs, sentence }) => {
        return (inputs[name]?.trim() ?? "") !== "" && sentence.startsWith(`${name}: `);
      });
      expect(refused).not.toEqual([]);
    },
  );

  it("knows every outcome", () => {
    const all: Readonly<Record<OutcomeKind, true>> = {
      success: true,
      warning: true,
      error: true,
      canceled: true,
      started: true,
      skipped: true,
      busy: true,
      "not-started": true,
      "start-unknown": true,
      "timed-out": true,
      lost: true,
      aborted: true,
      refused: true,
    };
    const outcome = typesOf("outputs").find(([name]) => name === "outcome")?.[1];
    expect(outcome?.["allowed-values"]).toEqual(Object.keys(all));
    expect(KINDS, "of test/action/reports.ts").toEqual(Object.keys(all));
  });
});

/** Values of a type; none for free text, whose form the type does not tell. */
function valuesOf(type: JsonObject): readonly string[] {
  const allowed = type["allowed-values"];
  switch (type["type"]) {
    case "boolean":
      return ["true", "false"];
    case "integer":
      return ["7"];
    case "enum":
      return Array.isArray(allowed) ? allowed.map(String) : [];
    default:
      expect(type).toEqual({ type: "string" });
      return [];
  }
}

function read(name: string, value: string) {
  const inputs: Record<string, string> = { "api-key": "a-key", "flow-id": "7", [name]: value };
  const environment = Object.entries(inputs).map(([key, text]): [string, string] => [
    `INPUT_${key.toUpperCase()}`,
    text,
  ]);
  return readInputs(
    Object.fromEntries(environment),
    createSecrets(() => undefined),
    emptyWorkspace,
  );
}
