import type { Decision } from "../../../lambda/decision.ts";
import { differences } from "./differences.ts";
import type { Scene } from "./draw-scene.ts";
import type { AwsRecord } from "./envelopes.ts";
import { type ExpectedRun, expectedOf } from "./expected-runs.ts";
import { type Attempt, namesIn, type Played } from "./play.ts";

/**
 * What contradicts the pages in a scene: an event that is lost, or run twice, a run that nobody
 * promised, a good record that comes back, a bad one that does not.
 */
export function contradictions(scene: Scene, played: Played): readonly string[] {
  if (played.refused !== undefined) return [`good routes were refused: ${played.refused}`];
  const ledger = createKnown();
  return played.attempts.flatMap((attempt, index) => {
    const found = scene.lanes
      ? judgeWithLanes(attempt, scene, ledger)
      : judgeInPlace(attempt, scene);
    const where = `invocation ${index + 1} (attempt ${attempt.attempt})`;
    return found.map(sentence => `${where}: ${sentence}`);
  });
}

interface OpenedRecord {
  readonly record: AwsRecord;
  readonly runs: readonly ExpectedRun[];
  readonly problems: readonly string[];
}

function readRecords({ invocation }: Attempt, { routes }: Scene): readonly OpenedRecord[] {
  return invocation.records.map(record => {
    const expected = record.contents.map(content => expectedOf(content, routes));
    const isUnread = record.contents.some(({ kind }) => kind === "bad");
    return {
      record,
      runs: expected.flatMap(({ runs }) =>
        runs.map(run => (isUnread ? { ...run, maybe: true as const } : run)),
      ),
      problems: expected.flatMap(({ problems }) => problems),
    };
  });
}

/** Who has come before: each event of a route, as any of its copies would run it. */
interface Known {
  readonly texts: Map<string, string>;
  readonly entries: Map<string, string>;
  readonly groups: Map<string, string>;
}

function createKnown(): Known {
  return { texts: new Map(), entries: new Map(), groups: new Map() };
}

function judgeWithLanes(attempt: Attempt, scene: Scene, known: Known): readonly string[] {
  const records = readRecords(attempt, scene);
  const { answer, begun, disturbed } = attempt;
  const found: string[] = [];
  const failedNames = answer.kind === "answered" ? namesIn(answer.value) : [];
  const isBack = ({ names }: AwsRecord) =>
    answer.kind === "thrown" || names.some(name => failedNames.includes(name));
  const mustFail = failing(records);
  const isWhole =
    attempt.invocation.reply === "whole" || records.some(({ record }) => record.names.length === 0);
  for (const one of records) {
    const back = isBack(one.record);
    const reason = mustFail.get(one);
    if (reason !== undefined && !back)
      found.push(`acknowledged, though ${reason}: ${one.record.what}`);
    const others = isWhole && mustFail.size > 0;
    if (reason === undefined && back && !disturbed && !others) {
      found.push(
        `came back without a reason: ${one.record.what} (${JSON.stringify(answer)} ${JSON.stringify(attempt.lines)})`,
      );
    }
  }
  if (answer.kind === "thrown" && attempt.invocation.reply === "named" && !isWhole) {
    found.push(`threw, and so took back good records: ${answer.message}`);
  }
  const names = new Set(records.flatMap(({ record }) => record.names));
  for (const name of failedNames)
    if (!names.has(name)) found.push(`names ${name}, which AWS did not send`);

  // What may begin, by identity; a copy may have come in another form.
  const possible = new Map<string, ExpectedRun[]>();
  const isHeld = (run: ExpectedRun) => run.unknownAgain && isWhole && mustFail.size > 0;
  for (const one of records) {
    const behind = mustFail.get(one) === BEHIND;
    for (const run of one.runs) {
      if (isHeld(run) || (behind && !disturbed)) continue;
      possible.set(run.identity, [...(possible.get(run.identity) ?? []), run]);
    }
  }
  const fitting = begun.map(decision =>
    [...possible.values()]
      .flat()
      .filter(
        run => !known.texts.has(run.identity) && differences(decision, run, scene).length === 0,
      ),
  );
  const pairs = pairUp(fitting);
  for (const [index, decision] of begun.entries()) {
    const fresh = pairs.get(index);
    if (fresh === undefined) {
      found.push(
        `a run that nobody promised: ${JSON.stringify(decision)}; ${nearest(decision, [...possible.values()].flat(), scene)}`,
      );
    } else {
      known.texts.set(fresh.identity, decision.identity);
      if (fresh.by !== undefined) found.push(...judgeGroup(decision, fresh, known));
    }
  }
  for (const one of records) {
    const isGone = !isBack(one.record);
    for (const run of one.runs) {
      if (known.texts.has(run.identity)) continue;
      if (isGone) found.push(`lost: ${run.route} of ${one.record.what} (${run.identity})`);
      else if (
        !disturbed &&
        run.maybe !== true &&
        mustFail.get(one) !== BEHIND &&
        possible.has(run.identity)
      )
        found.push(`not begun beside the failure: ${run.route} of ${one.record.what}`);
    }
    for (const run of isGone ? one.runs : []) {
      const told = begun.find(({ identity }) => identity === known.texts.get(run.identity));
      if (told !== undefined && !attempt.woken.has(told.lane)) {
        found.push(`lane ${told.lane} was not woken`);
      }
    }
  }
  if (answer.kind === "thrown") found.push(...judgeUnknown(records, begun, known));
  if (!disturbed) found.push(...judgeOrder(begun, records, known));
  return found;
}

