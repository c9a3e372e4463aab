import { firstNight, follow, nightly, stampede, type Waiting } from "./crowd.ts";
import { markdownTable, plainTable, refresh } from "./page.ts";

const waitings: readonly Waiting[] = ["ours", "5 s loop"];
const head = ["waiters", "429", "busiest minute", "late by", "95 %", "drained after"];

const tables = [nightly, firstNight, stampede].map(crowd => {
  const rows = [10, 50, 100, 200, 600, 1_000, 2_000].flatMap(count =>
    waitings.map(waiting => {
      const score = follow(crowd, count, waiting);
      return [
        `${count}, ${waiting}`,
        `${(100 * score.refused).toFixed(1)} %`,
        String(score.peak),
        `${score.lateness.mean.toFixed(1)} s`,
        `${score.lateness.high.toFixed(1)} s`,
        `${score.drain.toFixed(1)} s`,
      ];
    }),
  );
  console.log(`\n${crowd.name}\n\n${plainTable(head, rows)}`);
  return `**${crowd.name}**\n\n${markdownTable(head, rows)}`;
});

refresh("crowd", tables.join("\n\n"));
