import { describe, expect, it } from "vitest";
import { readLaneOrder, readRunnerOrder } from "../../lambda/order.ts";
import { NO_COUNTS, NO_OBJECTS, NO_TEXTS } from "./wrong-values.ts";

describe("an order", () => {
  const order = { lane: "a", gen: 0 };

  it("is read as it is sent", () => {
    expect(readLaneOrder({ ...order, later: 1 })).toStrictEqual(order);
    const run = { ...order, batch: 0 };
    expect(readRunnerOrder({ ...run, later: 1 })).toStrictEqual(run);
    expect(readRunnerOrder({ ...run, follow: "9" })).toStrictEqual({ ...run, follow: "9" });
  });

  it.each(NO_OBJECTS)("is not %j", value => {
    expect(readLaneOrder(value)).toBeUndefined();
    expect(readRunnerOrder(value)).toBeUndefined();
  });

  it("has a lane and a generation, and for the runner a batch", () => {
    for (const lane of NO_TEXTS) {
      expect(readLaneOrder({ ...order, lane })).toBeUndefined();
      expect(readRunnerOrder({ ...order, lane, batch: 1 })).toBeUndefined();
    }
    for (const count of NO_COUNTS) {
      expect(readLaneOrder({ ...order, gen: count })).toBeUndefined();
      expect(readRunnerOrder({ ...order, batch: count })).toBeUndefined();
    }
    for (const follow of NO_TEXTS.slice(1)) {
      expect(readRunnerOrder({ ...order, batch: 1, follow })).toBeUndefined();
    }
  });
});