/** For each decision a run of its own; copies of an event may look like another. */
function pairUp(fitting: readonly (readonly ExpectedRun[])[]): ReadonlyMap<number, ExpectedRun> {
  const owners = new Map<string, number>();
  const pairs = new Map<number, ExpectedRun>();
  const place = (index: number, tried: Set<string>): boolean =>
    (fitting[index] ?? []).some(run => {
      if (tried.has(run.identity)) return false;
      tried.add(run.identity);
      const owner = owners.get(run.identity);
      if (owner !== undefined && !place(owner, tried)) return false;
      owners.set(run.identity, index);
      pairs.set(index, run);
      return true;
    });
  for (const index of fitting.keys()) place(index, new Set());
  return pairs;
}

function nearest(decision: Decision, runs: readonly ExpectedRun[], scene: Scene): string {
  const [first] = runs
    .filter(({ route }) => route === decision.route)
    .map(run => ({ run, differs: differences(decision, run, scene) }))
    .toSorted((one, two) => one.differs.length - two.differs.length);
  if (first === undefined) return "its route wants none of these events";
  const { run, differs } = first;
  return `${run.identity} differs in ${differs.join(", ") || "nothing: it came before"}`;
}

const BEHIND = "an earlier message of its group failed";

/** Which records must go back, and why. */
function failing(records: readonly OpenedRecord[]): ReadonlyMap<OpenedRecord, string> {
  const failed = new Map<OpenedRecord, string>();
  const groups = new Set<string>();
  for (const one of records) {
    const { group } = one.record;
    if (group !== undefined && groups.has(group)) failed.set(one, BEHIND);
    else if (one.problems.length > 0) {
      failed.set(one, one.problems.join("; "));
      if (group !== undefined) groups.add(group);
    }
  }
  return failed;
}

/** What nothing would know again does not begin while something that is known has not. */
function judgeUnknown(
  records: readonly OpenedRecord[],
  begun: readonly Decision[],
  known: Known,
): readonly string[] {
  const runs = records.flatMap(one => one.runs);
  const isMissing = runs.some(run => !run.unknownAgain && !known.texts.has(run.identity));
  const isBegun = (run: ExpectedRun) =>
    begun.some(({ identity }) => identity === known.texts.get(run.identity));
  const early = runs.filter(run => run.unknownAgain && isBegun(run));
  return isMissing ? early.map(run => `begins at each attempt: ${run.route} ${run.identity}`) : [];
}

