import { configureGlobal, readConfigureGlobal } from "fast-check";

/**
 * In CI every property draws the same cases each time, so that a change turns red only for what it
 * changed. On a contributor's machine each run draws new ones, and a failure names its seed.
 */
if (process.env["CI"] !== undefined) configureGlobal({ ...readConfigureGlobal(), seed: 1 });
