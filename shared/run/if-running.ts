/** The policies: what to do when another run of the flow is running (start code 1). */
export const IF_RUNNING = ["fail", "wait", "attach", "skip"] as const;
export type IfRunning = (typeof IF_RUNNING)[number];

/** Whether a policy waits for its turn. Logs say so, and a host without time to wait has to fail. */
export const WAITS_FOR_TURN: Readonly<Record<IfRunning, boolean>> = {
  fail: false,
  wait: true,
  attach: false,
  skip: false,
};
