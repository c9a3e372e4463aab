/** True for what Etlworks uses as the id of a flow. */
export function isFlowId(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0;
}

/** For sentences, after the name of the field. */
export function whyNoFlowId(value: unknown): string {
  const why = `${JSON.stringify(value)} is not a positive whole number`;
  if (typeof value !== "string") return why;
  return /^[1-9]\d*$/.test(value)
    ? `${why}; write it without quotes`
    : `${why}; write the id of the flow, not its name`;
}
