import type { Ledger } from "../../lambda/lanes/ledger/ledger.ts";

export interface LedgerCall {
  readonly name: string;
  readonly input: readonly unknown[];
}

/**
 * A ledger each of whose operations passes through `meet`, which lets it happen, delays it, throws
 * before it, or throws after it as if its answer were lost.
 */
export function observeLedger(
  ledger: Ledger,
  meet: (call: LedgerCall, happen: () => Promise<unknown>) => Promise<unknown>,
): Ledger {
  return new Proxy(ledger, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== "function") return method;
      return (...input: readonly unknown[]) =>
        meet({ name: String(name), input }, async () => {
          const answer: unknown = await Reflect.apply(method, target, input);
          return answer;
        });
    },
  });
}
