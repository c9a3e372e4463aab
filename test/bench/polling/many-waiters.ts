import { firstNight, follow, nightly, stampede, type Waiting } from "./crowd.ts";

const counts = [10, 50, 100, 200, 600, 1_000, 2_000];
const waitings: readonly Waiting[] = ["ours", "5 s loop"];

for (const crowd of [nightly, firstNight, stampede]) {
  console.log(`\n${crowd.name}`);
  console.log(
    " waiters  waiting      requests     429   busiest min.   late: mean    95 %   drained after",
  );
  for (const count of counts) {
    for (const waiting of waitings) {
      const score = follow(crowd, count, waiting);
      console.log(
        [
          String(count).padStart(8),
          `  ${waiting.padEnd(10)}`,
          String(score.requests).padStart(11),
          `${(100 * score.refused).toFixed(1)} %`.padStart(8),
          String(score.peak).padStart(15),
          `${score.lateness.mean.toFixed(1)} s`.padStart(13),
          `${score.lateness.high.toFixed(1)} s`.padStart(8),
          `${score.drain.toFixed(1)} s`.padStart(16),
        ].join(""),
      );
    }
  }
}
