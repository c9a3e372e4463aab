import type { Moment, Twist } from "../../virtual/virtual-processes.ts";
import type { Defect } from "./defects.ts";
import { smallWorld } from "./exhaust.ts";
import type { Command, World } from "./world.ts";

/** A race on purpose: the world keeps every promise, and breaks one with the defect. */
export interface NamedTrace {
  readonly defect: Defect;
  readonly world: World;
}

const NEVER = Number.MAX_SAFE_INTEGER;

/**
 * One trace for each defect. Random worlds meet most of these races once in thousands of worlds, and
 * some once in hundreds of thousands.
 */
export const NAMED_TRACES: readonly NamedTrace[] = [
  {
    // The lane comes, finds nothing and ends, all before the entry is written.
    defect: "wake before write",
    world: trace(["e0"], { twists: [slowly("dispatcher 1", "putEntry", 30_000)] }),
  },
  {
    // The lane of the first event ends between the second one's look at the head and its write.
    defect: "generation read before the write",
    world: trace(["e0", "e1"], { twists: [slowly("dispatcher 2", "putEntry", 30_000)] }),
  },
  {
    // The second event comes between the lane's last query and its end.
    defect: "end without the last look",
    world: trace(["e0", "e1"], {
      second: { who: "lane a 1", call: "queryTickets", nth: 2 },
      twists: [slowly("lane a 1", "raise", 5_000)],
    }),
  },
  {
    // The same, and the answer to the lane's raise is lost: another generation, by its own hand.
    defect: "a superseded lane ends without a look",
    world: trace(["e0", "e1"], {
      second: { who: "lane a 1", call: "queryTickets", nth: 2 },
      twists: [{ ...slowly("lane a 1", "raise", 5_000), fate: "lost after" }],
    }),
  },
  {
    defect: "claim without condition",
    world: trace(["e0"], {
      commands: [command("hold", { who: "lane a 1", call: "queryTickets" })],
      twists: [slowly("lane a 1", "claim", 5_000)],
    }),
  },
  {
    defect: "claim by generation alone",
    world: trace(["e0"], {
      commands: [command("hold", { who: "lane a 1", call: "queryTickets" })],
      twists: [slowly("lane a 1", "claim", 5_000)],
    }),
  },
  {
    defect: "a hold that is not looked at",
    world: trace(["e0"], {
      commands: [command("hold", { who: "dispatcher 1", call: "takeNumbers" })],
      twists: [slowly("dispatcher 1", "putEntry", 1_000)],
    }),
  },
  {
    // The lane is stopped when its runner is on the way to the fence; the next one runs the batch.
    defect: "no fence before the start",
    world: trace(["e0"], {
      commands: [stop("lane a 1", { who: "runner a 1.1", call: "readBatch" })],
      twists: [slowly("runner a 1.1", "beginBatch", 100_000)],
      // As long as the batch is open its parameters can be read.
      minRunMs: 200_000,
    }),
  },
  {
    // A lane's invocation that AWS gave up deletes its tickets when the event waits again.
    defect: "no round",
    world: trace(["e0"], {
      failing: 1,
      commands: [command("again", { who: "lane a 1", call: "close" })],
      twists: [{ who: "lane a 1", call: "deleteTickets", fate: "given up", slowMs: 60_000 }],
      minRunMs: 100_000,
    }),
  },
  {
    defect: "order by clock",
    world: trace(["e0", "e1"], {
      second: { who: "lane a 1", call: "readHead" },
      maxSkewMs: 30_000,
      twists: [slowly("lane a 1", "queryTickets", 20_000)],
    }),
  },
  {
    // A stopped runner's invocation is inside its request and goes on.
    defect: "no wait for zombies",
    world: trace(["e0"], {
      twists: [{ who: "runner a 1.1", call: "POST", fate: "stopped", slowMs: 60_000 }],
    }),
  },
  {
    // Two learn that a stopped lane has ended; one of them is so slow that the next one ends too, and
    // dies before it can see so.
    defect: "raise without condition",
    world: trace(["e0", "e1"], {
      secondAt: 480_000,
      commands: [{ ...stop("lane a 1", undefined), at: 299_000 }],
      twists: [{ ...slowly("sweep", "raise", 50_000), fate: "dies after" }],
      minRunMs: 305_000,
      calmFrom: 500_000,
    }),
  },
  {
    // A number below the drop's is written late: an operator sees it, the lane ends the drop and
    // claims it, and the operator's write follows.
    defect: "drop without its check",
    world: trace(["e0", "e1"], {
      secondAt: 1_000,
      commands: [command("drop", { who: "dispatcher 1", call: "takeNumbers" })],
      twists: [
        slowly("dispatcher 1", "putEntry", 10_000),
        // The first query counts what waits, the second one finds what is to be dropped.
        { ...slowly("drop a", "queryTickets", 12_000), nth: 2 },
        slowly("drop a", "dropEntries", 10_000),
        slowly("lane a 1", "finishDrop", 14_000),
      ],
      minRunMs: 60_000,
    }),
  },
  {
    defect: "drop entry by entry",
    world: trace(["e0"], {
      commands: [command("drop", { who: "dispatcher 1", call: "putEntry" })],
      twists: [slowly("drop a", "dropEntries", 20_000)],
      minRunMs: 60_000,
    }),
  },
  {
    defect: "unknown starts run again",
    world: trace(["e0"], {
      twists: [{ who: "runner a 1.1", call: "POST", fate: "stopped", slowMs: 10_000 }],
    }),
  },
  {
    defect: "start-unknown at once",
    world: trace(["e0"], {
      commands: [stop("lane a 1", { who: "runner a 1.1", call: "noteAuditId" })],
      minRunMs: 500_000,
    }),
  },
  {
    // A lane waits after its runner's end. A sweep takes the lane for dead, its successor runs the
    // batch, and then the first one settles.
    defect: "settle blind",
    world: trace(["e0"], {
      firstAt: 120_000,
      minRunMs: 500_000,
      commands: [stop("runner a 1.1", { who: "runner a 1.1", call: "readBatch" })],
      twists: [
        { who: "runner a 1.1", call: "beginBatch", fate: "dies before" },
        slowly("lane a 1", "settleBatch", 60_000),
      ],
      wrongSweeps: 1,
    }),
  },
  { defect: "entries told before the outcome", world: trace(["e0"], { failing: 1 }) },
];

