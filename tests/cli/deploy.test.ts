import assert from "node:assert/strict";
import { readRepository } from "../architecture/read-repository.ts";
import { foldersUnder } from "../architecture/tree.ts";
import { deployFunctions, importedFiles } from "./deploy-functions.ts";
import { openSupabaseCli } from "./supabase-cli.ts";
import { uploadProblems } from "./upload-problems.ts";

const root = new URL("../../", import.meta.url).pathname;
const cli = await openSupabaseCli();
const slugs = await functionSlugs();

Deno.test.afterAll(() => cli.remove());

Deno.test(
  "the CLI deploys every function with all it imports, and beyond that only code of shared/",
  async (test) => {
    assert.ok(slugs.length > 0);
    const deployment = await deployFunctions(cli, root);
    assert.equal(deployment.code, 0, deployment.output);
    assert.deepEqual(deployment.output.split("\n").filter((line) => /\bWARN/i.test(line)), []);
    assert.deepEqual(deployment.unknown, []);
    assert.deepEqual([...deployment.uploads.keys()].sort(), slugs);
    for (const [slug, upload] of deployment.uploads) {
      await test.step(slug, async () => {
        const entrypoint = `functions/${slug}/index.ts`;
        assert.deepEqual(
          { entrypoint: upload.entrypoint, importMap: upload.importMap, verifyJwt: upload.verifyJwt },
          { entrypoint, importMap: "deno.json", verifyJwt: false },
        );
        assert.deepEqual(uploadProblems([...upload.files.keys()], await importedFiles(root, entrypoint)), []);
      });
    }
  },
);

Deno.test("a deploy that leaves an import behind or takes a secret along is found", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await writeProject(folder, {
      "deno.json": '{ "imports": { "@shared/": "./shared/" } }',
      "supabase/config.toml":
        '[functions.a]\nverify_jwt = false\nentrypoint = "../functions/a/index.ts"\nimport_map = "../deno.json"\n',
      // The CLI finds imports by their text and does not see this one.
      "functions/a/index.ts": 'import "@shared/http/mod.ts";\nawait import(`./late.ts`);\n',
      "functions/a/late.ts": "export {};\n",
      "shared/http/mod.ts": "export {};\n",
      "shared/.env": "OPENAI_API_KEY=never\n",
    });
    const { code, uploads } = await deployFunctions(cli, folder);
    assert.equal(code, 0);
    const uploaded = [...uploads.get("a")?.files.keys() ?? []];
    const imported = await importedFiles(folder, "functions/a/index.ts");
    assert.deepEqual(uploadProblems(uploaded, [...imported, "functions/a/late.ts"]), [
      "functions/a/late.ts is imported and was not uploaded",
      "shared/.env was uploaded and is not imported",
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

async function functionSlugs(): Promise<string[]> {
  const tree = await readRepository();
  return foldersUnder(tree, "functions/");
}

async function writeProject(folder: string, files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await Deno.mkdir(`${folder}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(`${folder}/${path}`, text);
  }
}
