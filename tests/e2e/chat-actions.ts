import type { Page } from "./browser.ts";

/** Writes a message in the open chat and sends it. */
export async function say(page: Page, text: string): Promise<void> {
  await page.getByLabel("Message", { exact: true }).fill(text);
  await page.keyboard.press("Enter");
}

/** Waits for so many answers; one can be repeated once it is stored. */
export function answered(page: Page, count = 1): Promise<void> {
  return page.getByRole("button", { name: "Answer again" }).nth(count - 1).waitFor();
}

/** The conversation that the address names. */
export function conversationOf(page: Page): string {
  return new URL(page.url()).searchParams.get("conversation") ?? "";
}
