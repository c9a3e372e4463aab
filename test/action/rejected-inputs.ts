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
  "Give an api-key (or username and password). If you did: a secret that does not exist, or that a fork may not read, arrives empty.";
const STOP_FORM =
  "Write a method and a path below base-url, for example POST /v1/flows/{flow-id}/stop?auditId={audit-id}.";
export const DURATIONS = "Use a duration such as 90, 90s, 30m, 1h30m, or 0.";
const LONG = "x".repeat(200);

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
    sentence: `base-url: http would send the key in the clear; use https (or set ETLWORKS_ALLOW_HTTP=true for a network you trust). ${ADDRESS}`,
  },
  {
    inputs: { "base-url": "https://me:hunter22@acme.example.com" },
    sentence: `base-url: it holds a user name or password; these belong in their own settings. ${ADDRESS}`,
  },
  {
    inputs: { "base-url": "https://acme.example.com/rest?tenant=1" },
    sentence: `base-url: leave away what follows "?" or "#". ${ADDRESS}`,
    variant: true,
  },
  {
    inputs: { "base-url": "https://acme.example.com/rest/v1/flows" },
    sentence: `base-url: leave away what follows /rest in "https://acme.example.com/rest/v1/flows". ${ADDRESS}`,
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
    sentence: "username is given, but password is empty.",
    variant: true,
  },
  {
    inputs: { "api-key": "", password: "tell-nobody" },
    sentence: "password is given, but username is empty.",
  },
  // The flow
  {
    inputs: { "flow-id": "" },
    sentence: "Give flow-id (or flow-name): which flow is to be run.",
  },
  {
    inputs: { "flow-name": "Load orders" },
    sentence: "Give either flow-id or flow-name, not both.",
  },
  ...["0", "-7", "7.5", "1e3", "0x7", "007", "Load orders", "9".repeat(16)].map(
    (value, index): Mistaken => ({
      inputs: { "flow-id": value },
      sentence: `flow-id: "${value}" is not a positive whole number. For a name use flow-name.`,
      ...(index === 0 ? {} : { variant: true }),
    }),
  ),
  {
    inputs: { "flow-id": LONG },
    sentence: `flow-id: "a text of 200 characters" is not a positive whole number. For a name use flow-name.`,
    variant: true,
  },
  // Parameters
  {
    inputs: { parameters: '["a"]' },
    sentence: "parameters: must be one flat map, not a list.",
  },
  {
    inputs: { parameters: '{"a": {"b": "hidden-value"}}' },
    sentence: 'parameters: "a" is an object; only texts, numbers and booleans can be passed.',
  },
  {
    inputs: { parameters: '{"a": ["hidden-value"]}' },
    sentence: 'parameters: "a" is a list; only texts, numbers and booleans can be passed.',
    variant: true,
  },
  {
    inputs: { parameters: '{"a": null}' },
    sentence: 'parameters: "a" is null; only texts, numbers and booleans can be passed.',
    variant: true,
  },
  {
    inputs: { parameters: '{"a": 1, "a": 2}' },
    sentence: 'parameters: "a" is given twice.',
    variant: true,
  },
  {
    inputs: { parameters: '{\n  "a": hidden-value\n}' },
    sentence: "parameters: starts like JSON but is not valid at line 2, column 8.",
  },
  {
    inputs: { parameters: '{"a": "hidden-value"' },
    sentence: "parameters: starts like JSON but is not valid at line 1, column 21.",
  },
  {
    inputs: { parameters: "a=1\nhidden-value" },
    sentence: 'parameters: line 2 has no "=". Write name=value on each line, or a JSON object.',
  },
  { inputs: { parameters: "a=1\n=hidden-value" }, sentence: "parameters: a name is empty." },
  { inputs: { parameters: "a=1\na=2" }, sentence: 'parameters: "a" is given twice.' },
  // Switches and choices
  ...["wait", "fail-on-warning", "summary", "dry-run"].flatMap(name =>
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
    sentence: 'if-running: "Wait" is not known. Use one of: fail, wait, attach, skip.',
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
  // Requests of the user's own
  ...["stop", "POST stop", "/v1/stop", "STOP /v1/stop", "POST https://acme.example.com/stop"].map(
    (value, index): Mistaken => ({
      inputs: { "stop-request": value },
      sentence: `stop-request: "${value}" is not a request. ${STOP_FORM}`,
      ...(index === 0 ? {} : { variant: true }),
    }),
  ),
  {
    inputs: { "stop-request": "POST /v1/flows/{id}/stop" },
    sentence: "stop-request: {id} is not known. Use {flow-id} and {audit-id}.",
  },
  {
    inputs: { "run-query": "parallel true" },
    sentence:
      'run-query: "parallel true" is not a query string. Write name=value&name=value, URL-encoded.',
  },
  {
    inputs: { "run-query": "a=1#b" },
    sentence: 'run-query: "a=1#b" is not a query string. Write name=value&name=value, URL-encoded.',
    variant: true,
  },
];
