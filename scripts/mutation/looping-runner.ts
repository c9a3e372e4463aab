import type { RunnerTestCase, RunnerTestFile, RunnerTestSuite } from "vitest";
import { TestRunner, vi } from "vitest";
import { type Answer, isQuestion, openLine, type Question, type TestTime } from "./messages.ts";

/**
 * Loads all test files once, and then runs their tests over and over, a change of the code at a time.
 * To load them anew for each change costs half a second, and there are 19,000 changes.
 */
export default class LoopingRunner extends TestRunner {
  readonly #files: RunnerTestFile[] = [];
  readonly #tests = new Map<string, RunnerTestCase>();
  readonly #milliseconds = new Map<RunnerTestCase, number>();
  readonly #state = shareState();
  #unhandled: unknown;

  async onCollected(files: RunnerTestFile[]): Promise<void> {
    for (const file of files) {
      this.#files.push(file);
      for (const test of testsIn(file)) {
        if (test.mode === "run" || test.mode === "queued") this.#tests.set(idOf(test), test);
        // Not by vitest: the loop runs it.
        test.mode = "skip";
      }
    }
    if (this.#files.length < this.injectValue("mutationFiles")) return;
    process.on("unhandledRejection", reason => {
      this.#unhandled = reason;
    });
    // Opens the inline snapshots of files that vitest has done with.
    for (const file of this.#files) await this.onBeforeRunSuite({ ...file, mode: "run" });
    await this.#answerQuestions();
  }

  async #answerQuestions(): Promise<void> {
    const line = openLine();
    line.say({ kind: "ready" });
    for (;;) {
      const question = await line.hear();
      if (!isQuestion(question)) continue;
      if (question.kind === "end") break;
      line.say(question.kind === "all" ? await this.#runAll() : await this.#runWith(question));
    }
    line.close();
  }

  async #runAll(): Promise<Answer> {
    const state = this.#state;
    state.activeMutant = undefined;
    const tests: TestTime[] = [];
    for (const [id, test] of this.#tests) {
      const start = performance.now();
      const failure = await this.#run(test.file, new Set([test]));
      const milliseconds = performance.now() - start;
      this.#milliseconds.set(test, milliseconds);
      const found = failure === undefined ? undefined : messageOf(failure.reason);
      tests.push({ id, name: id, file: test.file.filepath, milliseconds, failure: found });
    }
    state.currentTestId = undefined;
    return { kind: "timed", tests, coverage: state.mutantCoverage };
  }

  async #runWith(question: Question & { kind: "change" }): Promise<Answer> {
    const asked = (question.tests ?? [...this.#tests.keys()])
      .map(id => this.#tests.get(id))
      .filter(test => test !== undefined);
    const state = this.#state;
    state.hitCount = 0;
    state.hitLimit = question.hitLimit;
    state.activeMutant = question.change;
    const failure = await this.#runFiles(asked);
    state.activeMutant = undefined;
    const endless = question.hitLimit !== undefined && (state.hitCount ?? 0) > question.hitLimit;
    const answer = { kind: "tried", ran: asked.length, endless } as const;
    if (failure === undefined) return { ...answer, failed: undefined, spoilt: false };
    const failed = { id: idOf(failure.test), message: messageOf(failure.reason) };
    return { ...answer, failed, spoilt: await this.#isSpoilt(failure) };
  }

  /** Whether the change has left something behind that later tests would be blamed for. */
  async #isSpoilt({ test, reason }: Failure): Promise<boolean> {
    if (reason instanceof StillRunning) return true;
    vi.useRealTimers();
    vi.unstubAllEnvs();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
    return (await this.#run(test.file, new Set([test]))) !== undefined;
  }

  /** The quickest files first: nothing is run after the first failure. */
  async #runFiles(tests: readonly RunnerTestCase[]): Promise<Failure | undefined> {
    const byFile = new Map<RunnerTestFile, Set<RunnerTestCase>>();
    for (const test of tests) byFile.set(test.file, (byFile.get(test.file) ?? new Set()).add(test));
    const timed = [...byFile].map(([file, chosen]) => {
      const milliseconds = [...chosen].map(test => this.#milliseconds.get(test) ?? 0);
      return { file, chosen, milliseconds: milliseconds.reduce((sum, one) => sum + one, 0) };
    });
    timed.sort((one, other) => one.milliseconds - other.milliseconds);
    for (const { file, chosen } of timed) {
      const failure = await this.#run(file, chosen);
      if (failure !== undefined) return failure;
    }
    return undefined;
  }

  async #run(
    suite: RunnerTestSuite,
    chosen: ReadonlySet<RunnerTestCase>,
  ): Promise<Failure | undefined> {
    const [first] = testsIn(suite).filter(test => chosen.has(test));
    if (first === undefined) return undefined;
    const hooks = TestRunner.getSuiteHooks(suite);
    const after: (() => unknown)[] = [];
    let failure: Failure | undefined;
    try {
      // What is covered before all tests counts for the first.
      this.#state.currentTestId = idOf(first);
      for (const hook of hooks.beforeAll) keepCleanup(after, await hook(suite));
      for (const task of suite.tasks) {
        if (task.type === "suite") failure = await this.#run(task, chosen);
        else if (chosen.has(task)) failure = await this.#runTest(task);
        if (failure !== undefined) break;
      }
    } catch (reason) {
      failure = { test: first, reason };
    }
    try {
      for (const hook of hooks.afterAll.toReversed()) await hook(suite);
      for (const cleanup of after.toReversed()) await cleanup();
    } catch (reason) {
      failure ??= { test: first, reason };
    }
    return failure;
  }

  async #runTest(test: RunnerTestCase): Promise<Failure | undefined> {
    this.#state.currentTestId = idOf(test);
    this.#unhandled = undefined;
    const start = performance.now();
    const limit = Math.max(2_000, 10 * (this.#milliseconds.get(test) ?? 1_000));
    const { promise: tooLong, reject } = Promise.withResolvers<never>();
    const timer = realSetTimeout(
      () => reject(new StillRunning(`no end within ${limit} ms`)),
      limit,
    );
    try {
      await Promise.race([this.#attempt(test), tooLong]);
      if (this.#unhandled !== undefined) return { test, reason: this.#unhandled };
      if (!this.#milliseconds.has(test)) this.#milliseconds.set(test, performance.now() - start);
      return undefined;
    } catch (reason) {
      return { test, reason };
    } finally {
      realClearTimeout(timer);
    }
  }

  async #attempt(test: RunnerTestCase): Promise<void> {
    const suites = suitesAround(test);
    const cleanups: (() => unknown)[] = [];
    this.onBeforeTryTask(test, { retry: 0, repeats: 0 });
    try {
      for (const suite of suites) {
        for (const hook of TestRunner.getSuiteHooks(suite).beforeEach) {
          keepCleanup(cleanups, await hook(test.context, suite));
        }
      }
      await TestRunner.getTestFn(test)();
      this.onAfterTryTask(test);
    } finally {
      for (const suite of suites.toReversed()) {
        for (const hook of TestRunner.getSuiteHooks(suite).afterEach.toReversed()) {
          await hook(test.context, suite);
        }
      }
      for (const cleanup of cleanups.toReversed()) await cleanup();
    }
  }
}

interface Failure {
  readonly test: RunnerTestCase;
  readonly reason: unknown;
}

class StillRunning extends Error {}

// Tests put clocks of their own in their place.
const realSetTimeout = globalThis.setTimeout;
const realClearTimeout = globalThis.clearTimeout;

/** What changed code and its tests share: which change is active, and what each test has covered. */
interface StrykerState {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number;
  hitLimit?: number | undefined;
  readonly mutantCoverage?: unknown;
}

/** Changed code looks for it under this name. */
function shareState(): StrykerState {
  const state = {};
  Reflect.set(globalThis, "__stryker__", state);
  return state;
}

function testsIn(suite: RunnerTestSuite): readonly RunnerTestCase[] {
  return suite.tasks.flatMap(task => (task.type === "suite" ? testsIn(task) : [task]));
}

/** From the file to the innermost. */
function suitesAround(test: RunnerTestCase): readonly RunnerTestSuite[] {
  const suites: RunnerTestSuite[] = [];
  for (let suite = test.suite; suite !== undefined; suite = suite.suite) suites.unshift(suite);
  return [test.file, ...suites];
}

function idOf(test: RunnerTestCase): string {
  const names = suitesAround(test).map(suite => suite.name);
  return [...names, test.name].join(" > ");
}

function keepCleanup(cleanups: (() => unknown)[], returned: unknown): void {
  if (isCleanup(returned)) cleanups.push(returned);
}

function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}

function isCleanup(value: unknown): value is () => unknown {
  return typeof value === "function";
}
