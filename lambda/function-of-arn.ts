/** `arn:aws:lambda:<region>:<account>:function:<name>`: a new version is the same function. */
export function functionOfArn(arn: string): string {
  return arn.split(":").slice(0, 7).join(":");
}
