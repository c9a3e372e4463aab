import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Files that wait longest, for servers and steps in real time: the others fill the time meanwhile. Then
 * those that compute longest, so that none of them is the last.
 */
export const LONGEST = [
  "test/action/bundle/following.test.ts",
  "test/action/bundle/outcomes.test.ts",
  "test/odd-servers/odd-servers.test.ts",
  "test/action/bundle/start-in-doubt.test.ts",
  "test/action/bundle/many-flows.test.ts",
  "test/lambda/dispatcher.test.ts",
  "test/lambda/runner.test.ts",
  "test/action/bundle/credentials.test.ts",
  "test/action/bundle/being-stopped.test.ts",
  "test/action/bundle/hostile-text.test.ts",
  "test/action/report/commit-status.test.ts",
  "test/action/bundle/post-step.test.ts",
  "test/docs/deploy.test.ts",
  "test/repository/dist.test.ts",
  "test/lambda/follow/operations.test.ts",
  "test/laboratory/laboratory.test.ts",
];

/**
 * Vitest would run one project after the other, and would know how long a file takes only from a run
 * before. Here no file that waits is left for the end, where nothing fills the time.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- vitest's own method; it gives a new list
    const sorted = await super.sort(files);
    const { root } = this.ctx.config;
    const place = ({ moduleId, project }: TestSpecification) =>
      placeOf(relative(root, moduleId).replaceAll("\\", "/"), project.config.isolate);
    return sorted.toSorted((one, other) => place(one) - place(other));
  }
}

/** The longest, then those with a worker of their own, which also wait, then the rest. */
export function placeOf(file: string, alone: boolean): number {
  const position = LONGEST.indexOf(file);
  if (position >= 0) return position;
  return LONGEST.length + (alone ? 0 : 1);
}
