import { dirname, resolve } from "node:path";
import { parse } from "smol-toml";

/** One `[functions.<slug>]` block of config.toml, with absolute paths. */
export interface FunctionConfig {
  slug: string;
  enabled: boolean;
  /** Whether the platform checks the token before the function runs. The platform's default is true. */
  verifyJwt: boolean;
  entrypoint: string;
  importMap: string;
}

/** Where paths come from that a block leaves out. */
export interface FunctionDefaults {
  /** Absolute path of config.toml: the paths in it are relative to its folder. */
  configToml: string;
  /** Absolute path of the folder that holds `<slug>/index.ts`. */
  functionsDir: string;
  /** Absolute path of the deno.json used by functions that name none. */
  importMap: string;
}

/**
 * Reads the function blocks of a Supabase config.toml.
 *
 * @throws {TypeError} when the file is not TOML or a block has a value of the wrong type.
 */
export function readFunctionConfigs(toml: string, defaults: FunctionDefaults): Map<string, FunctionConfig> {
  const functions = table(parseToml(toml, defaults.configToml)["functions"] ?? {}, "functions");
  const base = dirname(defaults.configToml);
  return new Map(
    Object.entries(functions).map(([slug, value]) => {
      const name = `functions.${slug}`;
      const block = table(value, name);
      const entrypoint = text(block["entrypoint"], `${name}.entrypoint`);
      const importMap = text(block["import_map"], `${name}.import_map`);
      return [slug, {
        slug,
        enabled: flag(block["enabled"], `${name}.enabled`) ?? true,
        verifyJwt: flag(block["verify_jwt"], `${name}.verify_jwt`) ?? true,
        entrypoint: entrypoint === undefined
          ? resolve(defaults.functionsDir, slug, "index.ts")
          : resolve(base, entrypoint),
        importMap: importMap === undefined ? defaults.importMap : resolve(base, importMap),
      }];
    }),
  );
}

function parseToml(toml: string, path: string): Record<string, unknown> {
  try {
    return parse(toml);
  } catch (cause) {
    throw new TypeError(`Cannot read ${path}: it is not valid TOML`, { cause });
  }
}

function table(value: unknown, name: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new TypeError(`Cannot read config.toml: ${name} must be a table`);
}

function text(value: unknown, name: string): string | undefined {
  if (value === undefined || typeof value === "string") return value;
  throw new TypeError(`Cannot read config.toml: ${name} must be a string`);
}

function flag(value: unknown, name: string): boolean | undefined {
  if (value === undefined || typeof value === "boolean") return value;
  throw new TypeError(`Cannot read config.toml: ${name} must be true or false`);
}
