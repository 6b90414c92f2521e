import { fileURLToPath } from "node:url";
import type { StackOptions } from "./stack-options.ts";
import type { Stack } from "./stack.ts";
import { startStack } from "./start-stack.ts";

/** The repository this file belongs to. */
const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));

/**
 * Starts this repository's stack as a test wants it: any free port, nothing kept, with the demo, all providers played
 * by the stand-in, nothing of the environment, nothing printed. Single options replace these.
 */
export function startStackForTests(options: Partial<StackOptions> = {}): Promise<Stack> {
  return startStack({
    projectRoot: REPOSITORY,
    port: 0,
    dataFolder: null,
    demo: true,
    stackFile: null,
    standIn: [],
    environment: {},
    watch: false,
    buildDashboard: false,
    onProgress: () => {},
    onLog: () => {},
    ...options,
  });
}
