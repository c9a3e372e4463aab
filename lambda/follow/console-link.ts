/**
 * Where the AWS console shows a durable execution. Its ARN has all that the address needs:
 * `arn:aws:lambda:<region>:<account>:function:<name>:<version>/durable-execution/<execution>/<id>`
 */
export function consoleLink(executionArn: string): string {
  const [, , , region = "", , , name = "", rest = ""] = executionArn.split(":");
  const [version = "", , execution = "", id = ""] = rest.split("/");
  const path = ["functions", name, "versions", version, "executions", execution, id];
  const home = `https://${region}.console.aws.amazon.com/lambda/home?region=${region}`;
  return `${home}#/${path.map(encodeURIComponent).join("/")}`;
}
