/** What the worker is asked. */
export type Question =
  /** Run every test, and note what each one covers. */
  | { readonly kind: "all" }
  /** Run these tests while one change is active, until one of them fails. */
  | {
      readonly kind: "change";
      readonly change: string;
      readonly tests: readonly string[] | undefined;
      readonly hitLimit: number | undefined;
    }
  | { readonly kind: "end" };

export interface TestTime {
  readonly id: string;
  readonly name: string;
  readonly file: string;
  readonly milliseconds: number;
  /** Why it failed, without any change. */
  readonly failure: string | undefined;
}

/** What the worker says. */
export type Answer =
  | { readonly kind: "ready" }
  | { readonly kind: "timed"; readonly tests: readonly TestTime[]; readonly coverage: unknown }
  | {
      readonly kind: "tried";
      readonly ran: number;
      /** The first test that failed. */
      readonly failed: { readonly id: string; readonly message: string } | undefined;
      /** Whether changed code was entered more often than it can be without running for ever. */
      readonly endless: boolean;
      /** Whether the failed test now fails without the change too, or still runs. */
      readonly spoilt: boolean;
    };

/** One end of the line between Stryker's runner and the worker that holds the tests. */
export interface Line {
  say(message: Question | Answer): void;
  /** The next message, or the oldest that nobody has heard yet. */
  hear(): Promise<unknown>;
  close(): void;
}

/** Both ends are threads of one process, and each process has a line of its own. */
export function openLine(): Line {
  const channel = new BroadcastChannel("mutation");
  const messages: unknown[] = [];
  let heard: (() => void) | undefined;
  channel.addEventListener("message", event => {
    messages.push(event instanceof MessageEvent ? event.data : undefined);
    heard?.();
  });
  return {
    say(message) {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- no window
      channel.postMessage(message);
    },
    async hear() {
      while (messages.length === 0) {
        await new Promise<void>(resolve => {
          heard = resolve;
        });
      }
      return messages.shift();
    },
    close() {
      channel.close();
    },
  };
}

export function isQuestion(value: unknown): value is Question {
  return ["all", "change", "end"].includes(kindOf(value));
}

export function isAnswer(value: unknown): value is Answer {
  return ["ready", "timed", "tried"].includes(kindOf(value));
}

/** Uses no code of the product: it may be changed. */
function kindOf(value: unknown): string {
  return typeof value === "object" && value !== null && "kind" in value ? String(value.kind) : "";
}
