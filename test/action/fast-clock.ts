/**
 * Imported into a step before its own code: its clocks and timers run faster, so that minutes of
 * waiting cost a test seconds. The sandbox gets a clock of the same speed.
 */
const factor = Number(process.env["FAST_CLOCK"]);
const realNow = performance.now.bind(performance);
const startedAt = realNow();
const epochMs = Date.now();
const passed = () => (realNow() - startedAt) * factor;

performance.now = () => startedAt + passed();
Date.now = () => epochMs + passed();

const { setTimeout: realTimeout, setInterval: realInterval } = globalThis;
Object.assign(globalThis, {
  setTimeout: (work: () => void, milliseconds = 0) => realTimeout(work, milliseconds / factor),
  setInterval: (work: () => void, milliseconds = 0) => realInterval(work, milliseconds / factor),
});
