/** The four statuses after which Etlworks says a run is over. */
export const TERMINAL_STATUSES = ["success", "warning", "error", "canceled"] as const;
export type TerminalStatus = (typeof TERMINAL_STATUSES)[number];

export function isTerminal(status: string | undefined): status is TerminalStatus {
  return TERMINAL_STATUSES.some(terminal => terminal === status);
}

/** The statuses of a run that is active. Any other word counts as active too, with one warning. */
export const ACTIVE_STATUSES = ["queued", "running"] as const;

/** A word that we do not know is no reason to take a run for active. */
export function isActive(status: string | undefined): boolean {
  return ACTIVE_STATUSES.some(active => active === status);
}
