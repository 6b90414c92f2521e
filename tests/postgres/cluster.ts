import { runCommand, tryCommand } from "./run-command.ts";

/** The only database of a server where pg_cron's background worker runs. */
export const CRON_DATABASE = "cron";

/** One Postgres server: its data inside the system's folder, its port on the loopback interface. */
export interface Cluster {
  /** Folder of the Debian system that holds the programs. */
  system: string;
  port: number;
}

const BIN = "/usr/lib/postgresql/17/bin";

/** Connection string of the project's owner, who is no superuser, as on the hosted service. */
export function ownerUrl(cluster: Cluster, database = "postgres"): string {
  return `postgres://postgres@127.0.0.1:${cluster.port}/${database}`;
}

/** Connection string of the superuser, for making templates. Its name is the hosted service's. */
export function superuserUrl(cluster: Cluster, database = "postgres"): string {
  return `postgres://supabase_admin@127.0.0.1:${cluster.port}/${database}`;
}

/** Starts the server, creating its data folder the first time. A running server is left as it is. */
export async function startCluster(cluster: Cluster): Promise<void> {
  const data = `/clusters/${cluster.port}`;
  await tryCommand("mkdir", ["-p", "-m", "0777", `${cluster.system}/clusters`]);
  if (!(await isInitialized(cluster))) await createData(cluster, data);
  if ((await asPostgres(cluster, `${BIN}/pg_ctl -D ${data} status`)).code === 0) return;
  const started = await asPostgres(cluster, `${BIN}/pg_ctl -D ${data} -l ${data}/server.log -w -t 60 start`);
  if (started.code !== 0) {
    const log = await tryCommand("tail", ["-n", "15", `${cluster.system}${data}/server.log`]);
    throw new Error(`Cannot start Postgres on port ${cluster.port}: ${started.stdout}\n${log.stdout}`);
  }
}

/** Stops the server, rolling back what is open; a stopped one is left as it is. */
export async function stopCluster(cluster: Cluster): Promise<void> {
  if (!(await isInitialized(cluster))) return;
  await asPostgres(cluster, `${BIN}/pg_ctl -D /clusters/${cluster.port} -m fast -w stop`);
}

/** Stops the server and deletes its databases. The installed programs stay. */
export async function removeCluster(cluster: Cluster): Promise<void> {
  await stopCluster(cluster);
  await runCommand("rm", ["-rf", "--one-file-system", `${cluster.system}/clusters/${cluster.port}`]);
}

async function isInitialized(cluster: Cluster): Promise<boolean> {
  return (await tryCommand("test", ["-f", `${cluster.system}/clusters/${cluster.port}/PG_VERSION`])).code === 0;
}

async function createData(cluster: Cluster, data: string): Promise<void> {
  const made = await asPostgres(cluster, `${BIN}/initdb -D ${data} -U supabase_admin -A trust --locale=C.UTF-8`);
  if (made.code !== 0) throw new Error(`Cannot create the data folder: ${made.stderr}`);
  const settings = [
    `port = ${cluster.port}`,
    "listen_addresses = '127.0.0.1'",
    `unix_socket_directories = '${data}'`,
    "max_connections = 200",
    "shared_buffers = '256MB'",
    "timezone = 'UTC'",
    // A chroot without /dev/shm and /proc.
    "dynamic_shared_memory_type = mmap",
    "shared_preload_libraries = 'pg_cron'",
    `cron.database_name = '${CRON_DATABASE}'`,
    // Jobs as background workers: no logins, no passwords.
    "cron.use_background_workers = on",
    "max_worker_processes = 20",
  ];
  await Deno.writeTextFile(`${cluster.system}${data}/postgresql.conf`, settings.join("\n") + "\n", { append: true });
}

function asPostgres(cluster: Cluster, command: string) {
  return tryCommand("chroot", [cluster.system, "su", "postgres", "-s", "/bin/bash", "-c", command]);
}
