/** A host as a tool's configuration takes it, with a port where it needs one. */
const HOST = /^[a-z0-9.-]+(:\d+)?$/;

const MOST = 50;

/** Hosts written with commas between them, each once; null where one of them is none, or there are too many. */
export function readHosts(text: string): string[] | null {
  const hosts = text.split(",").map((host) => host.trim().toLowerCase()).filter((host) => host !== "");
  return hosts.length <= MOST && hosts.every((host) => HOST.test(host)) ? [...new Set(hosts)] : null;
}
