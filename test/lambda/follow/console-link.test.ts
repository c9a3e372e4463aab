import { expect, it } from "vitest";
import { consoleLink } from "../../../lambda/follow/console-link.ts";

it("leads to the execution in the console of its region", () => {
  const arn =
    "arn:aws:lambda:eu-central-1:111122223333:function:runner:7/durable-execution/orders-1/a1b2";
  expect(consoleLink(arn)).toBe(
    "https://eu-central-1.console.aws.amazon.com/lambda/home?region=eu-central-1#/functions/runner/versions/7/executions/orders-1/a1b2",
  );
});

it("writes signs that would end a part of the address in another form", () => {
  const arn = "arn:aws:lambda:r:1:function:a#b:$LATEST/durable-execution/c d/e?f";
  expect(consoleLink(arn)).toBe(
    "https://r.console.aws.amazon.com/lambda/home?region=r#/functions/a%23b/versions/%24LATEST/executions/c%20d/e%3Ff",
  );
});

it.each([
  ["", "https://.console.aws.amazon.com/lambda/home?region=#/functions//versions//executions//"],
  [
    "arn:aws:lambda:r:1:function:runner:7",
    "https://r.console.aws.amazon.com/lambda/home?region=r#/functions/runner/versions/7/executions//",
  ],
])("leaves empty what the ARN %j does not have", (arn, link) => {
  expect(consoleLink(arn)).toBe(link);
});
