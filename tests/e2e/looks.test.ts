/** Every page in every look: nothing wider than the screen, nothing that a screen reader cannot tell, no error in the console. */
import assert from "node:assert/strict";
import { accessibilityProblems } from "./accessibility.ts";
import { type Page, screenshot } from "./browser.ts";
import { startDashboardWorld } from "./dashboard-world.ts";
import { makeHistory } from "./history.ts";
import { makeTraffic } from "./traffic.ts";

const LOOKS = {
  light: {},
  dark: { colorScheme: "dark" },
  phone: { viewport: { width: 390, height: 844 } },
  wide: { viewport: { width: 1920, height: 1080 } },
} as const;

/** Pages as name and path. The overview's looks are in its own test; pages of chat, knowledge and jobs have theirs. */
const PAGES: Readonly<Record<string, string>> = {
  costs: "/costs",
  "costs-subjects": "/costs?by=subject&compare=1",
  requests: "/requests",
  models: "/models",
  quality: "/quality",
  reviews: "/quality?view=review",
  experiments: "/quality?view=experiments",
  alerts: "/alerts",
  budgets: "/budgets",
  policies: "/policies",
  prompts: "/prompts",
  tools: "/tools",
  keys: "/keys",
  settings: "/settings",
  members: "/members",
  audit: "/audit",
};

const overflow = (page: Page) => page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");

/** Waits until nothing is loading any more. */
async function settled(page: Page): Promise<void> {
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.locator(".skeleton").first().waitFor({ state: "detached" });
  await page.waitForLoadState("networkidle");
}

/** Written from right to left, the menu stands on the other side and nothing is cut. */
async function checkMirrored(page: Page, name: string): Promise<void> {
  await page.evaluate("document.documentElement.dir = 'rtl'");
  const [bar, main] = [await page.locator("aside.sidebar").boundingBox(), await page.locator("main").boundingBox()];
  assert.ok(bar && main && bar.x >= main.x + main.width - 1, `${name}: the menu is not on the right`);
  assert.ok(await overflow(page) <= 0, `${name} from right to left is ${await overflow(page)} pixels too wide`);
}

/** Longer words than the English ones fit as well, and each language has its own. */
async function checkLanguages(page: Page, name: string): Promise<void> {
  const texts = new Set<string>();
  for (const language of ["de", "fr", "es", "en"]) {
    await page.getByRole("combobox", { name: /^(Language|Sprache|Langue|Idioma)$/ }).selectOption(language);
    await page.locator(`html[lang=${language}]`).waitFor();
    assert.ok(await overflow(page) <= 0, `${name} in ${language} is ${await overflow(page)} pixels too wide`);
    texts.add(await page.locator("main").innerText());
    if (language === "de") await screenshot(page, `${name}-phone-de`);
  }
  assert.equal(texts.size, 4, `${name} is the same in two languages`);
}

Deno.test({
  name: "dashboard: every page in every look",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(test) {
    const dashboard = await startDashboardWorld();
    const { world, browser, visit } = dashboard;
    try {
      const traffic = await makeTraffic(world);
      await makeHistory(world);
      const pages = { ...PAGES, request: `/requests/${traffic.fellBack}` };

      for (const [look, options] of Object.entries(LOOKS)) {
        await test.step(look, async (test) => {
          const page = await visit("/demo", "owner", options);
          for (const [name, path] of Object.entries(pages)) {
            await test.step(name, async () => {
              await page.goto(`${world.stack.url}/dashboard/demo${path}`);
              await settled(page);
              assert.deepEqual(await accessibilityProblems(page), []);
              assert.ok(await overflow(page) <= 0, `${name} is ${await overflow(page)} pixels too wide`);
              await screenshot(page, `${name}-${look}`);
              if (look === "light") await checkMirrored(page, name);
              if (look === "phone") await checkLanguages(page, name);
            });
          }
          await page.context().close();
        });
      }

      assert.deepEqual(browser.problems, []);
    } finally {
      await dashboard.stop();
    }
  },
});
