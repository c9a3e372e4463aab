import { createContext, Script } from "node:vm";
import { field } from "../../shared/json-fields.ts";

/**
 * Whether a value matches an expression from its first to its last character, in so many milliseconds;
 * three times as many where the machine was given to others meanwhile.
 */
export type RegexpWithTimeout = (value: string, limitMs: number) => "yes" | "no" | "too slow";

/**
 * Compiles an expression that is run under a time limit.
 *
 * The expression is the operator's, but the value is a file name that anyone may choose, and an
 * expression such as `(a+)+` takes years over the wrong one. To tell such expressions apart by their
 * looks is guesswork, so a limit is set on the run itself: V8 checks for termination whenever an
 * expression backtracks. V8 goes by the clock, though, and a small function gets a processor for a part
 * of each second only, so a sane expression can run out of time before it begins. One that has hardly
 * computed is tried again. `computedMs` tells how long this thread has computed.
 *
 * Throws SyntaxError when the expression is malformed.
 */
export function compileRegexpWithTimeout(
  expression: string,
  computedMs: () => number = threadComputedMs,
): RegexpWithTimeout {
  // On its own first, so that "a)(b" cannot close our group.
  const anchored = new RegExp(`^(?:${new RegExp(expression, "u").source})$`, "u");
  const script = new Script("expression.test(value)");
  let room: { value: string } | undefined;
  const matches = (value: string, timeout: number) => {
    // Making a context takes milliseconds, so it is made when it is first needed and kept.
    room ??= Object.assign(createContext({ expression: anchored }), { value });
    room.value = value;
    try {
      return script.runInContext(room, { timeout }) === true ? "yes" : "no";
    } catch (error) {
      if (isTimeout(error)) return "too slow";
      throw error;
    }
  };
  return (value, limitMs) => {
    const timeout = Math.max(1, Math.round(limitMs));
    for (let attempt = 1; ; attempt++) {
      const before = computedMs();
      const answer = matches(value, timeout);
      const hasComputed = computedMs() - before >= timeout / 2;
      if (answer !== "too slow" || hasComputed || attempt === MAX_ATTEMPTS) return answer;
    }
  };
}

const MAX_ATTEMPTS = 3;

function threadComputedMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** The error belongs to the other context, so it is no instance of our Error. */
function isTimeout(error: unknown): boolean {
  return field(error, "code") === "ERR_SCRIPT_EXECUTION_TIMEOUT";
}
