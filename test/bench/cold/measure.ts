import { registerHooks } from "node:module";

/** One cold start, in a process of its own: imports the bundle, invokes its handler once. */
const [bundle = "", eventText = "null", flag] = process.argv.slice(2);
const event: unknown = JSON.parse(eventText);

const context = {
  awsRequestId: "c0ffee00-0000-4000-8000-000000000000",
  functionName: "cold",
  invokedFunctionArn: "arn:aws:lambda:eu-central-1:123456789012:function:cold",
  getRemainingTimeInMillis: () => 60_000,
};

if (flag === "--tell-files") {
  registerHooks({
    load(url, given, next) {
      if (url.startsWith("file:")) process.send?.({ loaded: url });
      return next(url, given);
    },
  });
}

const begun = performance.now();
const module: unknown = await import(bundle);
const imported = performance.now();
const handler =
  typeof module === "object" && module !== null && "handler" in module ? module.handler : undefined;
if (typeof handler !== "function") throw new Error(`${bundle} exports no handler.`);

// The parent times the first request by the clock that both share.
process.send?.({ startedAt: performance.timeOrigin + begun, importMs: imported - begun });
await Reflect.apply(handler, undefined, [event, context]);
process.disconnect?.();
