import { type Check, pathsUnder } from "./tree.ts";

/** Put together here, so that this file does not name them either. */
const REGISTRY_HOSTS = [
  ["registry", "npmjs", "org"],
  ["jsr", "io"],
  ["npm", "jsr", "io"],
  ["deb", "debian", "org"],
  ["esm", "sh"],
  ["deno", "land"],
].map((parts) => parts.join("."));

const MACHINE_PATHS = /(?<![\w.])\/(work\/(main|shared|brief)|root\/|home\/[a-z][\w-]*\/|Users\/[A-Za-z])/;

/** No file names a package registry's host or a folder of somebody's machine: clients and relative paths know where. */
export const portableText: Check = (tree) =>
  pathsUnder(tree).filter((path) => !path.startsWith("tests/architecture/portable-text")).flatMap((path) => {
    const text = tree.get(path) ?? "";
    const host = REGISTRY_HOSTS.find((name) => new RegExp(`(^|[/"'@ ])${name.replaceAll(".", "\\.")}`, "m").test(text));
    const folder = text.match(MACHINE_PATHS)?.[0];
    return [
      ...(host ? [`${path} names the registry host ${host}`] : []),
      ...(folder ? [`${path} names a machine's folder ${folder}`] : []),
    ];
  });
