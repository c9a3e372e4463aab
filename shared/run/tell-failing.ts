/** When nothing usable has been heard for so long, one line says so, whatever is waited for. */
export const TELL_FAILING_AFTER_MS = 60_000;
