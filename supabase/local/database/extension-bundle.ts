import { pathToFileURL } from "node:url";
import { STAND_IN_EXTENSIONS, standInSql } from "./stand-in-extensions.ts";
import { tar } from "./tar.ts";

/** A file that PGlite loads as an extension package. */
export interface ExtensionBundle {
  url: URL;
  /** Deletes the file; PGlite has read it once `PGlite.create` has resolved. */
  remove(): Promise<void>;
}

const FOLDER = "share/postgresql/extension";

/** Packs the stand-ins so that `create extension pg_net`, `pg_cron` and `supabase_vault` work unmodified on PGlite. */
export async function extensionBundle(): Promise<ExtensionBundle> {
  const encoder = new TextEncoder();
  const files: Record<string, Uint8Array> = {};
  for (const extension of STAND_IN_EXTENSIONS) {
    const { name, version, requires } = extension;
    const control = [
      "comment = 'local stand-in of Signalbox'",
      `default_version = '${version}'`,
      "relocatable = false",
      "superuser = true",
      `requires = '${requires.join(", ")}'`,
    ];
    files[`${FOLDER}/${name}.control`] = encoder.encode(`${control.join("\n")}\n`);
    files[`${FOLDER}/${name}--${version}.sql`] = encoder.encode(await standInSql(extension));
  }
  const packed = new Blob([tar(files)]).stream().pipeThrough(new CompressionStream("gzip"));
  const path = await Deno.makeTempFile({ prefix: "signalbox-", suffix: ".tar.gz" });
  await Deno.writeFile(path, packed);
  return { url: pathToFileURL(path), remove: () => Deno.remove(path) };
}
