/** What a process has used. */
export interface ProcessUsage {
  /** CPU time of all its threads since it started, milliseconds. */
  cpuMs: number;
  /** Memory that is its own (not mapped from files), mebibytes; null where the system does not say. */
  ownMemoryMb: number | null;
}

// Linux counts process times in ticks of 1/100 s for every program, whatever the kernel was built with.
const msPerTick = 10;

/** Reads a process's usage; null when it has ended or the system offers no way (Windows: the CPU limit is not enforced there). */
export async function readProcessUsage(pid: number): Promise<ProcessUsage | null> {
  try {
    if (Deno.build.os === "linux") {
      const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
      const status = Deno.readTextFileSync(`/proc/${pid}/status`);
      return { cpuMs: parseStatCpuMs(stat), ownMemoryMb: parseStatusMemoryMb(status) };
    }
    if (Deno.build.os === "windows") return null;
    const ps = await new Deno.Command("ps", { args: ["-o", "time=,rss=", "-p", String(pid)] }).output();
    return ps.success ? parsePs(new TextDecoder().decode(ps.stdout)) : null;
  } catch {
    return null; // it ended between the listing and the reading
  }
}

/** CPU milliseconds from `/proc/<pid>/stat`. The program's name may hold spaces and brackets, so fields count from the last bracket. */
export function parseStatCpuMs(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * msPerTick;
}

/** Mebibytes of anonymous memory from `/proc/<pid>/status`; null when the line is missing. */
export function parseStatusMemoryMb(status: string): number | null {
  const line = /^RssAnon:\s+(\d+) kB/m.exec(status);
  return line === null ? null : Number(line[1]) / 1024;
}

/** Usage from one line of `ps -o time=,rss=`: `[[days-]hours:]minutes:seconds[.hundredths]` and kibibytes. */
export function parsePs(line: string): ProcessUsage | null {
  const match = /^\s*(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)\s+\d+/.exec(line);
  if (match === null) return null;
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  const total = ((days ?? 0) * 24 + (hours ?? 0)) * 3_600 + (minutes ?? 0) * 60 + (seconds ?? 0);
  // Resident memory there counts shared file pages too, which would kill healthy functions: only the heap limit applies.
  return { cpuMs: total * 1_000, ownMemoryMb: null };
}
