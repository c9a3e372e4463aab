/** The metrics of all functions and their units in CloudWatch. */
const UNITS = {
  /** Decisions handed to their lane, or started in place. */
  Delivered: "Count",
  /** Runs that began in Etlworks and are ours. */
  Started: "Count",
  /** Decisions that another copy of their event had brought before. */
  Deduplicated: "Count",
  /** Events that no route matched. */
  Unmatched: "Count",
  /** Events that a route matched and left alone, such as folder markers. */
  Skipped: "Count",
  /** Records or runs that went back to AWS. */
  Failures: "Count",
  /** Runs that came to an end. Not `Outcome`: that is the dimension, and both share one line. */
  Outcomes: "Count",
  /** Ends that the event bus did not take, or of sets that stayed incomplete where there is no bus. */
  Untold: "Count",
  /** From the end of a run, by the server's clock, until we saw it. */
  LatenessSeconds: "Seconds",
  /** Events that wait in a lane, at the last sweep. */
  Waiting: "Count",
  /** Lanes that start nothing until somebody resumes them, at the last sweep. */
  LanesHeld: "Count",
  /** How long the event has waited that waits longest, at the last sweep. */
  OldestWaitingSeconds: "Seconds",
  /** HTTP requests to Etlworks. Its limit, 600 a minute, belongs to the whole organisation. */
  Requests: "Count",
} as const;

export type MetricName = keyof typeof UNITS;

/** At most 30 dimensions a metric are allowed; each combination of values is billed as a metric. */
export type Dimensions = { readonly Route?: string; readonly Outcome?: string };

/** Adds up until `flush`, which writes one line for each set of dimensions. */
export interface Metrics {
  add(name: MetricName, value?: number, dimensions?: Dimensions): void;
  flush(): void;
}

export const NAMESPACE = "EtlworksRunFlow";

/**
 * Metrics as log lines in CloudWatch's embedded metric format, which costs no call and no wait:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 *
 * Own code and not Powertools' Metrics: 16 kB and 4 ms on Node 24, and it would
 * want one set of dimensions a line as well.
 */
export function createMetrics(dependencies: {
  readonly write: (line: string) => void;
  readonly epochMs: () => number;
  /** The deployment, so that two in one account are told apart. */
  readonly stack?: string | undefined;
}): Metrics {
  const { stack } = dependencies;
  const everywhere = stack === undefined ? {} : { Stack: stack };
  const lines = new Map<string, Line>();
  return {
    add(name, value = 1, dimensions = {}) {
      const key = JSON.stringify([dimensions.Route, dimensions.Outcome]);
      const line: Line = lines.get(key) ?? { dimensions, values: new Map() };
      lines.set(key, line);
      line.values.set(name, merged(name, line.values.get(name) ?? [], value));
    },
    flush() {
      for (const { dimensions: own, values } of lines.values()) {
        const dimensions = Object.fromEntries(
          Object.entries({ ...everywhere, ...own }).map(([name, text]) => [name, asAscii(text)]),
        );
        const declared = {
          Namespace: NAMESPACE,
          Dimensions: [Object.keys(dimensions)],
          Metrics: [...values.keys()].map(Name => ({ Name, Unit: UNITS[Name] })),
        };
        const metadata = { Timestamp: dependencies.epochMs(), CloudWatchMetrics: [declared] };
        const numbers = Object.fromEntries(
          [...values].map(([name, list]) => [name, list.length === 1 ? list[0] : list]),
        );
        dependencies.write(`${JSON.stringify({ _aws: metadata, ...dimensions, ...numbers })}\n`);
      }
      lines.clear();
    },
  };
}

/**
 * CloudWatch drops a metric without a word when the value of a dimension is not plain ASCII, or blank:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html
 * The rest is written in percent signs, so that two routes never share a line.
 */
function asAscii(text: string): string {
  const odd = text.trim() === "" ? /[^!-~]+/gu : /[^ -~]+/gu;
  return text.toWellFormed().replaceAll(odd, encodeURIComponent);
}

interface Line {
  readonly dimensions: Dimensions;
  readonly values: Map<MetricName, number[]>;
}

/** The format's limit for the values of one metric on one line. */
const MAX_VALUES = 100;

/** Counts are added up; durations are kept apart, so that percentiles stay true. */
function merged(name: MetricName, before: readonly number[], value: number): number[] {
  if (UNITS[name] === "Count") return [(before[0] ?? 0) + value];
  return [...before, value].slice(-MAX_VALUES);
}
