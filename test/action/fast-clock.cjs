/**
 * Loaded before the bundle: with FAST_CLOCK, the step's clocks and timers run that much faster, so that
 * minutes of waiting cost a test seconds. The sandbox gets a clock of the same speed. Plain JavaScript,
 * as watch-connections.cjs is.
 */
const real = {
  now: performance.now.bind(performance),
  dateNow: Date.now,
  setTimeout: globalThis.setTimeout,
  setInterval: globalThis.setInterval,
};

/** From now on, at the speed that the environment names; without one, the real clock. */
function setClock() {
  const speed = Number(process.env["FAST_CLOCK"] ?? "1");
  const [startedAt, epochMs] = [real.now(), real.dateNow()];
  const passed = () => (real.now() - startedAt) * speed;
  performance.now = speed === 1 ? real.now : () => startedAt + passed();
  Date.now = speed === 1 ? real.dateNow : () => epochMs + passed();
  for (const name of ["setTimeout", "setInterval"]) {
    globalThis[name] =
      speed === 1 ? real[name] : (work, milliseconds = 0) => real[name](work, milliseconds / speed);
  }
}

setClock();
module.exports = { setClock };
