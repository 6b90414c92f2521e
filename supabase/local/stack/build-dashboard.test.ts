import assert from "node:assert/strict";
import { join } from "node:path";
import { buildDashboard } from "./build-dashboard.ts";

/** A dashboard of one source file, and a build that writes one file. */
async function withDashboard(
  check: (
    parts: { dist: string; source: string; ran: string[]; lines: string[]; build: (problem?: string) => Promise<void> },
  ) => Promise<void>,
) {
  const folder = await Deno.makeTempDir();
  try {
    const [dist, source] = [join(folder, "dist"), join(folder, "index.html")];
    const [ran, lines]: [string[], string[]] = [[], []];
    await Deno.writeTextFile(source, "source");
    await check({
      dist,
      source,
      ran,
      lines,
      build: (problem) =>
        buildDashboard({
          dist,
          onProgress: (line) => lines.push(line),
          run: async (place, args) => {
            ran.push(args[0] === "install" ? "install" : "build");
            const draft = args.at(-1);
            if (args[0] === "install" || draft === undefined) return null;
            if (problem !== undefined) return problem;
            await Deno.mkdir(join(place, draft));
            await Deno.writeTextFile(join(place, draft, "index.html"), "built");
            return null;
          },
        }),
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("buildDashboard builds once, and again after a change", () =>
  withDashboard(async ({ dist, source, ran, build }) => {
    await build();
    assert.equal(await Deno.readTextFile(join(dist, "index.html")), "built");
    await build();
    assert.deepEqual(ran, ["install", "build"]);
    const later = new Date(Date.now() + 60_000);
    await Deno.utime(source, later, later);
    await build();
    assert.deepEqual(ran, ["install", "build", "install", "build"]);
  }));

Deno.test("buildDashboard says why it could not and leaves nothing behind", () =>
  withDashboard(async ({ dist, lines, build }) => {
    await build("error: no network");
    assert.match(lines.at(-1) ?? "", /could not be built.*error: no network/);
    const left = [...Deno.readDirSync(join(dist, ".."))].map(({ name }) => name);
    assert.deepEqual(left, ["index.html"]);
  }));

Deno.test("buildDashboard does nothing for a project without a dashboard", async () => {
  const folder = await Deno.makeTempDir();
  await buildDashboard({
    dist: join(folder, "dist"),
    onProgress: () => assert.fail("it built"),
    run: () => Promise.resolve(null),
  });
  await Deno.remove(folder, { recursive: true });
});
