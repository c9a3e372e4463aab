import { writeFileSync } from "node:fs";
import { type Contender, contenders, ours, peers, withoutHistory } from "./contenders.ts";
import { quantile } from "./length.ts";
import { bestFixed, hindsight, mean, measure, measureOptimum, pollCost } from "./measure.ts";
import { optimum } from "./optimum.ts";
import { markdownTable, plainTable, refresh } from "./page.ts";
import { type Curve, picture } from "./picture.ts";
import { lengths, reached } from "./reach.ts";
import { ruleWithKnownLaw } from "./rule.ts";
import {
  drifting,
  type Flow,
  failingEarly,
  queueing,
  type Scenario,
  steady,
  stepping,
  twoModes,
} from "./scenarios.ts";
import { expectedCost, pollAges, type Score } from "./score.ts";

/** Enough for two digits; the whole takes about a minute. The seed is fixed. */
const counts = { paths: 100, lengths: 200 } as const;

const scenarios: readonly Scenario[] = [
  ...[0.05, 0.1, 0.3, 0.8].map(spread => steady(spread, 20)),
  steady(0.1, 5),
  steady(0.1, 1),
  steady(0.3, 0),
  drifting(0.02),
  drifting(0.05),
  drifting(-0.03),
  stepping(2),
  stepping(0.5),
  twoModes(0.5, 20),
  twoModes(0.8, 3),
  queueing,
  failingEarly,
];

const head = ["", "ours", "optimum", ...contenders.slice(1).map(contender => contender.name)];

introduce();
compareCosts();
compareLengths();
compareOptimum();
draw();
reach();

/** Whose schedules these are. */
function introduce(): void {
  refresh("names", contenders.map(({ name, like }) => `- **${name}**: ${like}`).join("\n"));
}

/** The table: cost as a share of the best fixed interval with hindsight, for each kind of flow. */
function compareCosts(): void {
  const rows = scenarios.map(scenario => {
    const flows = lengths.map(scenario.of);
    const share = (score: (flow: (typeof flows)[number]) => Score) =>
      mean(flows.map(flow => score(flow).cost.mean / hindsight(flow))).toFixed(2);
    const one = (contender: Contender) => share(flow => measure(flow, contender, counts));
    const best = share(flow => measureOptimum(flow, counts));
    return [scenario.name, `**${one(ours)}**`, best, ...contenders.slice(1).map(one)];
  });
  console.log("Cost as a share of the best fixed interval with hindsight, mean of 10 s to 8 h\n");
  console.log(plainTable(head, rows).replaceAll("**", ""));
  refresh("costs", markdownTable(head, rows));
}

/** What the shares mean: seconds late and requests sent, mean and 95th percentile. */
function compareLengths(): void {
  const typical = [
    [3, "3 s"],
    [30, "30 s"],
    [600, "10 min"],
    [3_600, "1 h"],
    [28_800, "8 h"],
  ] as const;
  const columns = ["", "late by", "95 %", "requests", "95 %", "cost", "95 %"];
  const rows = typical.flatMap(([seconds, name]) => {
    const flow = steady(0.1, 20).of(seconds);
    const row = (schedule: string, score: Score) => [
      `${name}, ${schedule}`,
      ...[score.lateness.mean, score.lateness.high].map(late => `${figure(late)} s`),
      ...[score.requests.mean, score.requests.high].map(figure),
      ...[score.cost.mean, score.cost.high].map(figure),
    ];
    return [
      row("ours", measure(flow, ours, counts)),
      row("optimum", measureOptimum(flow, counts)),
      ...[withoutHistory, ...peers].map(peer => row(peer.name, measure(flow, peer, counts))),
    ];
  });
  console.log(
    "\nRuns with spread 0.1 and 20 past runs: lateness, requests, lateness + 0.5 × requests\n",
  );
  console.log(plainTable(columns, rows));
  refresh("lengths", markdownTable(columns, rows));
}

/** Checks the figures that the issue gives for the optimum, and what our bounds on gaps cost. */
function compareOptimum(): void {
  const bounds = { shortest: 1, longest: (age: number) => Math.max(300, age / 10) };
  const rows = [0.05, 0.1, 0.3, 0.8].map(spread => {
    const flows = lengths.map(steady(spread, 20).of);
    const share = (cost: (flow: (typeof flows)[number]) => number) =>
      mean(flows.map(flow => cost(flow) / hindsight(flow))).toFixed(2);
    return [
      `spread ${spread}`,
      share(flow => optimum(flow.next, pollCost).cost),
      share(flow => optimum(flow.next, pollCost, bounds).cost),
      share(flow => {
        const polls = pollAges(
          ruleWithKnownLaw(flow.next, pollCost),
          quantile(flow.next, 1 - 1e-6),
        );
        return expectedCost(polls, flow.next, pollCost);
      }),
      share(flow => measure(flow, ours, counts).cost.mean),
      share(bestFixed),
    ];
  });
  const columns = [
    "",
    "optimum",
    "optimum, gaps bounded as ours",
    "our rule, length's law known",
    "ours, 20 past runs, jitter",
    "luckiest fixed interval",
  ];
  console.log("\nHow far from the optimum, as a share of the best fixed interval\n");
  console.log(plainTable(columns, rows));
  refresh("optimum", markdownTable(columns, rows));
}

function draw(): void {
  const kind = (contender: Contender) => {
    if (contender === ours) return "ours";
    return contender === withoutHistory ? "ours-plain" : "peer";
  };
  const curve = (name: string, kindOf: Curve["kind"], cost: (flow: Flow) => number): Curve => ({
    name,
    kind: kindOf,
    points: Array.from({ length: 61 }, (_, index) => {
      const length = 3 * (28_800 / 3) ** (index / 60);
      const flow = steady(0.1, 20).of(length);
      return { length, share: cost(flow) / hindsight(flow) };
    }),
  });
  const less = { paths: 40, lengths: 100 };
  const curves = [
    ...contenders.map(contender => {
      const name = contender === withoutHistory ? "ours, no history" : contender.name;
      return curve(name, kind(contender), flow => measure(flow, contender, less).cost.mean);
    }),
    curve("optimum", "optimum", flow => optimum(flow.next, pollCost).cost),
  ];
  const svg = picture(
    curves,
    "What waiting costs: seconds late + 0.5 × requests",
    "As a multiple of the best fixed interval chosen with hindsight. Lengths spread by 10 %, 20 past runs.",
  );
  writeFileSync(new URL("../../../docs/polling.svg", import.meta.url), svg);
}

function reach(): void {
  console.log("\nWhat is asked of the schedule\n");
  for (const { name, target, value } of reached(counts)) {
    const mark = value <= target ? "reached" : "MISSED ";
    console.log(`${mark}  ${value.toFixed(3).padStart(6)}  at most ${target}  ${name}`);
  }
}

function figure(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
}
