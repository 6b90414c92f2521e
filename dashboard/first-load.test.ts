import assert from "node:assert/strict";
import { filesOf, gzipSize, type Manifest } from "./first-load.ts";

/** Most bytes of the overview's first load, packed: issue 8. */
const MOST_BYTES = 250_000;

Deno.test("filesOf follows imports and takes each file once", () => {
  const manifest = {
    "main.tsx": { file: "main.js", css: ["main.css"], imports: ["shared"] },
    "page.tsx": { file: "page.js", imports: ["shared", "main.tsx"] },
    shared: { file: "shared.js" },
    "other.tsx": { file: "other.js" },
  };
  assert.deepEqual(filesOf(manifest, ["main.tsx", "page.tsx"]), ["main.js", "main.css", "shared.js", "page.js"]);
});

Deno.test("the overview's first load, charts included, stays under 250 kB packed", async () => {
  const folder = new URL("./", import.meta.url).pathname;
  const dist = await Deno.makeTempDir();
  try {
    const build = await new Deno.Command(Deno.execPath(), {
      args: ["task", "--quiet", "build", "--outDir", dist, "--emptyOutDir"],
      cwd: folder,
      stdout: "piped",
      stderr: "piped",
    }).output();
    assert.ok(build.success, new TextDecoder().decode(build.stderr));
    const manifest: Manifest = JSON.parse(await Deno.readTextFile(`${dist}/.vite/manifest.json`));
    const entries = ["index.html", "src/pages/overview/overview-page.tsx", "src/charts/draw-day-chart.ts"];
    const sizes = await Promise.all(
      ["index.html", ...filesOf(manifest, entries)].map(async (file) =>
        gzipSize(await Deno.readFile(`${dist}/${file}`))
      ),
    );
    const total = sizes.reduce((sum, size) => sum + size, 0);
    assert.ok(total < MOST_BYTES, `the first load is ${total} bytes`);
    // A build that lost its pages would be light as well.
    assert.ok(total > 100_000, `the first load is only ${total} bytes`);
  } finally {
    await Deno.remove(dist, { recursive: true });
  }
});
