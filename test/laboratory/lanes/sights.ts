import type { Protocol } from "./play.ts";
import { isCalm } from "./world.ts";

/** What the worlds must hold, or the laboratory proves less than it seems to. */
export const LANE_SIGHTS: readonly string[] = `
a batch of several, two batches of a lane, several lanes, several pages of tickets, a sweep was needed,
a hold after a failure, a hold beside a run, a lane that stays held, a succession with a batch open,
a claimed batch of a dead execution, a batch that had begun before, a runner that the fence stopped,
a run that a second runner follows, settled as start-unknown, settled as not-started, settled as incomplete,
a settlement that came too late, an entry told twice, told success, told error, told superseded,
told incomplete, told start-unknown, told not-started, told dropped, a drop refused, an entry that waits again,
a duplicate of an entry that waits, a duplicate of an entry that is told, a zombie at work,
a claim that came too late, a batch closed twice, a ticket that the table did not delete,
nobody died, a run that nobody knows, the real runner, a wrong answer of AWS, a lane left at its many operations`
  .trim()
  .split(/,\s+/);

/** Which of them this world held. */
export function lanesSightsIn(protocol: Protocol): string[] {
  const { world, met, table, runs, claims, executions } = protocol;
  const sights = new Set(met);
  if (claims.some(({ batch }) => batch > 1)) sights.add("two batches of a lane");
  if (table.lanes.size > 1) sights.add("several lanes");
  const mostTickets = Math.max(0, ...claims.map(({ tickets }) => tickets.length));
  if (mostTickets > world.pageSize) sights.add("several pages of tickets");
  if ([...table.lanes.values()].some(({ head }) => head.hold !== undefined)) {
    sights.add("a lane that stays held");
  }
  if (isCalm(world)) sights.add("nobody died");
  for (const [lane, { batches }] of table.lanes) {
    for (const { id, auditId, out } of batches.values()) {
      const ran = runs.some(run => run.lane === lane && run.batch === id);
      if (ran && auditId === undefined && out?.kind === "start-unknown") {
        sights.add("a run that nobody knows");
      }
    }
  }
  const left = executions.some(
    ({ functionName, operations, status }) =>
      functionName === "lane" && status === "SUCCEEDED" && operations >= world.manyOperations,
  );
  if (left) sights.add("a lane left at its many operations");
  return [...sights];
}
