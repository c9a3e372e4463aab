import { IF_RUNNING } from "../../shared/run/if-running.ts";
import { readDeclaredInputs } from "./action-metadata.ts";

/** Every mistake that can be known before anything is sent: refused in one sentence that says what to change. */
export interface Mistaken {
  readonly inputs: Readonly<Record<string, string>>;
  readonly sentence: string;
  /** What is wrong, where the input does not show it. */
  readonly because?: string;
  /** The same kind of mistake as the one above it. */
  readonly variant?: true;
}

const ADDRESS =
  "Set it to the address of your instance, for example https://app.etlworks.com/rest.";
export const NO_KEY =
  "Set api-key (or username and password). If you did: a secret that does not exist, or that a fork may not read, arrives empty.";
const NO_FLOW =
  "Set flow-id or flow-name (or flows or flow-tag for several). If you did: a variable or output that does not exist arrives empty.";
const STOP_FORM =
  "Write a method and a path below base-url, for example POST /v1/flows/{flow-id}/stop?auditId={audit-id}.";
export const DURATIONS = "Use a duration such as 90s, 30m, 1h30m, or 0.";
const LONG = "x".repeat(200);

const WITH_DEFAULT = readDeclaredInputs().filter(({ defaultValue }) => defaultValue !== "");

export const mistakes: readonly Mistaken[] = [
  // The address
  { inputs: { "base-url": "acme" }, sentence: `base-url: "acme" is not a web address. ${ADDRESS}` },
  {
    inputs: { "base-url": "ftp://acme.example.com" },
    sentence: `base-url: "ftp://acme.example.com" is not an https address. ${ADDRESS}`,
    variant: true,
  },
  {
    inputs: { "base-url": "http://acme.example.com" },
    sentence: `base-url: http would send the key unencrypted. Use https, or set ETLWORKS_ALLOW_HTTP=true for a network that you trust. ${ADDRESS}`,
  },
  {
    inputs: { "base-url": "https://me:hunter22@acme.example.com" },
    sentence: `base-url: it holds a user name or password; these belong in their own settings. ${ADDRESS}`,
  },
  {
    inputs: { "base-url": "https://acme.example.com/rest?tenant=1" },
    sentence: `base-url: remove "?" or "#" and everything after it. ${ADDRESS}`,
    variant: true,
  },
  {
    inputs: { "base-url": "https://acme.example.com/rest/v1/flows" },
    sentence: `base-url: remove everything after /rest in "https://acme.example.com/rest/v1/flows". ${ADDRESS}`,
  },
  // The credentials
  { inputs: { "api-key": "" }, sentence: NO_KEY },
  { inputs: { "api-key": "  \n " }, sentence: NO_KEY, because: "a secret of blanks" },
  {
    inputs: { "api-key": "Bearer abcdefgh12345678" },
    sentence: 'api-key starts with "Bearer". Give the key alone; the prefix is added for you.',
  },
  {
    inputs: { "api-key": "bearer\tabcdefgh12345678" },
    sentence: 'api-key starts with "Bearer". Give the key alone; the prefix is added for you.',
    variant: true,
  },
  {
    inputs: { "api-key": '"abcdefgh12345678"' },
    sentence: "api-key holds a quotation mark. Give the key alone, without quotes.",
  },
  {
    inputs: { "api-key": "abcdefgh 12345678" },
    sentence: "api-key holds a space or a line break. Copy the key again, in one piece.",
  },
  {
    inputs: { "api-key": "abcdefgh\n12345678" },
    sentence: "api-key holds a space or a line break. Copy the key again, in one piece.",
    variant: true,
  },
  {
    inputs: { "api-key": "abcdefgh…12345678" },
    sentence: "api-key holds a character that no key has. Copy the key again.",
    variant: true,
  },
  ...[
    "secrets.ETLWORKS_API_KEY",
    "$ETLWORKS_API_KEY",
    `\${ETLWORKS_API_KEY}`,
    `\${ secrets.ETLWORKS_API_KEY }`,
    "{{ secrets.ETLWORKS_API_KEY }}",
  ].map(
    (text, index): Mistaken => ({
      inputs: { "api-key": text },
      sentence: `api-key holds the name of a secret or variable, not its value. Write \${{ secrets.NAME }}, with the dollar sign and both pairs of braces.`,
      ...(index > 0 && { variant: true }),
    }),
  ),
  {
    inputs: { username: "olivia", password: "tell-nobody" },
    sentence: "Give either api-key, or username and password, not both.",
  },
  {
    inputs: { username: "olivia" },
    sentence: "Give either api-key, or username and password, not both.",
    because: "a key with only a name",
    variant: true,
  },
  {
    inputs: { "api-key": "", username: "olivia" },
    sentence:
      "username is given, but password is empty. A secret that does not exist, or that a fork may not read, arrives empty.",
    variant: true,
  },
  {
    inputs: { "api-key": "", password: "tell-nobody" },
    sentence:
      "password is given, but username is empty. A secret that does not exist, or that a fork may not read, arrives empty.",
  },
  // The flow
  {
    inputs: { "flow-id": "" },
    sentence: NO_FLOW,
  },
  {
    inputs: { "flow-name": "Load orders" },
    sentence:
      "Give only one of flow-id, flow-name, flows and flow-tag; flow-id and flow-name are given.",
  },
  {
    inputs: { flows: "8\n9", "flow-tag": "nightly" },
    sentence:
      "Give only one of flow-id, flow-name, flows and flow-tag; flow-id, flows and flow-tag are given.",
  },
  {
    inputs: { "flow-id": "x", "audit-id": "y" },
    sentence:
      'flow-id: "x" is not a positive whole number. For a name use flow-name.\naudit-id: "y" is not a positive whole number. Use the audit-id output of the step that started the run.',
    variant: true,
  },
  {
    inputs: { "flow-id": "", flows: "[null]", "audit-id": "5" },
    sentence:
      'audit-id names a run of one flow. Use it with flow-id or flow-name, not with flows.\nflows: entry 1: is null. Use an id, a "name", or {"flow": …, "parameters": {…}, "timeout": "30m"}.',
    variant: true,
  },
  {
    inputs: { "flow-id": "7x", "flow-tag": "- a" },
    sentence:
      'Give only one of flow-id, flow-name, flows and flow-tag; flow-id and flow-tag are given.\nflow-tag: "- a" starts as an item of a YAML list. Write the tag alone on its line.\nflow-id: "7x" is not a positive whole number. For a name use flow-name.',
    variant: true,
  },
  ...["0", "-7", "7.5", "1e3", "0x7", "007", "Load orders", "9".repeat(16)].map(
    (value, index): Mistaken => ({
      inputs: { "flow-id": value },
      sentence: `flow-id: "${value}" is not a positive whole number. For a name use flow-name.`,
      ...(index === 0 ? {} : { variant: true }),
    }),
  ),
  {
    inputs: { "flow-id": "12345, 12346" },
    sentence:
      'flow-id: "12345, 12346" is not a positive whole number. For several flows use flows, one id on each line.',
    variant: true,
  },
  {
    inputs: { "flow-id": LONG },
    sentence: `flow-id: a string of 200 characters is not a positive whole number. For a name use flow-name.`,
    variant: true,
  },
  // Parameters
  {
    inputs: { parameters: '["a"]' },
    sentence: "parameters: must be one JSON object or lines name=value, not a list.",
  },
  {
    inputs: { parameters: '{"a": {"b": "hidden-value"}}' },
    sentence: 'parameters: "a" is an object; only strings, numbers and booleans can be passed.',
  },
  {
    inputs: { parameters: '{"a": ["hidden-value"]}' },
    sentence: 'parameters: "a" is a list; only strings, numbers and booleans can be passed.',
    variant: true,
  },
  {
    inputs: { parameters: '{"a": null}' },
    sentence: 'parameters: "a" is null; only strings, numbers and booleans can be passed.',
    variant: true,
  },
  {
    inputs: { parameters: '{"a": 1, "a": 2}' },
    sentence: 'parameters: "a" is given twice.',
    variant: true,
  },
  {
    inputs: { parameters: '{\n  "a": hidden-value\n}' },
    sentence:
      "parameters: starts like JSON but is not valid at line 2, column 8. In JSON names and strings stand in double quotes.",
  },
  {
    inputs: { parameters: '{"a": "hidden-value"' },
    sentence: "parameters: starts like JSON but is not valid at line 1, column 21.",
  },
  {
    inputs: { parameters: "a=1\nhidden-value" },
    sentence: 'parameters: line 2 has no "=". Write name=value on each line, or a JSON object.',
  },
  {
    inputs: { parameters: "a=1\n=hidden-value" },
    sentence: "parameters: the name on line 2 is empty.",
  },
  { inputs: { parameters: "a=1\na=2" }, sentence: 'parameters: "a" is given twice.' },
  ...["gr\u00f6\u00dfe=1\ngro\u0308\u00dfe=2", '{"gr\u00f6\u00dfe": 1, "gro\u0308\u00dfe": 2}'].map(
    (parameters): Mistaken => ({
      inputs: { parameters },
      sentence: 'parameters: "gro\u0308\u00dfe" is given twice.',
      variant: true,
    }),
  ),
  // Switches and choices
  ...["fail-fast", "wait", "fail-on-warning", "summary", "dry-run"].flatMap(name =>
    ["yes", "1", "tRUE"].map(
      (value, index): Mistaken => ({
        inputs: { [name]: value },
        sentence: `${name}: "${value}" is not known. Use true or false.`,
        ...(index === 0 ? {} : { variant: true }),
      }),
    ),
  ),
  {
    inputs: { "if-running": "Wait" },
    sentence: `if-running: "Wait" is not known. Use one of: ${IF_RUNNING.join(", ")}.`,
  },
  {
    inputs: { "show-log": "true" },
    sentence: 'show-log: "true" is not known. Use one of: never, on-failure, always.',
  },
  // Times
  ...["5 minutes", "-5", "1.5h", "30m1h", "500d", "1h 30m", "NaN", "1ms"].map(
    (value, index): Mistaken => ({
      inputs: { timeout: value },
      sentence: `timeout: "${value}" is not a duration. ${DURATIONS}`,
      ...(index === 0 ? {} : { variant: true }),
    }),
  ),
  ...["0", "0s", "fast", "Auto", "-1"].map(
    (value, index): Mistaken => ({
      inputs: { "poll-interval": value },
      sentence: `poll-interval: "${value}" is not known. Use auto, or a duration of at least 1s such as 30s.`,
      ...(index === 0 ? {} : { variant: true }),
    }),
  ),
  ...["timeout", "poll-interval"].map(
    (name): Mistaken => ({
      inputs: { [name]: "30" },
      sentence: `${name}: "30" has no unit. Did you mean 30s or 30m?`,
    }),
  ),
  // Given, but empty
  ...WITH_DEFAULT.flatMap(({ name, defaultValue: standard }, index): Mistaken[] =>
    ["", " \n\t"].map((value, second) => ({
      inputs: { [name]: value },
      sentence: `${name} is given, but empty. Check the variable or expression that it comes from, or remove the input to use ${standard}.`,
      ...(index + second === 0 ? {} : { variant: true }),
    })),
  ),
  // Several flows
  ...(
    [
      ['{"flow": 8}', 'flows: must be a list: lines, or JSON such as [12345, "Load orders"].'],
      [
        "- Load orders",
        'flows: line 1 starts with "- ", as an item of a YAML list. Write the name alone.',
      ],
      ["8, 9,10", "flows: line 1 holds several ids. Write each on its own line."],
      [
        "Load orders\n007",
        'flows: line 2: "007" is not an id, which is a positive whole number. If it is a name, write it as JSON, ["007"].',
      ],
      ["# only this", "flows: no flow is given. Write one on each line."],
      ["[]", "flows: the list is empty."],
      [
        "[8, 9",
        'flows: starts like JSON but is not valid at line 1, column 6. Write one flow on each line, or a JSON list; a name that begins with "[" needs JSON, as in ["[Test] Load orders"].',
      ],
      [
        "[Test] Load orders",
        'flows: starts like JSON but is not valid at line 1, column 2. In JSON names and strings stand in double quotes. Write one flow on each line, or a JSON list; a name that begins with "[" needs JSON, as in ["[Test] Load orders"].',
      ],
      ['[{"flow": 8, "flow": 9}]', 'flows: "flow" is given twice in one entry.'],
      [
        '[{"flow": 8, "paramters": {}}]',
        'flows: entry 1: "paramters" is not known; did you mean "parameters"?',
      ],
      ['[{"parameters": {}}]', 'flows: entry 1: "flow" is missing.'],
      ["[1.5]", 'flows: entry 1: "1.5" is not an id, which is a positive whole number.'],
      [
        "[8, 9007199254740993]",
        'flows: entry 2: "9007199254740993" is not an id, which is a positive whole number.',
      ],
      [
        "[null]",
        'flows: entry 1: is null. Use an id, a "name", or {"flow": …, "parameters": {…}, "timeout": "30m"}.',
      ],
      [
        "[[8]]",
        'flows: entry 1: is a list. Use an id, a "name", or {"flow": …, "parameters": {…}, "timeout": "30m"}.',
      ],
      ['[" "]', "flows: entry 1: the name is empty."],
      [
        '[{"flow": 8, "parameters": {"a b": 1}}]',
        "flows: entry 1: parameters: a name contains a space. Write the name without it.",
      ],
      [
        '[{"flow": 8, "parameters": ["hidden-value"]}]',
        "flows: entry 1: parameters: is a list, and must be an object.",
      ],
      [
        '[{"flow": 8, "timeout": 30}]',
        'flows: entry 1: timeout: "30" has no unit. Did you mean 30s or 30m?',
      ],
      [
        '[{"flow": 8, "timeout": null}]',
        'flows: entry 1: timeout: is null. Use a duration such as "30m".',
      ],
      [
        "8\n9\n8",
        'flows: "8" is given twice with the same parameters. Remove one, or change its parameters.',
      ],
      [
        '[{"flow": 8, "parameters": {"a": 1, "b": 2}}, {"flow": 8, "parameters": {"b": "2", "a": "1"}, "timeout": "5m"}]',
        'flows: "8" is given twice with the same parameters. Remove one, or change its parameters.',
      ],
      [
        '["U\u0308bertrag", "\u00dcbertrag"]',
        'flows: "\u00dcbertrag" is given twice with the same parameters. Remove one, or change its parameters.',
      ],
    ] as const
  ).map(
    ([flows, sentence], index): Mistaken => ({
      inputs: { "flow-id": "", flows },
      sentence,
      ...(index % 4 === 0 ? {} : { variant: true }),
    }),
  ),
  {
    inputs: { "flow-id": "", "flow-tag": "# none" },
    sentence: "flow-tag: no tag is given. Write one tag on each line.",
  },
  {
    inputs: { "flow-id": "", "flow-tag": '["nightly"]' },
    sentence: "flow-tag: JSON is not accepted. Write one tag on each line.",
    variant: true,
  },
  {
    inputs: { "flow-id": "", "flow-tag": "- nightly" },
    sentence:
      'flow-tag: "- nightly" starts as an item of a YAML list. Write the tag alone on its line.',
    variant: true,
  },
  ...["0", "-1", "1.5", "many", "1001"].map(
    (value, index): Mistaken => ({
      inputs: { "max-parallel": value },
      sentence: `max-parallel: "${value}" is not accepted. Use a whole number from 1 to 1000.`,
      ...(index === 0 ? {} : { variant: true }),
    }),
  ),
  // A run that is there already
  {
    inputs: { "audit-id": "last" },
    sentence:
      'audit-id: "last" is not a positive whole number. Use the audit-id output of the step that started the run.',
  },
  {
    inputs: { "flow-id": "", flows: "8\n9", "audit-id": "8721934" },
    sentence: "audit-id names a run of one flow. Use it with flow-id or flow-name, not with flows.",
  },
  {
    inputs: { "flow-id": "", "flow-tag": "nightly", "audit-id": "8721934" },
    sentence:
      "audit-id names a run of one flow. Use it with flow-id or flow-name, not with flow-tag.",
    variant: true,
  },
  {
    inputs: { "audit-id": "8721934", wait: "false" },
    sentence: "audit-id waits for a run, so it cannot be combined with wait: false.",
  },
  {
    inputs: { "audit-id": "8721934", "retry-on-error": "1" },
    sentence: "audit-id starts nothing, so it cannot be combined with retry-on-error.",
  },
  {
    inputs: { "retry-on-error": "2", wait: "false" },
    sentence: "retry-on-error has to wait for the run, so it cannot be combined with wait: false.",
  },
  ...["-1", "two", "1e2", "101"].map(
    (value, index): Mistaken => ({
      inputs: { "retry-on-error": value },
      sentence: `retry-on-error: "${value}" is not accepted. Use a whole number from 0 to 100.`,
      ...(index === 0 ? {} : { variant: true }),
    }),
  ),
  // Names that nobody can mean
  ...(
    [
      [
        "- runDate=hidden-value",
        'line 1 starts with "- ", as an item of a YAML list. Write name=value alone on each line.',
      ],
      [
        "a=1\nwhere x=hidden-value",
        "the name on line 2 contains a space. Write name=value on each line; for a value of several lines use a JSON object.",
      ],
      ["{runDate}=1", "the name on line 1 contains a brace. Write it without { and }."],
      ["a=1\nrun{Date}=1", "the name on line 2 contains a brace. Write it without { and }."],
      [
        "run\u200bDate=1",
        "the name on line 1 contains an invisible character. Type the name again.",
      ],
      [
        "run\u00a0Date=1",
        "the name on line 1 contains a space. Write name=value on each line; for a value of several lines use a JSON object.",
      ],
      ['{"run Date": 1}', "a name contains a space. Write the name without it."],
      ['{"- runDate": 1}', "a name contains a space. Write the name without it."],
      ['{"run\\u202eDate": 1}', "a name contains an invisible character. Type the name again."],
      ['{"{runDate}": 1}', "a name contains a brace. Write it without { and }."],
    ] as const
  ).map(
    ([parameters, sentence], index): Mistaken => ({
      inputs: { parameters },
      sentence: `parameters: ${sentence}`,
      ...(index % 3 === 0 ? {} : { variant: true }),
    }),
  ),
  // Headers
  ...(
    [
      ["hidden-value", "line 1 is not a header. Write Name: value."],
      ["X-A: 1234\nhidden-value", "line 2 is not a header. Write Name: value."],
      [
        "Authorization: hidden-value",
        'line 1 sets "Authorization", which is set for you. Remove the line.',
      ],
      [
        "content-length: hidden-value",
        'line 1 sets "content-length", which is set for you. Remove the line.',
      ],
      [
        "X A: hidden-value",
        "line 1 has a header name with characters that no header name has. Write Name: value.",
      ],
      ["X-A:", 'line 1 gives "X-A" an empty value. A secret that does not exist arrives empty.'],
      ["X-A: hidden-välue", 'line 1 gives "X-A" a value with characters that no header can carry.'],
      ["X-A: hidden-value\nx-a: other-value", 'line 2 gives the header "x-a" a second time.'],
    ] as const
  ).map(
    ([headers, sentence], index): Mistaken => ({
      inputs: { "request-headers": headers },
      sentence: `request-headers: ${sentence}`,
      ...(index % 2 === 0 ? {} : { variant: true }),
    }),
  ),
  // Secrets where they would be shown
  {
    inputs: { "api-key": "abcdefgh12345678", "run-query": "key=abcdefgh12345678" },
    sentence:
      "run-query: contains the api-key, which would be shown in logs there. Remove it; every request is sent with the credentials anyway.",
  },
  {
    inputs: {
      "api-key": "abcdefgh12345678",
      "stop-request": "POST /v1/stop?key=abcdefgh12345678",
    },
    sentence:
      "stop-request: contains the api-key, which would be shown in logs there. Remove it; every request is sent with the credentials anyway.",
    variant: true,
  },
  {
    inputs: { "status-context": "etl\nworks" },
    sentence: "status-context: contains a line break or another control character.",
  },
  // Requests of the user's own
  ...["stop", "POST stop", "/v1/stop", "STOP /v1/stop", "POST https://acme.example.com/stop"].map(
    (value, index): Mistaken => ({
      inputs: { "stop-request": value },
      sentence: `stop-request: "${value}" is not a request. ${STOP_FORM}`,
      ...(index === 0 ? {} : { variant: true }),
    }),
  ),
  ...["/../v1/stop", "/v1/%2E%2e/stop", "/v1/..?a=b", "/v1/./stop", "/v1/%2e"].map(
    (path): Mistaken => ({
      inputs: { "stop-request": `POST ${path}` },
      sentence: `stop-request: "POST ${path}" contains a path segment "." or "..", and would leave base-url. Write the path as it is.`,
      variant: true,
    }),
  ),
  ...["ghs_first\nsecond", "ghs_one two", "ghs_t\u00f6ken"].map(
    (token): Mistaken => ({
      inputs: { "github-token": token },
      sentence:
        "github-token: contains a space, a line break or another character that no token has. Check where it comes from.",
      variant: true,
    }),
  ),
  {
    inputs: { "stop-request": "POST /v1/flows/{id}/stop" },
    sentence: 'stop-request: "{id}" is not known. Use {flow-id} and {audit-id}.',
  },
  {
    inputs: { "run-query": "parallel true" },
    sentence:
      "run-query: it has a space or a line break, so it is not a query string. Write name=value&name=value, URL-encoded.",
  },
  {
    inputs: { "run-query": "a=1#b" },
    sentence:
      'run-query: it has a "#", so it is not a query string. Write name=value&name=value, URL-encoded.',
    variant: true,
  },
];
