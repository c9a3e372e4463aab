import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isObject } from "../../shared/json.ts";
import { hostStep, type StepProcess, spawnStep } from "./step-process.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "etlworks-step-process-"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(join(folder, "connections"), "");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a step of these lines prints, and how it ends. */
async function run(
  begin: typeof spawnStep,
  lines: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  whenPrinted?: (step: StepProcess) => void,
) {
  const entry = join(folder, "index.js");
  writeFileSync(entry, lines.join("\n"));
  let stdout = "";
  let stderr = "";
  const step = begin({
    entry,
    environment: { WATCHED_CONNECTIONS: join(folder, "connections"), ...environment },
    onStdout: part => {
      stdout += part;
      whenPrinted?.(step);
    },
    onStderr: part => {
      stderr += part;
    },
  });
  const giveUp = setTimeout(() => step.signal("SIGKILL"), 20_000);
  const exitCode = await step.ended;
  clearTimeout(giveUp);
  return { exitCode, stdout, stderr };
}

describe.each([
  ["a process of its own", spawnStep],
  ["a process that has played others", hostStep],
])("a step in %s", (_, begin) => {
  it("tells what it prints and its exit code", async () => {
    const lines = [
      'console.log("to stdout");',
      'console.error("to stderr");',
      "process.exitCode = 1;",
    ];
    const seen = { exitCode: 1, stdout: "to stdout\n", stderr: "to stderr\n" };
    expect(await run(begin, lines)).toEqual(seen);
    expect(await run(begin, [])).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  });

  it("gets its environment and no other", async () => {
    const lines = ["console.log(JSON.stringify(process.env));"];
    const environmentOf = async (environment: Record<string, string>) => {
      const { stdout } = await run(begin, lines, environment);
      const variables: unknown = JSON.parse(stdout);
      return Object.entries(isObject(variables) ? variables : {}).filter(
        ([name]) => name !== "NODE_COMPILE_CACHE",
      );
    };
    expect(await environmentOf({ ONE: "1" })).toEqual([["ONE", "1"]]);
    expect(await environmentOf({ OTHER: "2" })).toEqual([["OTHER", "2"]]);
  });

  it("hears a signal, or is ended by it", async () => {
    const stays = ['console.log("ready");', "const timer = setInterval(() => undefined, 1000);"];
    const listens =
      'process.once("SIGINT", () => { process.exitCode = 7; clearInterval(timer); });';
    const interrupt = (step: StepProcess) => step.signal("SIGINT");
    expect(await run(begin, [listens, ...stays], {}, interrupt)).toMatchObject({ exitCode: 7 });
    expect(await run(begin, stays, {}, interrupt)).toMatchObject({ exitCode: null });
  });

  it("has a clock as fast as it is asked for, and the real one else", async () => {
    const lines = [
      "const begun = [Date.now(), performance.now()];",
      "const tell = () => console.log(JSON.stringify([Date.now() - begun[0], performance.now() - begun[1]]));",
      "setTimeout(tell, Number(process.env.WAIT));",
    ];
    const passed = async (environment: Record<string, string>) => {
      const { stdout } = await run(begin, lines, environment);
      const times: unknown = JSON.parse(stdout);
      return Array.isArray(times) ? times.map(Number) : [];
    };
    const begun = performance.now();
    for (const time of await passed({ WAIT: "60000", FAST_CLOCK: "1000" })) {
      // A timer may be a millisecond early, which is a second of this clock.
      expect(time).toBeGreaterThan(58_000);
    }
    for (const time of await passed({ WAIT: "20" })) expect(time).toBeGreaterThan(15);
    expect(performance.now() - begun).toBeLessThan(30_000);
  });
});

/** What Node does by itself for a process of its own. */
describe("a step in a process that has played others", () => {
  const begin = hostStep;

  it("has modules that no other step has changed", async () => {
    const lines = ["let mine = 0;", "console.log(++mine);"];
    expect([await run(begin, lines), await run(begin, lines)]).toMatchObject([
      { stdout: "1\n" },
      { stdout: "1\n" },
    ]);
  });

  it("goes on until nothing is open any more", async () => {
    const lines = ['setTimeout(() => console.log("late"), 30);'];
    expect(await run(begin, lines)).toMatchObject({ exitCode: 0, stdout: "late\n" });
  });

  it.each([
    ["throws", 'throw new Error("nobody catches this");'],
    ["leaves a promise to fail", 'void Promise.reject(new Error("nobody catches this"));'],
    ["throws later", 'setTimeout(() => { throw new Error("nobody catches this"); }, 5);'],
  ])("fails when it %s", async (_name, line) => {
    const { exitCode, stderr } = await run(begin, [line]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("nobody catches this");
    expect(await run(begin, [])).toMatchObject({ exitCode: 0 });
  });

  it("tells a signal that ended it", async () => {
    const lines = ['process.kill(process.pid, "SIGKILL");', "setInterval(() => undefined, 1000);"];
    expect(await run(begin, lines)).toMatchObject({ exitCode: null });
  });

  it("is not ended by a signal to the one before it", async () => {
    const tellPid = ["console.log(process.pid);"];
    const before = await run(begin, tellPid);
    process.kill(Number(before.stdout), "SIGTERM");
    expect(await run(begin, tellPid)).toEqual(before);
  });

  it("does not hear signals of a step before it", async () => {
    const listens = ['process.on("SIGTERM", () => console.log("heard"));'];
    expect(await run(begin, listens)).toMatchObject({ exitCode: 0 });
    expect(await run(begin, ['console.log(process.listenerCount("SIGTERM"));'])).toMatchObject({
      stdout: "0\n",
    });
  });
});
