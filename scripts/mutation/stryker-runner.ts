import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import { createVitest, type Vitest } from "vitest/node";
import { type Answer, isAnswer, openLine, type Question } from "./messages.ts";

declare module "vitest" {
  interface ProvidedContext {
    readonly mutationFiles: number;
  }
}

/** What Stryker asks of a runner, as far as it is used: its package is not there in other checks. */
interface MutantRun {
  /** In milliseconds, of which `RELOAD_MS` are for loading the tests anew. */
  readonly timeout: number;
  readonly testFilter?: readonly string[];
  readonly hitLimit?: number;
  readonly activeMutant: { readonly id: string };
}

/** `timeoutMS` of stryker.config.json. */
const RELOAD_MS = 60_000;
const PATIENCE_MS = 5_000;

type Tried = Answer & { readonly kind: "tried" };

/** Holds vitest open with all tests loaded, and asks it about one change after another. */
class StrykerRunner {
  #tests: LoadedTests | undefined;
  /** Whether a change has been tried since the tests were loaded. */
  #used = false;

  capabilities(): { reloadEnvironment: boolean } {
    return { reloadEnvironment: false };
  }

  async init(): Promise<void> {
    this.#tests = await loadTests();
    this.#used = false;
  }

  async dispose(): Promise<void> {
    await this.#tests?.close();
    this.#tests = undefined;
  }

  async dryRun(): Promise<unknown> {
    const answer = await this.#ask({ kind: "all" });
    if (answer.kind !== "timed") throw new Error(`an answer to another question: ${answer.kind}`);
    return {
      status: "complete",
      mutantCoverage: answer.coverage,
      tests: answer.tests.map(({ id, name, file, milliseconds, failure }) => ({
        id,
        name,
        fileName: resolve(file),
        timeSpentMs: milliseconds,
        ...(failure === undefined ? { status: 0 } : { status: 1, failureMessage: failure }),
      })),
    };
  }

  async mutantRun(run: MutantRun): Promise<unknown> {
    const wasFresh = !this.#used;
    let answer = await this.#try(run);
    if (answer?.spoilt === true && !wasFresh) answer = await this.#try(run);
    if (answer === undefined) return { status: "timeout", reason: "ran without end" };
    if (answer.endless) return { status: "timeout", reason: "entered without end" };
    if (answer.failed === undefined) return { status: "survived", nrOfTests: answer.ran };
    const { id, message } = answer.failed;
    return { status: "killed", killedBy: [id], failureMessage: message, nrOfTests: answer.ran };
  }

  /**
   * Undefined when the worker did not answer in time. When a change has left something behind that fails
   * the tests of later changes, the tests are loaded anew.
   */
  async #try(run: MutantRun): Promise<Tried | undefined> {
    this.#used = true;
    const limit = run.timeout - RELOAD_MS + PATIENCE_MS;
    const answer = await Promise.race([
      this.#ask({
        kind: "change",
        change: run.activeMutant.id,
        tests: run.testFilter,
        hitLimit: run.hitLimit,
      }),
      setTimeout(limit, undefined, { ref: false }),
    ]);
    if (answer === undefined) {
      await this.#tests?.kill();
      await this.init();
      return undefined;
    }
    if (answer.kind !== "tried") throw new Error(`an answer to another question: ${answer.kind}`);
    if (answer.spoilt) await this.#reload();
    return answer;
  }

  async #reload(): Promise<void> {
    await this.dispose();
    await this.init();
  }

  #ask(question: Question): Promise<Answer> {
    if (this.#tests === undefined) throw new Error("The tests are not loaded.");
    return this.#tests.ask(question);
  }
}

interface LoadedTests {
  ask(question: Question): Promise<Answer>;
  close(): Promise<void>;
  /** Ends a worker that hears nothing any more. */
  kill(): Promise<void>;
}

async function loadTests(): Promise<LoadedTests> {
  const vitest = await createVitest(
    "test",
    {
      config: join("scripts", "mutation", "vitest.config.ts"),
      runner: join(process.cwd(), "scripts", "mutation", "looping-runner.ts"),
      pool: "threads",
      maxWorkers: 1,
      isolate: false,
      watch: false,
      reporters: [{}],
      update: "none",
      onConsoleLog: () => false,
    },
    {},
    {},
  );
  const specifications = await vitest.globTestSpecifications();
  vitest.provide("mutationFiles", specifications.length);
  const line = openLine();
  const workers: Worker[] = [];
  const keepWorker = (worker: Worker): void => void workers.push(worker);
  process.on("worker", keepWorker);
  const over = vitest.runTestSpecifications(specifications, true);
  await Promise.race([line.hear(), over.then(() => failedToLoad(vitest))]);
  process.off("worker", keepWorker);
  return {
    async ask(question) {
      line.say(question);
      const answer = await line.hear();
      if (!isAnswer(answer)) throw new Error("The worker has said something else.");
      return answer;
    },
    async close() {
      line.say({ kind: "end" });
      await over;
      line.close();
      await vitest.close();
    },
    async kill() {
      line.close();
      for (const worker of workers) await worker.terminate();
      await over.catch(() => undefined);
      await vitest.close();
    },
  };
}

function failedToLoad(vitest: Vitest): never {
  const files = vitest.state.getFiles().filter(file => file.result?.state === "fail");
  const reasons = files.map(file => `${file.filepath}: ${file.result?.errors?.[0]?.message}`);
  throw new Error(`The tests could not be loaded: ${reasons.join("\n")}`);
}

export const strykerPlugins = [
  { kind: "TestRunner", name: "looping", injectableClass: StrykerRunner },
];
