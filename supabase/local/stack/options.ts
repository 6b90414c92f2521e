import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { isProvider, type Provider, PROVIDERS } from "./providers.ts";
import { UsageError } from "./usage-error.ts";

/** What the command line asks for. */
export interface CommandOptions {
  port: number;
  /** Absolute; null keeps nothing ("memory"). */
  dataFolder: string | null;
  demo: boolean;
  /** Providers that the stand-in plays although another has a real key. */
  standIn: Provider[];
}

/** The usage text for `--help`. */
export const USAGE = `deno task start [flags]
  --port <number>      where to listen (default 54321)
  --data <folder>      where everything is kept (default .signalbox); "memory" keeps nothing
  --no-demo            no demo organization
  --stand-in=<names>   providers the stand-in plays beside real keys: ${PROVIDERS.join(",")}
Environment: DATABASE_URL, {OPENAI,ANTHROPIC,TOGETHER}_API_KEY and _BASE_URL`;

/**
 * Reads the flags of `deno task start`; null asks for the usage text.
 * @throws {UsageError} when a flag is unknown or its value makes no sense.
 */
export function parseOptions(words: readonly string[], currentFolder: string): CommandOptions | null {
  const values = readFlags(words);
  if (values.help) return null;
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new UsageError(`Cannot use --port ${values.port}: it is not a port number`);
  }
  const standIn = values["stand-in"].split(",").map((name) => name.trim()).filter((name) => name !== "");
  const unknown = standIn.find((name) => !isProvider(name));
  if (unknown !== undefined) {
    throw new UsageError(`Cannot stand in for "${unknown}": only ${PROVIDERS.join(", ")} are known`);
  }
  return {
    port,
    dataFolder: values.data === "memory" ? null : resolve(currentFolder, values.data),
    demo: !values["no-demo"],
    standIn: standIn.filter(isProvider),
  };
}

function readFlags(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        port: { type: "string", default: "54321" },
        data: { type: "string", default: ".signalbox" },
        "no-demo": { type: "boolean", default: false },
        "stand-in": { type: "string", default: "" },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}
