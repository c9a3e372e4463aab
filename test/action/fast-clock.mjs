// Imported into a step before its own code: its clocks and timers run faster, so that minutes of
// waiting cost a test seconds. The sandbox gets a clock of the same speed.
const factor = Number(process.env.FAST_CLOCK);
const realNow = performance.now.bind(performance);
const begunAt = realNow();
const epochMs = Date.now();
performance.now = () => begunAt + (realNow() - begunAt) * factor;
Date.now = () => epochMs + (realNow() - begunAt) * factor;
for (const name of ["setTimeout", "setInterval"]) {
  const real = globalThis[name];
  globalThis[name] = (work, milliseconds, ...rest) => real(work, milliseconds / factor, ...rest);
}
