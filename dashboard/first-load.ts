/** An entry of Vite's manifest, as far as it is read here. */
interface ManifestEntry {
  file: string;
  css?: string[];
  imports?: string[];
}

/** Vite's manifest: which file needs which. */
export type Manifest = Readonly<Record<string, ManifestEntry>>;

/** Every file that a browser loads before an entry's code can run: itself, what it imports, and their styles. */
export function filesOf(manifest: Manifest, entries: readonly string[]): string[] {
  const files = new Set<string>();
  const visited = new Set<string>();
  const visit = (name: string) => {
    const entry = manifest[name];
    if (entry === undefined) throw new Error(`Cannot weigh ${name}: the manifest does not name it`);
    if (visited.has(name)) return;
    visited.add(name);
    for (const file of [entry.file, ...(entry.css ?? [])]) files.add(file);
    for (const imported of entry.imports ?? []) visit(imported);
  };
  entries.forEach(visit);
  return [...files];
}

/** Bytes of a text or file as gzip sends it. */
export async function gzipSize(content: Uint8Array<ArrayBuffer>): Promise<number> {
  const packed = new Blob([content]).stream().pipeThrough(new CompressionStream("gzip"));
  return (await new Response(packed).arrayBuffer()).byteLength;
}
