import { createLog, type Log } from "../../../lambda/log.ts";
import type { Dimensions, Metrics } from "../../../lambda/metrics.ts";
import { isObject } from "../../../shared/json.ts";

/** A log and metrics whose lines and values are kept, for tests of what is told. */
export interface Recorded {
  readonly log: Log;
  /** Each line without its time: level and message, then the fields. */
  readonly lines: readonly unknown[];
  readonly metrics: Metrics;
  readonly values: readonly RecordedValue[];
}

type RecordedValue = readonly [name: string, value: number, dimensions: Dimensions];

export function createRecorded(): Recorded {
  const lines: unknown[] = [];
  const values: RecordedValue[] = [];
  return {
    log: createLog({
      write(line) {
        const parsed: unknown = JSON.parse(line);
        const { timestamp: _, ...told } = isObject(parsed) ? parsed : {};
        lines.push(told);
      },
      epochMs: () => 0,
      redact: text => text,
    }),
    lines,
    metrics: {
      add: (name, value = 1, dimensions = {}) => values.push([name, value, dimensions]),
      flush() {},
    },
    values,
  };
}