/**
 * A run that an invocation began which AWS had given up, or which died before its checkpoint: its
 * successor cannot know of it, and the ledger does. Each has one run, and is told its outcome.
 */
export const FOLLOWED_TRACES: Readonly<Record<string, World>> = {
  "the invocation that noted the run's id died": trace(["e0"], {
    realRunner: true,
    twists: [{ who: "runner a 1.1", call: "noteAuditId", fate: "dies after" }],
  }),
  "the start is sent when its successor has given up on it": trace(["e0"], {
    realRunner: true,
    twists: [{ who: "runner a 1.1", call: "POST", fate: "given up", slowMs: 100_000 }],
  }),
};

interface TraceOptions
  extends Partial<
    Pick<
      World,
      | "twists"
      | "commands"
      | "failing"
      | "minRunMs"
      | "maxSkewMs"
      | "calmFrom"
      | "wrongSweeps"
      | "realRunner"
    >
  > {
  readonly firstAt?: number;
  /** When the second event comes: at this moment, or at this time. */
  readonly second?: Moment;
  readonly secondAt?: number;
}

function trace(identities: readonly string[], options: TraceOptions): World {
  const { firstAt = 0, second, secondAt = second === undefined ? 0 : NEVER, ...rest } = options;
  const { minRunMs = 500 } = rest;
  const base = smallWorld({ deliveries: identities.map(identity => [identity]) });
  return {
    ...base,
    maxRunMs: minRunMs + 1_000,
    ...rest,
    deliveries: base.deliveries.map((delivery, index) => ({
      ...delivery,
      at: index === 0 ? firstAt : secondAt,
      ...(index === 1 && second !== undefined && { on: second }),
    })),
  };
}

function slowly(who: string, call: string, waitMs: number): Twist {
  return { who, call, waitMs };
}

function command(what: Command["do"], on: Moment): Command {
  return { at: NEVER, afterOperations: NEVER, on, lane: "a", do: what };
}

function stop(label: string, on: Moment | undefined): Command {
  const moment = on === undefined ? {} : { on };
  return { at: NEVER, afterOperations: NEVER, ...moment, lane: "a", do: "stop", label };
}
