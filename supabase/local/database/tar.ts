const BLOCK = 512;

/** A ustar archive of plain files, by path; enough of the format for PGlite's extension loader. */
export function tar(files: Readonly<Record<string, Uint8Array>>): Uint8Array<ArrayBuffer> {
  const parts = Object.entries(files).flatMap(([path, content]) => [
    header(path, content.length),
    content,
    new Uint8Array((BLOCK - content.length % BLOCK) % BLOCK),
  ]);
  parts.push(new Uint8Array(2 * BLOCK));
  const archive = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    archive.set(part, offset);
    offset += part.length;
  }
  return archive;
}

function header(path: string, size: number): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (text: string, offset: number) => block.set(new TextEncoder().encode(text), offset);
  put(path, 0);
  put("0000644\0", 100); // mode
  put("0000000\0", 108); // owner
  put("0000000\0", 116); // group
  put(`${size.toString(8).padStart(11, "0")}\0`, 124);
  put("00000000000\0", 136); // modified
  put("        ", 148); // the checksum counts as blanks while it is computed
  put("0", 156); // a plain file
  put("ustar\x0000", 257);
  const checksum = block.reduce((sum, byte) => sum + byte, 0);
  put(`${checksum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}
