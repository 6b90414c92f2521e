import { posix } from "node:path";
import type { Archive } from "./archive.ts";
import { readXml } from "./xml.ts";

/** Parts a part refers to, by the id it uses: absolute names within the container. */
export function relationsOf(archive: Archive, part: string): ReadonlyMap<string, { target: string; type: string }> {
  const relations = new Map<string, { target: string; type: string }>();
  const folder = posix.dirname(part);
  const xml = archive.get(`${folder}/_rels/${posix.basename(part)}.rels`);
  if (xml === undefined) return relations;
  readXml(xml, {
    open(name, { Id: id, Target: target, Type: type, TargetMode: mode }) {
      if (name !== "Relationship" || id === undefined || target === undefined || mode === "External") return;
      const path = target.startsWith("/") ? target.slice(1) : posix.join(folder, target);
      relations.set(id, { target: path, type: type?.split("/").at(-1) ?? "" });
    },
  });
  return relations;
}
