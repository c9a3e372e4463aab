import { type Flow, pastRuns } from "./flow.ts";

/** The flows of a small, believable data team, for the demo and for trying things by hand. */
export function exampleFlows(now: number): readonly Flow[] {
  return [
    {
      id: 12345,
      name: "Stripe to Snowflake — daily",
      description: "Daily incremental sync of charges into the warehouse",
      tags: ["production", "stripe"],
      enabledSchedules: 1,
      past: pastRuns(now, 24 * 60 * minute, [9_700, 10_400, 9_900, 11_200, 10_100, 9_800, 10_300]),
      runs: [{ queuedMs: 1_000, runningMs: 9_000, records: 48_213, log: stripeLog }],
    },
    {
      id: 12346,
      name: "Orders: landing bucket to warehouse",
      description: "Loads each CSV file that arrives in the landing bucket",
      tags: ["production", "orders"],
      runs: [{ runningMs: 6_000, end: "error", message: sqlException }],
    },
    {
      id: 12347,
      name: "Salesforce contacts — dedupe",
      tags: ["crm"],
      runs: [
        {
          runningMs: 5_000,
          end: "warning",
          records: 1_904,
          message: "17 records skipped: duplicate external id in object Contact",
        },
      ],
    },
    {
      id: 12348,
      name: "Finance month-end close",
      description: "Rebuilds the ledger; about four minutes",
      tags: ["production", "finance"],
      past: pastRuns(now, 30 * 24 * 60 * minute, [3.8 * minute, 4.1 * minute, 4.3 * minute]),
      runs: [{ queuedMs: 5_000, runningMs: 4 * minute, records: 310_550 }],
    },
    {
      id: 12349,
      name: "Postgres CDC to Kafka",
      description: "Streams changes until it is stopped",
      flowType: "ETL.cdc",
      tags: ["production", "streaming"],
      runs: [
        {
          runningMs: Number.POSITIVE_INFINITY,
          whenStopped: { settles: { afterMs: 5_000, status: "success" } },
        },
      ],
    },
  ];
}

/** A real flow fails like this: several lines, quotes, colons, a percent sign. */
const sqlException = `java.sql.BatchUpdateException: Batch entry 118 INSERT INTO public.orders (order_id, customer, total) VALUES ('10-4471', 'O''Neill & Søns', 100%) was aborted
  ERROR: value too long for type character varying(12)
  Detail: Column "customer" is varchar(12).
  at org.postgresql.jdbc.BatchResultHandler.handleError(BatchResultHandler.java:165)
  at com.toolsverse.etl.core.engine.EtlProcessor.load(EtlProcessor.java:2214)
Caused by: org.postgresql.util.PSQLException: ERROR: value too long for type character varying(12)`;

const stripeLog = `Extracting charges created after 2026-05-08T00:00:00Z
Loading 48213 records into ANALYTICS.STRIPE.CHARGES
Merge finished: 47980 inserted, 233 updated`;

const minute = 60_000;
