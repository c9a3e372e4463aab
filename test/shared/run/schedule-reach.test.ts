import { describe, expect, it } from "vitest";
import { ours, peers, withoutHistory } from "../../bench/polling/contenders.ts";
import { follow, nightly } from "../../bench/polling/crowd.ts";
import { logNormal, quantile } from "../../bench/polling/length.ts";
import { hindsight, mean, measure, pollCost } from "../../bench/polling/measure.ts";
import { optimum } from "../../bench/polling/optimum.ts";
import {
  againstScaleFree,
  latenessOverPromise,
  misleading,
  share,
  shareAt,
} from "../../bench/polling/reach.ts";
import { ruleWithKnownLaw } from "../../bench/polling/rule.ts";
import { steady } from "../../bench/polling/scenarios.ts";
import { expectedCost, pollAges } from "../../bench/polling/score.ts";

/** A small version of `bench:polling` with the same fixed seed. */
const counts = { paths: 12, lengths: 80 };

const bounds = { shortest: 1, longest: (age: number) => Math.max(300, age / 10) };

describe("the optimum", () => {
  it.each([
    [0.05, 0.31],
    [0.1, 0.44],
    [0.3, 0.71],
    [0.8, 0.95],
  ])("at spread %d costs %d of the best fixed interval", (spread, expected) => {
    const shares = [10, 60, 600, 3_600].map(typical => {
      const flow = steady(spread, 0).of(typical);
      return optimum(flow.next, pollCost).cost / hindsight(flow);
    });
    expect(Math.abs(mean(shares) - expected)).toBeLessThan(0.015);
  });

  it.each(peers.map(peer => [peer.name, peer] as const))("is not beaten by %s", (_, peer) => {
    for (const typical of [10, 60, 600]) {
      const length = logNormal(typical, 0.3);
      const nextGap = peer.start([], () => 0.5);
      const polls = pollAges(nextGap, quantile(length, 1 - 1e-6));
      const best = optimum(length, pollCost).cost;
      expect(expectedCost(polls, length, pollCost)).toBeGreaterThan(0.999 * best);
    }
  });

  it("is nearly reached by our rule, were the law of the length known", () => {
    for (const spread of [0.05, 0.1, 0.3, 0.8]) {
      for (const typical of [10, 60, 600]) {
        const length = logNormal(typical, spread);
        const polls = pollAges(ruleWithKnownLaw(length, pollCost), quantile(length, 1 - 1e-6));
        const ratio =
          expectedCost(polls, length, pollCost) / optimum(length, pollCost, bounds).cost;
        expect(ratio).toBeGreaterThan(0.999);
        expect(ratio).toBeLessThan(1.02);
      }
    }
  });
});

describe("known flows", () => {
  it.each([
    [0.05, 20, 0.4],
    [0.1, 20, 0.5],
    [0.3, 20, 0.8],
    [0.8, 20, 1.05],
    [0.1, 5, 0.6],
  ])("with spread %d and %d past runs cost at most %d", (spread, runs, target) => {
    // Two digits: this few histories leave 0.005 of noise.
    expect(Math.round(100 * share(steady(spread, runs), counts)) / 100).toBeLessThanOrEqual(target);
  });

  it.each([0.05, 0.1, 0.3])("with spread %d are noticed within 1 s or 3 %%", spread => {
    expect(latenessOverPromise(spread, counts)).toBeLessThan(1.03);
  });
});

describe("flows that mislead", () => {
  it.each(misleading.map(scenario => [scenario.name, scenario] as const))(
    "%s: at most 15 % worse than the scale-free form",
    (_, scenario) => {
      const several = { paths: 24, lengths: 30 };
      expect(againstScaleFree(scenario, several, [10, 60, 600, 28_800])).toBeLessThan(1.15);
    },
  );
});

describe("flows without history", () => {
  it.each([10, 14, 20, 60, 600, 28_800])(
    "of %d s cost at most 1.5 times the best fixed interval",
    typical => {
      expect(shareAt(steady(0.3, 0), typical, counts)).toBeLessThan(1.5);
    },
  );

  it("are followed in the scale-free form", () => {
    const flow = steady(0.3, 0).of(600);
    expect(measure(flow, ours, counts)).toEqual(measure(flow, withoutHistory, counts));
  });
});

describe("600 waiters of one organisation", () => {
  it("are hardly ever refused, where the 5 s loop collapses", () => {
    expect(follow(nightly, 600, "ours").refused).toBeLessThan(0.01);
    expect(follow(nightly, 600, "5 s loop").refused).toBeGreaterThan(0.5);
  });
});
