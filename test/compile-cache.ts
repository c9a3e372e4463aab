import { join } from "node:path";

/**
 * For the environment of Node processes that tests start. Some hundreds of them load the same few
 * files; with this, one compiles a file, or takes the types out of it, and the others read the result.
 */
export const COMPILE_CACHE = {
  NODE_COMPILE_CACHE: join(import.meta.dirname, "..", "node_modules", ".cache", "compiled"),
} as const;
