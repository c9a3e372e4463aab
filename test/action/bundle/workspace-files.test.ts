import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "vitest";
import { startSandbox } from "../../sandbox/server.ts";
import { runStep } from "../run-bundle.ts";
import { HISTORY, look, play, type Scene, started } from "./play.ts";

/** The files that a step reads and writes: those of the workspace, and no other. */
const OUTSIDE =
  "is outside the workspace. Use a path inside the folder that actions/checkout writes to.";

/** Node has no call for it. */
const makePipe = (name: string) => (workspace: string) =>
  void execFileSync("mkfifo", [join(workspace, name)]);

describe.concurrent("parameters-file", () => {
  it("gives parameters, and those of the input win", async ({ expect }) => {
    for (const text of ['{"a": "1", "b": 2}', "# remark\r\na=1\r\nb = 2\r\n", "\ufeffa=1\nb=2"]) {
      const { exitCode, wire } = await play({
        inputs: { "parameters-file": "etc/load.txt", parameters: "b=3" },
        prepare: workspace => {
          mkdirSync(join(workspace, "etc"));
          writeFileSync(join(workspace, "etc", "load.txt"), text);
        },
      });
      expect(exitCode).toBe(0);
      expect(wire[1]).toBe('POST /v1/flows/7/run {"a":"1","b":"3"}');
    }
  });

  it("gives no parameter a second time whose name only looks the same", async ({ expect }) => {
    const { wire, log } = await play({
      inputs: { "parameters-file": "load.txt", parameters: "\u00e9=2\nrundate=3", wait: "false" },
      prepare: workspace => writeFileSync(join(workspace, "load.txt"), "e\u0301=1\nrunDate=1"),
    });
    expect(wire[1]).toBe('POST /v1/flows/7/run {"runDate":"1","\u00e9":"2","rundate":"3"}');
    expect(log[0]).toBe(
      '[warning] Check the inputs: The parameters "runDate" and "rundate" differ only in capitals, and both are passed on. Remove one if they mean the same.',
    );
  });

  it("can be larger than an input can be", async ({ expect }) => {
    const value = "x".repeat(180_000);
    const { exitCode, sandbox } = await play({
      inputs: { "parameters-file": "load.json" },
      prepare: workspace => writeFileSync(join(workspace, "load.json"), JSON.stringify({ value })),
    });
    expect(exitCode).toBe(0);
    expect(sandbox.requests[1]?.body.length).toBeGreaterThan(180_000);
  });

  const refused: readonly {
    name: string;
    path: string;
    prepare: (workspace: string) => void;
    why: string;
  }[] = [
    {
      name: "one that is not there",
      path: "no/such.txt",
      prepare: () => undefined,
      why: "does not exist. Check the path, and that an earlier step of this job writes it.",
    },
    { name: "one above", path: "../OUTPUT", prepare: () => undefined, why: OUTSIDE },
    { name: "an absolute one", path: "/etc/hostname", prepare: () => undefined, why: OUTSIDE },
    {
      name: "one above, on a way round",
      path: "a/../../OUTPUT",
      prepare: workspace => mkdirSync(join(workspace, "a")),
      why: OUTSIDE,
    },
    {
      name: "a link out",
      path: "link",
      prepare: workspace => symlinkSync("/etc/hostname", join(workspace, "link")),
      why: OUTSIDE,
    },
    {
      name: "one below a link out",
      path: "etc/hostname",
      prepare: workspace => symlinkSync("/etc", join(workspace, "etc")),
      why: OUTSIDE,
    },
    {
      name: "a folder",
      path: "folder",
      prepare: workspace => mkdirSync(join(workspace, "folder")),
      why: "is a folder. Name a file.",
    },
    {
      name: "the workspace itself",
      path: ".",
      prepare: () => undefined,
      why: "is a folder. Name a file.",
    },
    {
      name: "one that would be a folder",
      path: "logs/",
      prepare: () => undefined,
      why: "is a folder. Name a file.",
    },
    {
      name: "one that is too large",
      path: "large",
      prepare: workspace => writeFileSync(join(workspace, "large"), "a".repeat(1_048_577)),
      why: "is larger than 1 MB.",
    },
    {
      name: "one that is not UTF-8",
      path: "latin",
      prepare: workspace =>
        writeFileSync(join(workspace, "latin"), Buffer.from("a=\xe4", "latin1")),
      why: "is not UTF-8 text. Save it as UTF-8.",
    },
    {
      name: "a circle of links",
      path: "round",
      prepare: workspace => symlinkSync("round", join(workspace, "round")),
      why: "is a link that leads back to itself.",
    },
  ];
  it.for(refused)("refuses $name before a request", async ({ path, prepare, why }, { expect }) => {
    const played = await play({ inputs: { "parameters-file": path }, prepare });
    expect(played.log).toEqual([
      `[error] Etlworks flow: refused: parameters-file: "${path}" ${why}`,
    ]);
    expect(played.wire).toEqual([]);
    expect(played.outputs["outcome"]).toBe("refused");
  });

  it("is named where something in it is wrong", async ({ expect }) => {
    const { outputs } = await play({
      inputs: { "parameters-file": "load.txt" },
      prepare: workspace => writeFileSync(join(workspace, "load.txt"), "a=1\nhidden-value"),
    });
    expect(outputs["message"]).toBe(
      'parameters-file: line 2 has no "=". Write name=value on each line, or a JSON object.',
    );
  });
});

