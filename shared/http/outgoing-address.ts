/** Names that mean this machine, its network, or a cloud's own services. */
const INSIDE_NAMES = /(^|\.)(localhost|local|internal|intranet|lan|home\.arpa|localdomain)$/;

/** How an address is looked at. */
export interface OutgoingRules {
  /** Hosts, with their port where it is not the usual one, that an operator has listed: those and no others. Null = no list. */
  allowed: string[] | null;
  resolve: (name: string, type: "A" | "AAAA") => Promise<string[]>;
}

/**
 * Why an address that comes from data must not be reached; null when it may: by https, at a public name. A row is data, and data
 * must not be able to send us to our own network. Redirects are refused where the request is made.
 */
export async function outgoingProblem(address: string, { allowed, resolve }: OutgoingRules): Promise<string | null> {
  if (!URL.canParse(address)) return "it is no address";
  const url = new URL(address);
  if (allowed !== null) {
    return allowed.includes(url.host.toLowerCase()) ? null : "its host is not on the list of allowed ones";
  }
  const name = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "").toLowerCase();
  if (url.protocol !== "https:") return "it is not https";
  if (INSIDE_NAMES.test(name) || !name.includes(".") && !name.includes(":")) return "it names an inner service";
  const isAddress = /^[\d.]+$/.test(name) || name.includes(":");
  const addresses = isAddress ? [name] : (await Promise.all([
    resolve(name, "A").catch(() => []),
    resolve(name, "AAAA").catch(() => []),
  ])).flat();
  // A runtime without a resolver leaves the name to the connection, which has no way inside from the hosted platform.
  return addresses.some(isInside) ? "it leads into a private network" : null;
}

/** Loopback, private, link-local, shared, multicast and reserved addresses, IPv4 inside IPv6 included. */
export function isInside(address: string): boolean {
  const mapped = /^(?:::ffff:|64:ff9b::)(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? mappedHex(address);
  const ipv4 = (mapped ?? address).split(".").map(Number);
  if (ipv4.length === 4) {
    const [a = 0, b = 0, c = 0] = ipv4;
    return a === 0 || a === 10 || a === 127 || a >= 224 || (a === 100 && b >= 64 && b < 128) ||
      (a === 169 && b === 254) ||
      (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168) || (a === 192 && b === 0 && c === 0) ||
      (a === 198 && (b === 18 || b === 19));
  }
  // Global unicast is 2000::/3; everything else is inside, or nowhere. 6to4 and Teredo carry an IPv4 address further.
  return !/^[23][0-9a-f]{3}:/i.test(address) || /^(2002|2001:0{0,4}):/i.test(address);
}

/** `::ffff:7f00:1` is 127.0.0.1, as URL parsers write it. */
function mappedHex(address: string): string | null {
  const match = /^(?:::ffff:|64:ff9b::)([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(address);
  if (match === null) return null;
  const [high, low] = [parseInt(match[1] ?? "", 16), parseInt(match[2] ?? "", 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}
