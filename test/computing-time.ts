/**
 * How long this thread has computed meanwhile, in milliseconds. Unlike a clock it does not count what
 * the machine gave to others, so a limit on it holds beside any other work.
 */
export async function computingMs(work: () => unknown): Promise<number> {
  const before = process.threadCpuUsage();
  await work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}
