import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

export type { Page };

/** Where screenshots go: looked at by people, kept out of git. */
const SCREENSHOTS = new URL("./screenshots/", import.meta.url);

/** A headless browser and what happened in its pages that should not. */
export interface TestBrowser {
  /** A page without a session, in English and light unless said otherwise. */
  open(address: string, options?: BrowserContextOptions): Promise<Page>;
  /** What pages reported on their own: exceptions and errors in the console. */
  problems: string[];
  close(): Promise<void>;
}

/** Starts Debian's chromium, or the one that CHROMIUM names. */
export async function openBrowser(): Promise<TestBrowser> {
  const browser: Browser = await chromium.launch({
    executablePath: Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
  const problems: string[] = [];
  return {
    problems,
    open: async (address, options = {}) => {
      const context = await browser.newContext({
        locale: "en-GB",
        colorScheme: "light",
        viewport: { width: 1280, height: 900 },
        ...options,
      });
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      page.on("pageerror", (error) => problems.push(`${page.url()}: ${error.message}`));
      await page.goto(address);
      return page;
    },
    close: () => browser.close(),
  };
}

/** Keeps a picture of the whole page under a name. */
export async function screenshot(page: Page, name: string): Promise<void> {
  await Deno.mkdir(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: new URL(`${name}.png`, SCREENSHOTS).pathname, fullPage: true });
}
