import { LocalDurableTestRunner } from "@aws/durable-execution-sdk-js-testing";
import { afterAll, beforeAll } from "vitest";

/** Has AWS's local runner ready for the tests of a file. */
export function useDurableRunner(): void {
  beforeAll(async () => {
    // Real time: the sockets of the stand-ins know no other.
    await LocalDurableTestRunner.setupTestEnvironment({ skipTime: false });
  });
  afterAll(async () => {
    await LocalDurableTestRunner.teardownTestEnvironment();
  });
}
