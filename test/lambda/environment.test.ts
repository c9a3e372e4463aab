import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { readEnvironment, SETTING_NAMES, type Variables } from "../../lambda/environment.ts";
import { KNOWN_VARIABLES } from "../../lambda/known-variables.ts";
import { UserError } from "../../shared/user-error.ts";

const HERE = "/opt/handler";
const NOTHING_SET = {
  baseUrl: new URL("https://app.etlworks.com/rest"),
  runnerTimeoutMs: 900_000,
  runQuery: "",
  requestHeaders: {},
  logParameters: false,
  routes: { kind: "file", path: resolve(HERE, "routes.json") },
};

const read = (variables: Variables) => readEnvironment(variables, HERE);

/** The sentence for a variable that is wrong. */
function refusal(variables: Variables): string {
  try {
    read(variables);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return "nothing was wrong";
}

const arnOf = (name: string, qualifier = "live") =>
  `arn:aws:lambda:eu-central-1:123456789012:function:${name}:${qualifier}`;

describe("the environment", () => {
  it("has a default where one is safe, and says nothing of the rest", () => {
    expect(read({})).toStrictEqual(NOTHING_SET);
  });

  it.each(["", "   ", undefined])("takes %j for a variable that is not set", text => {
    const names = [
      "ETLWORKS_SECRET_ID",
      "ETLWORKS_RUNNER",
      "ETLWORKS_LEDGER",
      "ETLWORKS_LANE",
      "ETLWORKS_MANIFESTS",
      "ETLWORKS_EVENT_BUS",
      "ETLWORKS_STACK",
      "ETLWORKS_ALLOW_HTTP",
      "ETLWORKS_RUNNER_TIMEOUT",
      "ETLWORKS_RUN_QUERY",
      "ETLWORKS_REQUEST_HEADERS",
      "ETLWORKS_LOG_PARAMETERS",
      "ETLWORKS_ROUTES",
      "ETLWORKS_ROUTES_FILE",
    ];
    expect(read(Object.fromEntries(names.map(name => [name, text])))).toStrictEqual(NOTHING_SET);
  });

  it("reads every variable, without the spaces around it", () => {
    expect(
      read({
        ETLWORKS_BASE_URL: " http://etl.example.com:8080 ",
        ETLWORKS_ALLOW_HTTP: " true ",
        ETLWORKS_SECRET_ID: " etlworks # key ",
        ETLWORKS_RUNNER: ` ${arnOf("runner")} `,
        ETLWORKS_LEDGER: " ledger ",
        ETLWORKS_LANE: ` ${arnOf("lane", "7")} `,
        ETLWORKS_MANIFESTS: " s3://lists/in/ ",
        ETLWORKS_EVENT_BUS: " default ",
        ETLWORKS_STACK: " prod ",
        ETLWORKS_RUNNER_TIMEOUT: " 180s ",
        ETLWORKS_RUN_QUERY: " ?a=b ",
        ETLWORKS_REQUEST_HEADERS: "X-Gate: open",
        ETLWORKS_LOG_PARAMETERS: " true ",
        ETLWORKS_ROUTES: ' [{"flow":1}] ',
      }),
    ).toStrictEqual({
      baseUrl: new URL("http://etl.example.com:8080/rest"),
      secretId: "etlworks",
      secretField: "key",
      runner: arnOf("runner"),
      ledger: "ledger",
      lane: arnOf("lane", "7"),
      manifests: { bucket: "lists", folder: "in/" },
      eventBus: "default",
      stack: "prod",
      runnerTimeoutMs: 180_000,
      runQuery: "a=b",
      requestHeaders: { "x-gate": "open" },
      logParameters: true,
      routes: { kind: "inline", text: '[{"flow":1}]' },
    });
  });

  it("names the settings as they are called here", () => {
    expect(SETTING_NAMES).toEqual({
      baseUrl: "ETLWORKS_BASE_URL",
      credentials: "the secret that ETLWORKS_SECRET_ID names",
      flow: "the flow's id in the routes",
    });
  });
});

describe("the secret", () => {
  it.each([
    ["etlworks", { secretId: "etlworks" }],
    ["etlworks#", { secretId: "etlworks" }],
    ["etlworks#key#2", { secretId: "etlworks", secretField: "key#2" }],
    ["#key", { secretField: "key" }],
    ["#", {}],
  ])("%s is read as %j", (text, fields) => {
    expect(read({ ETLWORKS_SECRET_ID: text })).toStrictEqual({ ...NOTHING_SET, ...fields });
  });
});

describe("the routes", () => {
  it.each([
    ["own.json", resolve(HERE, "own.json")],
    ["/mnt/routes.json", "/mnt/routes.json"],
  ])("lie in the file %s", (file, path) => {
    expect(read({ ETLWORKS_ROUTES_FILE: file }).routes).toEqual({ kind: "file", path });
  });

  it("have one source", () => {
    expect(refusal({ ETLWORKS_ROUTES: "[]", ETLWORKS_ROUTES_FILE: "a.json" })).toBe(
      "ETLWORKS_ROUTES and ETLWORKS_ROUTES_FILE are both set. Remove one of them.",
    );
  });
});

describe("the address", () => {
  it.each(["", "  ", "\n"])("is not the cloud's when it is set to %j", text => {
    expect(refusal({ ETLWORKS_BASE_URL: text })).toBe(
      "ETLWORKS_BASE_URL is set and empty. Set it to the address of your instance, or remove it to use https://app.etlworks.com/rest.",
    );
  });

  it("is named when it is wrong, and is https unless http is allowed", () => {
    expect(refusal({ ETLWORKS_BASE_URL: "etl" })).toMatch(/^ETLWORKS_BASE_URL: "etl" is not/);
    const plain = { ETLWORKS_BASE_URL: "http://etl.example.com" };
    expect(refusal(plain)).toMatch(/^ETLWORKS_BASE_URL: http would send the key unencrypted/);
    expect(refusal({ ...plain, ETLWORKS_ALLOW_HTTP: "false" })).toMatch(/unencrypted/);
  });
});

describe("a key in the wrong variable", () => {
  const keys = ["aB3".repeat(12), "d0n7-5h0w #7h15"];
  const readers = KNOWN_VARIABLES.filter(
    name => refusal({ [name]: keys[1] }) !== "nothing was wrong",
  );

  it("is refused by all that do not take any text", () => {
    const any = ["ETLWORKS_SECRET_ID", "ETLWORKS_ROUTES", "ETLWORKS_ROUTES_FILE", "ETLWORKS_STACK"];
    expect(KNOWN_VARIABLES.filter(name => !readers.includes(name))).toEqual(any);
  });

  it.each(readers)("is not repeated: %s", name => {
    for (const key of keys) {
      const sentence = refusal({ [name]: key });
      for (const part of key.match(/\w{4,}/g) ?? []) expect(sentence).not.toContain(part);
    }
  });

  it("is not repeated when it is in two", () => {
    const [key] = keys;
    expect(refusal({ ETLWORKS_LANE: key, ETLWORKS_RUNNER: key })).not.toContain(key);
  });
});

describe("a switch", () => {
  it("is on or off", () => {
    expect(read({ ETLWORKS_LOG_PARAMETERS: "true" }).logParameters).toBe(true);
    expect(read({ ETLWORKS_LOG_PARAMETERS: "false" }).logParameters).toBe(false);
  });

  it.each(["ETLWORKS_LOG_PARAMETERS", "ETLWORKS_ALLOW_HTTP"])("%s is nothing else", name => {
    for (const text of ["True", "yes", "1"]) {
      expect(refusal({ [name]: text })).toBe(
        `${name} is neither true nor false. Set it to one of them.`,
      );
    }
  });
});

describe("the ARN of a function", () => {
  const functions = [
    ["ETLWORKS_RUNNER", "runner"],
    ["ETLWORKS_LANE", "lane"],
  ] as const;

  it.each(functions)("in %s has an alias or a version", (variable, name) => {
    for (const arn of [
      arnOf(name),
      arnOf(name, "12"),
      arnOf(name, "$LATEST"),
      "arn:aws-cn:lambda:cn-north-1:123456789012:function:my-stack_1:live-1",
    ]) {
      expect(read({ [variable]: arn })).toStrictEqual({ ...NOTHING_SET, [name]: arn });
    }
  });

  it.each(functions)("in %s is nothing else", (variable, name) => {
    for (const text of [
      name,
      `arn:aws:lambda:eu-central-1:123456789012:function:${name}`,
      `arn:aws:lambda:eu-central-1:123456789012:function:${name}:`,
      `arn:aws:lambda:eu-central-1:1234:function:${name}:live`,
      `arn::lambda:eu-central-1:123456789012:function:${name}:live`,
      `arn:aws:lambda::123456789012:function:${name}:live`,
      `x${arnOf(name)}`,
      `${arnOf(name)}:2`,
      `${arnOf(name)} 2`,
    ]) {
      expect(refusal({ [variable]: text })).toBe(
        `${variable} is not the ARN of a function with an alias or a version at its end. Set it to the ${name}'s, such as arn:aws:lambda:eu-central-1:123456789012:function:${name}:live.`,
      );
    }
  });
});

describe("a variable that is almost one of ours", () => {
  // With the first three the key of an own instance would go to the cloud.
  it.each([
    ["ETLWORKS_URL", "ETLWORKS_BASE_URL"],
    ["ETLWORKS_BASEURL", "ETLWORKS_BASE_URL"],
    ["etlworks_base_url", "ETLWORKS_BASE_URL"],
    ["ETLWORKS_EVENTBUS", "ETLWORKS_EVENT_BUS"],
    ["ETLWORKS_SECRET", "ETLWORKS_SECRET_ID"],
    ["ETLWORKS_ROUTE", "ETLWORKS_ROUTES"],
    ["ETLWORKSLEDGER", "ETLWORKS_LEDGER"],
  ])("is refused by its name, without its value: %s", (name, meant) => {
    expect(refusal({ [name]: "d0n7-5h0w-7h15", PATH: "/bin" })).toBe(
      `${name} is not known, did you mean ${meant}? Correct the name, or remove the variable.`,
    );
  });

  it("is told with the others", () => {
    expect(refusal({ ETLWORKS_URL: "x", ETLWORKS_ROUTE: "[]" })).toMatch(
      /^ETLWORKS_URL is not known.* ETLWORKS_ROUTE is not known/,
    );
  });

  it.each(["", "  ", undefined])("says nothing when it is %j", text => {
    expect(read({ ETLWORKS_URL: text })).toStrictEqual(NOTHING_SET);
  });

  it.each(["ETLWORKS_API_KEY", "ETLWORKS_CI_CACHE", "ETLWORKS_OWNER", "ETLWORKS", "ETLWORKS_"])(
    "is another matter when it is like none of them: %s",
    name => {
      expect(read({ [name]: "x" })).toStrictEqual(NOTHING_SET);
    },
  );

  it("is left alone beside the one that it would be", () => {
    expect(read({ ETLWORKS_URL: "x", ETLWORKS_BASE_URL: "https://a.example/rest" })).toMatchObject({
      baseUrl: new URL("https://a.example/rest/"),
    });
  });

  it("is looked for among all that the page lists", () => {
    const page = readFileSync(join(import.meta.dirname, "../../docs/lambda.md"), "utf8");
    const listed = [...page.matchAll(/^\| `(ETLWORKS_\w+)` \|/gm)].map(([, name]) => name);
    expect(new Set(listed)).toEqual(new Set(KNOWN_VARIABLES));
  });
});

it("lane and runner are two functions", () => {
  const both = { ETLWORKS_LANE: arnOf("lane"), ETLWORKS_RUNNER: arnOf("lane", "7") };
  expect(refusal(both)).toBe(
    `ETLWORKS_LANE and ETLWORKS_RUNNER name one function: ${arnOf("lane")}. They are two: set each to the ARN of its own.`,
  );
  expect(read({ ETLWORKS_LANE: arnOf("lane"), ETLWORKS_RUNNER: arnOf("lane2") })).toMatchObject({
    lane: arnOf("lane"),
  });
});

describe("the ledger", () => {
  it.each([
    "abc",
    "my-stack.Ledger_1",
    "a".repeat(255),
    "arn:aws:dynamodb:eu-central-1:123456789012:table/my-stack.Ledger_1",
    "arn:aws-cn:dynamodb:cn-north-1:123456789012:table/abc",
  ])("is the table %s", ledger => {
    expect(read({ ETLWORKS_LEDGER: ledger }).ledger).toBe(ledger);
  });

  it.each([
    "ab",
    "a".repeat(256),
    "my ledger",
    "table/ledger",
    "arn:aws:dynamodb:eu-central-1:123456789012:table/ab",
    `arn:aws:dynamodb:eu-central-1:123456789012:table/${"a".repeat(256)}`,
    "arn:aws:dynamodb:eu-central-1:12:table/ledger",
    "arn::dynamodb:eu-central-1:123456789012:table/ledger",
    "arn:aws:dynamodb::123456789012:table/ledger",
    "xarn:aws:dynamodb:eu-central-1:123456789012:table/ledger",
    "arn:aws:dynamodb:eu-central-1:123456789012:table/ledger/index/lanes",
  ])("is not %s", ledger => {
    expect(refusal({ ETLWORKS_LEDGER: ledger })).toBe(
      "ETLWORKS_LEDGER is not the name of a DynamoDB table. Set it to the name of the table that is the ledger, such as etlworks-ledger.",
    );
  });
});

describe("the bus", () => {
  it.each([
    "d",
    "default",
    "aws.partner/example.com/a_b-1",
    "b".repeat(256),
    "arn:aws:events:eu-central-1:123456789012:event-bus/default",
    "arn:aws-cn:events:cn-north-1:123456789012:event-bus/a/b.c_d-1",
  ])("is %s", bus => {
    expect(read({ ETLWORKS_EVENT_BUS: bus }).eventBus).toBe(bus);
  });

  it.each([
    "my bus",
    "b".repeat(257),
    "arn:aws:events:eu-central-1:123456789012:event-bus/",
    `arn:aws:events:eu-central-1:123456789012:event-bus/${"b".repeat(257)}`,
    "arn:aws:events:eu-central-1:12:event-bus/default",
    "arn:aws:sns:eu-central-1:123456789012:event-bus/default",
    "arn::events:eu-central-1:123456789012:event-bus/default",
    "arn:aws:events::123456789012:event-bus/default",
    "xarn:aws:events:eu-central-1:123456789012:event-bus/default",
    "arn:aws:events:eu-central-1:123456789012:event-bus/default:1",
  ])("is not %s", bus => {
    expect(refusal({ ETLWORKS_EVENT_BUS: bus })).toBe(
      "ETLWORKS_EVENT_BUS is not the name or the ARN of an event bus. Set it to one of them, such as default.",
    );
  });
});

it("the place of the lists is one in S3", () => {
  expect(refusal({ ETLWORKS_MANIFESTS: "lists/in" })).toBe(
    "ETLWORKS_MANIFESTS is not a place in S3. Set it to one, such as s3://bucket/folder.",
  );
});

describe("the timeout of the runner", () => {
  it.each([
    ["1s", 1_000],
    ["14m59s", 899_000],
    ["15m", 900_000],
  ])("%s is %i ms", (text, milliseconds) => {
    expect(read({ ETLWORKS_RUNNER_TIMEOUT: text }).runnerTimeoutMs).toBe(milliseconds);
  });

  it.each(["0", "0s", "15m1s", "1h", "180", "soon"])("is not %s", text => {
    expect(refusal({ ETLWORKS_RUNNER_TIMEOUT: text })).toBe(
      "ETLWORKS_RUNNER_TIMEOUT is not a duration of up to 15m. Set it to the timeout of the runner's function, such as 180s.",
    );
  });
});

it("the query and the headers are named when they are wrong", () => {
  expect(refusal({ ETLWORKS_RUN_QUERY: "a b" })).toBe(
    "ETLWORKS_RUN_QUERY: it has a space or a line break, so it is not a query string. Write name=value&name=value, URL-encoded.",
  );
  expect(refusal({ ETLWORKS_REQUEST_HEADERS: "none" })).toMatch(
    /^ETLWORKS_REQUEST_HEADERS: line 1 /,
  );
});
