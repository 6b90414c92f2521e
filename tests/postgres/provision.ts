/**
 * `deno task postgres [start|stop|remove] [--dir .postgres] [--port 54417]`: a Postgres 17 like the hosted one, without Docker.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { ensureBaseTemplate, giveToOwner } from "./base-template.ts";
import { type Cluster, ownerUrl, removeCluster, startCluster, stopCluster, superuserUrl } from "./cluster.ts";
import { installStandIns } from "./stand-ins.ts";
import { ensureSystem } from "./system.ts";

const root = new URL("../../", import.meta.url).pathname;

const { values, positionals } = parseArgs({
  args: Deno.args,
  allowPositionals: true,
  options: {
    dir: { type: "string", default: Deno.env.get("SIGNALBOX_POSTGRES_DIR") ?? `${root}.postgres` },
    port: { type: "string", default: "54417" },
  },
});

const cluster: Cluster = { system: `${values.dir}/system`, port: Number(values.port) };
const say = (line: string) => Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));

async function start(): Promise<void> {
  await ensureSystem(values.dir, say);
  await installStandIns(cluster.system);
  await startCluster(cluster);
  await ensureBaseTemplate(superuserUrl(cluster));
  await giveToOwner(superuserUrl(cluster), "postgres");
  say("Postgres 17 is running; `create database x template signalbox_base` makes an empty project");
  Deno.stdout.writeSync(new TextEncoder().encode(`DATABASE_URL=${ownerUrl(cluster)}\n`));
}

switch (positionals[0] ?? "start") {
  case "start":
    await start();
    break;
  case "stop":
    await stopCluster(cluster);
    break;
  case "remove":
    await removeCluster(cluster);
    break;
  default:
    say(`Unknown command ${positionals[0]}: start, stop or remove`);
    Deno.exit(2);
}