describe.concurrent("log-file", () => {
  const FAILING: Scene["run"] = {
    end: "error",
    message: "no such table",
    log: "Loading\n\tstep 2",
  };
  const LOG = [
    "TIME INFO  Starting flow 'Load orders' (7)",
    "Loading",
    "\tstep 2",
    "TIME ERROR no such table",
    "TIME ERROR Flow finished with status 'error'",
    "",
  ];
  const shown = (text: string) =>
    text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z|\d{4}-\d\d-\d\d [\d:.,]+/g, "TIME").split("\n");

  it.for(["run.txt", "logs/deep/run.txt"])(
    "gets the run's whole log: %s",
    async (path, { expect }) => {
      let written = "";
      const { log, wire, exitCode } = await play({
        run: FAILING,
        inputs: { "log-file": path },
        inspect: workspace => {
          written = readFileSync(join(workspace, path), "utf8");
        },
      });
      expect(exitCode).toBe(1);
      expect(shown(written)).toEqual(LOG);
      expect(log).toEqual([
        started(),
        "error · Ns",
        `[error] Etlworks flow 7: error: no such table%0AThe run's log is in ${path}.`,
      ]);
      expect(wire).toEqual([
        HISTORY,
        "POST /v1/flows/7/run {}",
        look(),
        "GET /v1/executions/console/download?flowId=7&auditId=8721934",
      ]);
    },
  );

  it("gets lines whole that are too long to be printed", async ({ expect }) => {
    const line = `values ${"x".repeat(4_990)} end`;
    let written = "";
    const { log } = await play({
      run: { log: line },
      inputs: { "log-file": "run.txt", "show-log": "always" },
      inspect: workspace => {
        written = readFileSync(join(workspace, "run.txt"), "utf8");
      },
    });
    expect(written.split("\n")).toContain(line);
    expect(log).toContain(`| ${line.slice(0, 4_000)}…`);
  });

  it("gets the logs of several runs, each under its name", async ({ expect }) => {
    const runs = [{ runningMs: 20 }];
    const sandbox = await startSandbox({
      flows: [
        { id: 7, name: "Load orders", runs },
        { id: 8, name: "Load customers", runs },
      ],
    });
    try {
      let written = "";
      const { baseUrl, apiKey } = sandbox;
      const inputs = { flows: "7\n8", "max-parallel": "1", "log-file": "runs.txt" };
      const { exitCode } = await runStep({
        inputs: { "base-url": baseUrl, "api-key": apiKey, ...inputs },
        inspect: workspace => {
          written = readFileSync(join(workspace, "runs.txt"), "utf8");
        },
      });
      expect(exitCode).toBe(0);
      const headings = written.split("\n").filter(line => line.startsWith("=== "));
      expect(headings.map(line => line.replace(/\d{7}/, "N"))).toEqual([
        '=== "Load orders" (7) · run N',
        '=== "Load customers" (8) · run N',
      ]);
    } finally {
      await sandbox.close();
    }
  });

  it("is read once for the file and for the job's log", async ({ expect }) => {
    let written = "";
    const { log, wire } = await play({
      run: FAILING,
      inputs: { "log-file": "run.txt", "show-log": "always" },
      inspect: workspace => {
        written = readFileSync(join(workspace, "run.txt"), "utf8");
      },
    });
    expect(log.filter(line => line.startsWith("| "))).toHaveLength(5);
    expect(log.at(-1)).toContain("%0AThe run's log is shown above.");
    expect(wire.filter(call => call.includes("console"))).toHaveLength(1);
    expect(written).not.toBe("");
  });

  it("hides a secret that the log repeats", async ({ expect }) => {
    let written = "";
    const password = "tell-nobody-at-all";
    await play({
      run: {
        end: "error",
        log: `password ${password} and ${password.slice(0, 4)}\u0000${password.slice(4)}`,
      },
      sandbox: { users: [{ login: "olivia@example.com", password, role: "Operator" }] },
      inputs: {
        "api-key": "",
        username: "olivia@example.com",
        password,
        "log-file": "run.txt",
      },
      inspect: workspace => {
        written = readFileSync(join(workspace, "run.txt"), "utf8");
      },
    });
    expect(written).toContain("password *** and ***");
    expect(written).not.toContain(password);
  });

  const refused: readonly {
    path: string;
    prepare: (workspace: string) => void;
    why: string;
  }[] = [
    { path: "../run.txt", prepare: () => undefined, why: OUTSIDE },
    { path: "/tmp/run.txt", prepare: () => undefined, why: OUTSIDE },
    {
      path: "out/run.txt",
      prepare: workspace => symlinkSync("/tmp", join(workspace, "out")),
      why: OUTSIDE,
    },
    {
      path: "link",
      prepare: workspace => symlinkSync("/tmp/not-there-at-all", join(workspace, "link")),
      why: "is a link to a file that does not exist. Remove the link.",
    },
    {
      path: "folder",
      prepare: workspace => mkdirSync(join(workspace, "folder")),
      why: "is a folder. Name a file.",
    },
    {
      path: "file/run.txt",
      prepare: workspace => writeFileSync(join(workspace, "file"), ""),
      why: "does not exist. One of its folders is a file.",
    },
    { path: "pipe", prepare: makePipe("pipe"), why: "is not a regular file." },
  ];
  it.for(refused)("refuses $path before a request", async ({ path, prepare, why }, { expect }) => {
    const played = await play({ inputs: { "log-file": path }, prepare });
    expect(played.log).toEqual([`[error] Etlworks flow: refused: log-file: "${path}" ${why}`]);
    expect(played.wire).toEqual([]);
  });

  it("refuses a path that no system takes as a mistake, not as a fault of ours", async ({
    expect,
  }) => {
    const { log } = await play({ inputs: { "log-file": "a/".repeat(2_100) } });
    expect(log).toHaveLength(1);
    expect(log[0]).toMatch(/^\[error\] Etlworks flow: refused: log-file: "a\/a\//);
  });

  it("has no place where the workspace is not there", async ({ expect }) => {
    const played = await play({
      inputs: { "log-file": "run.txt" },
      environment: { GITHUB_WORKSPACE: "/not/there/at/all" },
    });
    expect(played.log).toEqual([
      '[error] Etlworks flow: refused: log-file: the workspace "/not/there/at/all" cannot be used (ENOENT). Check that this machine has the folder that GITHUB_WORKSPACE names, or remove log-file.',
    ]);
    expect(played.wire).toEqual([]);
  });

  it("that could not be had makes no other way to the log", async ({ expect }) => {
    const { log } = await play({
      inputs: { "log-file": "run.txt" },
      run: { end: "error" },
      faults: [{ kind: "answer", when: "before", status: 403, path: /console/ }],
    });
    expect(log.at(-1)).toContain("Open the run's log in Etlworks.");
    expect(log.at(-1)).not.toContain("show-log");
  });

  it("waits for no reader of a pipe, which no signal could end", async ({ expect }) => {
    const { exitCode, log, outputs } = await play({
      inputs: { "log-file": "run.txt" },
      run: { runningMs: 300 },
      patienceMs: 20_000,
      async whileRunning({ asked, workspace }) {
        await asked(/run$/);
        makePipe("run.txt")(workspace);
      },
    });
    expect(exitCode).toBe(0);
    expect(outputs["outcome"]).toBe("success");
    expect(log.at(-1)).toBe(
      '[warning] Run log: The log of run 8721934 could not be written: log-file: "run.txt" is not a regular file.',
    );
  });

  it("that cannot be written is a warning, and the verdict is the run's", async ({ expect }) => {
    const { exitCode, log, outputs } = await play({
      inputs: { "log-file": "folder/run.txt" },
      run: { runningMs: 2_000 },
      prepare: workspace => mkdirSync(join(workspace, "folder")),
      async whileRunning({ printed, workspace }) {
        await printed("Started");
        // A link out, put there while the run was under way.
        rmdirSync(join(workspace, "folder"));
        symlinkSync("/tmp", join(workspace, "folder"));
      },
    });
    expect(exitCode).toBe(0);
    expect(outputs["outcome"]).toBe("success");
    expect(log.at(-1)).toContain(
      '[warning] Run log: The log of run 8721934 could not be written: log-file: "folder/run.txt" is outside',
    );
  });
});
