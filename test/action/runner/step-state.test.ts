import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  readState,
  runStateName,
  SETTINGS_STATE,
  STATUS_STATE,
  startStateName,
  writeRun,
  writeSettings,
  writeStart,
  writeStatus,
} from "../../../action/runner/step-state.ts";

const run = fc.record(
  {
    flowId: fc.integer({ min: 1 }),
    auditId: fc.stringMatching(/^[1-9]\d{0,18}$/),
    origin: fc.constantFrom("started", "adopted", "attached"),
    phase: fc.constantFrom("following", "stopping", "settled", "not-ours"),
    sentAt: fc.integer(),
    newestAt: fc.integer(),
    seen: fc.constant(true),
    retried: fc.constant(true),
  },
  { requiredKeys: ["flowId", "auditId", "origin", "phase"] },
);
const settings = fc.record(
  {
    baseUrl: fc.domain().map(domain => `https://${domain}/rest`),
    failOnWarning: fc.boolean(),
    signIn: fc.constantFrom("key", "login"),
    stopRequest: fc.record({
      method: fc.constantFrom("POST", "DELETE"),
      path: fc.stringMatching(/^\/[^\s#\\]*$/),
    }),
  },
  { requiredKeys: ["baseUrl", "failOnWarning"] },
);
const status = fc.record(
  {
    context: fc.string({ minLength: 1 }),
    concluded: fc.boolean(),
    flows: fc.integer(),
    end: fc.record({
      state: fc.constantFrom("success", "failure", "error"),
      description: fc.string(),
    }),
  },
  { requiredKeys: ["context", "concluded"] },
);

describe("the state for the post step", () => {
  it("comes back as it was written, in one line each, runs in their order", () => {
    fc.assert(
      fc.property(settings, fc.array(run, { maxLength: 12 }), status, (one, runs, shown) => {
        const texts = [
          [SETTINGS_STATE, writeSettings(one)],
          ...runs.map((each, index) => [runStateName(index + 1), writeRun(each)]),
          [STATUS_STATE, writeStatus(shown)],
        ] as const;
        for (const [, text = ""] of texts) expect(text).not.toContain("\n");
        const environment = Object.fromEntries(
          texts.map(([name = "", text = ""]) => [`STATE_${name}`, text]),
        );
        expect(readState(environment)).toEqual({
          settings: one,
          runs,
          openStarts: [],
          status: shown,
        });
      }),
    );
  });

  it("is nothing where it is something else", () => {
    const nothing = { settings: undefined, runs: [], openStarts: [], status: undefined };
    expect(readState({})).toEqual(nothing);
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), text => {
        const environment = {
          STATE_settings: text,
          "STATE_run-1": text,
          "STATE_start-2": text,
          STATE_status: text,
          "STATE_run-x": "{}",
        };
        expect(readState(environment)).toEqual(nothing);
      }),
    );
  });

  it("names the starts without an answer, and no others", () => {
    const saved = (index: number, unanswered: boolean) =>
      [`STATE_${startStateName(index)}`, writeStart({ flowId: index, unanswered })] as const;
    const known = { flowId: 2, auditId: "5", origin: "started", phase: "settled" } as const;
    const environment = Object.fromEntries([
      saved(3, true),
      saved(1, true),
      saved(2, true),
      saved(4, false),
      [`STATE_${runStateName(2)}`, writeRun(known)],
      ["STATE_start-5", '{"flowId":0,"unanswered":true}'],
      ["STATE_start-6", '{"flowId":6,"unanswered":"true"}'],
    ]);
    const open = readState(environment).openStarts.map(({ flowId }) => flowId);
    expect(open).toEqual([1, 3]);
  });

  it("takes no address that is none", () => {
    for (const baseUrl of [
      "",
      "app.etlworks.com",
      "file:///etc/passwd",
      7,
      "https://app.etlworks.com",
      "https://app.etlworks.com@evil.example.com/rest",
      "https://app.etlworks.com/rest?a=b",
      "https://app.etlworks.com/rest#a",
      "https://app.etlworks.com/rest/x",
    ]) {
      expect(readState({ STATE_settings: JSON.stringify({ baseUrl }) }).settings).toBeUndefined();
    }
  });

  it("takes no stop request that main cannot have written", () => {
    const baseUrl = "https://app.etlworks.com/rest";
    const good = { method: "POST", path: "/stop?auditId={audit-id}" };
    const read = (stopRequest: object) =>
      readState({ STATE_settings: JSON.stringify({ baseUrl, stopRequest }) }).settings?.stopRequest;
    expect(read(good)).toEqual(good);
    for (const more of [
      { method: "PO ST" },
      { method: "CONNECT" },
      { method: "post" },
      { method: 7 },
      { path: "stop" },
      { path: "/stop now" },
      { path: "/stop#x" },
    ]) {
      expect(read({ ...good, ...more })).toBeUndefined();
    }
  });

  it("takes no run that main cannot have written", () => {
    const good = { flowId: 7, auditId: "8", origin: "started", phase: "following" };
    const runsOf = (more: object) =>
      readState({ "STATE_run-1": JSON.stringify({ ...good, ...more }) }).runs;
    // As an older version wrote it, and with times that are none.
    expect(runsOf({})).toEqual([good]);
    expect(runsOf({ sentAt: "7", newestAt: null })).toEqual([good]);
    for (const more of [
      { flowId: 0 },
      { flowId: -7 },
      { flowId: 7.5 },
      { flowId: 1e300 },
      { flowId: "7" },
      { auditId: "" },
      { auditId: "0" },
      { auditId: "8/../9" },
      { auditId: "8&x=1" },
      { auditId: 8 },
      { origin: "found" },
      { phase: "ended" },
    ]) {
      expect(runsOf(more)).toEqual([]);
    }
  });

  it("carries nothing besides", () => {
    const more = { apiKey: "x", password: "y" };
    const one = {
      flowId: 7,
      auditId: "8",
      origin: "started",
      phase: "following",
      ...more,
    } as const;
    const request = { method: "POST", path: "/stop", ...more };
    const where = {
      baseUrl: "https://x/rest",
      failOnWarning: false,
      stopRequest: request,
      ...more,
    };
    expect(writeRun(one) + writeSettings(where)).not.toMatch(/apiKey|password/);
  });
});
