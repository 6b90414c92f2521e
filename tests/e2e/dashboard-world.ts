import { buildDashboard, type Stack } from "../../supabase/local/mod.ts";
import { startWorld, type World } from "../functions/world.ts";
import { openBrowser, type Page, type TestBrowser } from "./browser.ts";

/** A started stack with its dashboard, somebody of each role in the demo organization, and a browser. */
export interface DashboardWorld {
  world: World;
  browser: TestBrowser;
  /** Opens a path of the dashboard as somebody who is signed in. */
  visit(path: string, who?: Person, options?: Parameters<TestBrowser["open"]>[1]): Promise<Page>;
  stop(): Promise<void>;
}

/** The demo organization's owner, or one of the people made here, named as their roles. */
export type Person = "owner" | "admin" | "manager" | "member" | "guest";

/**
 * Starts everything; the dashboard is built where that is due.
 *
 * @param environment Further secrets of the functions.
 */
export async function startDashboardWorld(environment: Record<string, string> = {}): Promise<DashboardWorld> {
  const dist = new URL("../../dashboard/dist", import.meta.url).pathname;
  await buildDashboard({ dist, onProgress: () => {} });
  const world = await startWorld(null, environment);
  for (const role of ["admin", "manager", "member", "guest"]) await world.member(role, "demo", role);
  const browser = await openBrowser();
  const sessions = new Map<Person, Awaited<ReturnType<ReturnType<Page["context"]>["storageState"]>>>();
  return {
    world,
    browser,
    visit: async (path, who = "owner", options = {}) => {
      const address = `${world.stack.url}/dashboard${path}`;
      const known = sessions.get(who);
      if (known !== undefined) return await browser.open(address, { storageState: known, ...options });
      const page = await browser.open(address, options);
      await signIn(page, world, who);
      sessions.set(who, await page.context().storageState());
      return page;
    },
    stop: async () => {
      await browser.close();
      await world.stop();
    },
  };
}

/** Fills the sign-in form as somebody would. */
export async function signIn(page: Page, { stack }: World, who: Person): Promise<void> {
  if (who === "owner") return await signInAsDemo(page, stack);
  await submitSignIn(page, { email: `${who}@test.example`, password: `${who}-password-1` });
}

/** Signs in as the demo organization's owner. */
export async function signInAsDemo(page: Page, { demo }: Pick<Stack, "demo">): Promise<void> {
  if (demo === null) throw new Error("Cannot sign in: the stack has no demo organization");
  await submitSignIn(page, demo);
}

async function submitSignIn(page: Page, { email, password }: { email: string; password: string }): Promise<void> {
  await page.getByLabel("E-mail", { exact: true }).fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("main").getByRole("heading", { level: 1 }).waitFor();
  await page.getByRole("navigation").first().waitFor({ state: "attached" });
}

/** The text of a named figure, once it is there. */
export async function stat(page: Page, name: string): Promise<string> {
  return await page.locator(`[data-stat="${name}"] .stat-value`).innerText();
}
