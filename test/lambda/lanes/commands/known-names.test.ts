import { describe, expect, it } from "vitest";
import { refuseUnknownLane } from "../../../../lambda/lanes/commands/known-names.ts";
import type { Ledger } from "../../../../lambda/lanes/ledger/ledger.ts";
import { LedgerFault } from "../../../../lambda/lanes/ledger/ledger-fault.ts";
import { UserError } from "../../../../shared/user-error.ts";
import { computingMs } from "../../../computing-time.ts";
import { createMemoryLedger } from "../../../virtual/memory-ledger.ts";

async function world(lanes: readonly string[], pageSize = 2) {
  const { ledger, table } = createMemoryLedger({ pageSize });
  for (const lane of lanes) await ledger.takeNumbers(lane, 1, 0);
  const waits: number[] = [];
  const refuse = (lane: string, expected: readonly string[] = [], used: Ledger = ledger) =>
    refuseUnknownLane(lane, expected, {
      attempts: 3,
      random: () => 0.5,
      sleep: async milliseconds => void waits.push(milliseconds),
      ledger: used,
    });
  return { ledger, table, waits, refuse };
}

const failureOf = (work: Promise<void>): Promise<unknown> =>
  work.then(
    () => "none",
    (error: unknown) => error,
  );
const ALL = 'Invoke the dispatcher with {"lanes": true} to see all lanes.';

describe("a lane that a command names", () => {
  it("is known when it is expected, and the ledger is not asked", async () => {
    const { refuse, table } = await world([]);
    await expect(refuse("orders", ["stock", "orders"])).resolves.toBeUndefined();
    expect(table.lanes.size).toBe(0);
  });

  it("is not asked for where it is longer than any lane, which the table refuses", async () => {
    const { refuse, ledger } = await world(["orders"]);
    const readHead = () => Promise.reject(new Error("Size of hashkey has exceeded the maximum."));
    const failure = await failureOf(refuse("ü".repeat(513), [], { ...ledger, readHead }));
    expect(failure).toBeInstanceOf(UserError);
    expect(await failureOf(refuse("ü".repeat(512), [], { ...ledger, readHead }))).toEqual(
      new Error("Size of hashkey has exceeded the maximum."),
    );
  });

  it("is known when it had an event of late, on any page of the list", async () => {
    const { refuse } = await world(["a", "b", "c", "orders"]);
    await expect(refuse("orders")).resolves.toBeUndefined();
  });

  it("is known by its head when it is not listed any more", async () => {
    const { refuse, ledger } = await world(["stock"]);
    await ledger.hold("orders", { by: "Ann", why: "x", at: 1 });
    await ledger.resume("orders");
    await expect(refuse("orders")).resolves.toBeUndefined();
  });

  it("is refused when nobody has heard of any lane", async () => {
    const { refuse } = await world([]);
    const failure = await failureOf(refuse("orders"));
    expect(failure).toBeInstanceOf(UserError);
    expect(failure).toHaveProperty(
      "message",
      `No such lane is known: "orders". There is no lane yet. ${ALL}`,
    );
  });

  it("is refused with the nearest names of those that are listed and expected", async () => {
    const { refuse } = await world(["stock", "order", "orders-eu", "x1", "x2", "x3"]);
    const failure = await failureOf(refuse("orders", ["ordres", "stock", "stock"]));
    expect(failure).toHaveProperty(
      "message",
      `No such lane is known: "orders". The nearest names are "order", "ordres", "orders-eu", "stock", "x1". ${ALL}`,
    );
  });

  it("is refused with one name when there is one", async () => {
    const { refuse } = await world(["stock"]);
    expect(await failureOf(refuse("orders"))).toHaveProperty(
      "message",
      `No such lane is known: "orders". The nearest names are "stock". ${ALL}`,
    );
  });

  it("is shown with its beginning when it is very long", async () => {
    const near = `${"a".repeat(200)}c`;
    const { refuse } = await world([near]);
    const cut = "a".repeat(200);
    expect(await failureOf(refuse(`${"a".repeat(200)}bb`))).toHaveProperty(
      "message",
      `No such lane is known: "${cut}… (202 characters)". The nearest names are "${cut}… (201 characters)". ${ALL}`,
    );
  });

  it("is compared by the beginning of its name alone", async () => {
    const beginning = "ab".repeat(100);
    const { refuse } = await world(["ababc", `${beginning}${"z".repeat(500)}`]);
    const failure = await failureOf(refuse(beginning));
    expect(failure).toHaveProperty(
      "message",
      `No such lane is known: "${beginning}". The nearest names are "${beginning}… (700 characters)", "ababc". ${ALL}`,
    );
  });

  it.each([
    ["one letter more", (name: string) => `${name.slice(0, 100)}x${name.slice(100)}`],
    ["capitals", (name: string) => name.toUpperCase()],
    ["two letters wrong", (name: string) => `${name.slice(0, 90)}xy${name.slice(92)}`],
  ])("is found among 5,000 long names with %s, in little time", async (_how, mistyped) => {
    const names = Array.from({ length: 5_000 }, (_, index) =>
      `customers/${index}/${"orders-of-the-day/".repeat(12)}`.slice(0, 180),
    );
    const { refuse } = await world(names, 1_000);
    const [meant = ""] = names.slice(4_711);
    let failure: unknown;
    const took = await computingMs(async () => {
      failure = await failureOf(refuse(mistyped(meant)));
    });
    expect(String(failure)).toContain(`The nearest names are "${meant}"`);
    expect(took).toBeLessThan(3_000);
  });

  it("is looked up again when the ledger does not answer", async () => {
    const { refuse, ledger, waits } = await world(["orders"]);
    let heads = 0;
    let lists = 0;
    const weak: Ledger = {
      ...ledger,
      readHead: async lane => {
        heads += 1;
        if (heads < 3) throw new LedgerFault("throttled", "slow down");
        return ledger.readHead(lane);
      },
      listLanes: async after => {
        lists += 1;
        if (lists < 2) throw new LedgerFault("unanswered", "no answer");
        return ledger.listLanes(after);
      },
    };
    await expect(refuse("orders", [], weak)).resolves.toBeUndefined();
    expect(waits).toStrictEqual([50, 100, 50]);
  });
});
