/** The word for a dry run, however it is written: who writes it wants nothing started. */
export const DRY_RUN_WORD = /^dry[-_ ]?run$/i;
