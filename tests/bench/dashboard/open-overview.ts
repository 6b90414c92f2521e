import type { Stack } from "../../../supabase/local/mod.ts";
import { openBrowser } from "../../e2e/browser.ts";
import { signInAsDemo } from "../../e2e/dashboard-world.ts";

/** What a person at the overview waits for, milliseconds from the start of the navigation. */
export interface Opened {
  loads: number;
  /** The figures of the chosen period are there and controls react. */
  figures_p50_ms: number;
  figures_p95_ms: number;
  /** Charts are drawn too. */
  charts_p50_ms: number;
  charts_p95_ms: number;
}

/** Opens the overview again and again, each time in a new page of a signed-in browser with a warm file cache. */
export async function openOverview(stack: Stack, loads: number): Promise<Opened> {
  const browser = await openBrowser();
  try {
    const address = `${stack.url}/dashboard/demo`;
    const first = await browser.open(address);
    await signInAsDemo(first, stack);
    await first.locator("[data-stat=requests]").waitFor({ timeout: 60_000 });
    const context = first.context();
    const figures: number[] = [];
    const charts: number[] = [];
    for (let load = 0; load < loads; load++) {
      const page = await context.newPage();
      await page.goto(address, { waitUntil: "commit" });
      const since = (selector: string) =>
        page.waitForFunction(`document.querySelector(${JSON.stringify(selector)}) && performance.now()`, null, {
          polling: "raf",
          timeout: 60_000,
        }).then((handle) => handle.jsonValue() as Promise<number>);
      figures.push(await since("[data-stat=requests] .stat-value"));
      charts.push(await since(".u-over"));
      await page.close();
    }
    return {
      loads,
      figures_p50_ms: percentile(figures, 0.5),
      figures_p95_ms: percentile(figures, 0.95),
      charts_p50_ms: percentile(charts, 0.5),
      charts_p95_ms: percentile(charts, 0.95),
    };
  } finally {
    await browser.close();
  }
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
}
