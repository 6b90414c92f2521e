/**
 * `deno task bench <name> [options]`: runs `tests/bench/<name>/bench.ts`, which prints JSON lines and keeps them under
 * `tests/bench/results/`.
 *
 * @module
 */
const [name = ""] = Deno.args;
const names = [...Deno.readDirSync(new URL("./", import.meta.url))]
  .filter(({ isDirectory, name }) => isDirectory && name !== "results").map((entry) => entry.name).sort();
if (!names.includes(name)) throw new Error(`Cannot run the benchmark '${name}': there are ${names.join(", ")}`);
await import(`./${name}/bench.ts`);
