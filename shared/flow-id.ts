/** True for what Etlworks uses as the id of a flow. */
export function isFlowId(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0;
}
