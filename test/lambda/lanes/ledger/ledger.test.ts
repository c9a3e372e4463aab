import { describe, test } from "vitest";
import { createMemoryLedger } from "../../../virtual/memory-ledger.ts";
import { LEDGER_STORIES } from "./ledger-stories.ts";

describe("the ledger over maps", () => {
  const { ledger } = createMemoryLedger({ pageSize: 2 });
  for (const [index, { name, play }] of LEDGER_STORIES.entries()) {
    test(name, () => play({ ledger, lane: `lane ${index}` }));
  }
});