/** Within a lane runs are in the order of their events. */
function judgeOrder(begun: readonly Decision[], records: readonly OpenedRecord[], known: Known) {
  const order = new Map<string, number>();
  // Between the groups of a FIFO queue no order is promised.
  if (records.some(({ record }) => record.group !== undefined)) return [];
  // What nothing would know again waits for the others.
  if (records.some(({ runs }) => runs.some(({ unknownAgain }) => unknownAgain))) return [];
  for (const [index, { runs }] of records.entries()) {
    for (const { identity, maybe } of runs) {
      const text = known.texts.get(identity);
      if (text !== undefined && maybe !== true && !order.has(text)) order.set(text, index);
    }
  }
  return [...Map.groupBy(begun, ({ lane }) => lane)].flatMap(([lane, decisions]) => {
    const places = decisions.map(({ identity }) => order.get(identity) ?? -1);
    const isSorted = places.every(
      (place, index) => index === 0 || place >= (places[index - 1] ?? 0),
    );
    return isSorted ? [] : [`lane ${lane} is out of order: ${places.join(", ")}`];
  });
}

/** Events with the same values share a batch, and no others do. */
function judgeGroup(decision: Decision, run: ExpectedRun, { groups, entries }: Known) {
  const expected = `${run.route} ${run.by}`;
  const given = `${run.route} ${decision.batch?.by}`;
  const first = groups.get(expected) ?? given;
  const other = entries.get(given) ?? expected;
  groups.set(expected, first);
  entries.set(given, other);
  if (first === given && other === expected) return [];
  return [`by is ${given} for ${expected}, and before it was ${first} for ${other}`];
}

function judgeInPlace(attempt: Attempt, scene: Scene): readonly string[] {
  const records = readRecords(attempt, scene);
  const { answer, begun, disturbed, invocation } = attempt;
  const found: string[] = [];
  const failedNames = answer.kind === "answered" ? namesIn(answer.value) : [];
  const isWhole =
    invocation.reply === "whole" || records.some(({ record }) => record.names.length === 0);
  const mustFail = failing(records);
  const begunTimes = new Set<string>();
  const all = records.flatMap(({ runs }) => runs);
  const pairs = pairUp(
    begun.map(decision => all.filter(run => differences(decision, run, scene).length === 0)),
  );
  for (const [index, decision] of begun.entries()) {
    const run = pairs.get(index);
    if (run !== undefined) begunTimes.add(run.identity);
    else
      found.push(
        `a run that nobody promised: ${JSON.stringify(decision)}; ${nearest(decision, all, scene)}`,
      );
  }
  for (const one of records) {
    const back =
      answer.kind === "thrown" || one.record.names.some(name => failedNames.includes(name));
    const reason = mustFail.get(one);
    if (reason !== undefined && !back)
      found.push(`acknowledged, though ${reason}: ${one.record.what}`);
    if (reason === undefined && back && !disturbed && !(isWhole && mustFail.size > 0)) {
      found.push(`came back without a reason: ${one.record.what} (${JSON.stringify(answer)})`);
    }
    for (const run of back ? [] : one.runs) {
      if (!begunTimes.has(run.identity)) found.push(`lost: ${run.route} of ${one.record.what}`);
    }
    // Each of AWS's attempts would start it again.
    if (reason !== undefined && !disturbed) {
      const alone = one.runs.filter(
        ({ identity }) =>
          begunTimes.has(identity) &&
          !records.some(
            other =>
              other !== one &&
              !mustFail.has(other) &&
              other.runs.some(run => run.identity === identity),
          ),
      );
      if (alone.length > 0) found.push(`started at each attempt: ${one.record.what}`);
    }
  }
  return found;
}
