/** Whether everything runs at full size: `SIGNALBOX_FULL=1`. CI runs a tenth. */
const FULL = Deno.env.get("SIGNALBOX_FULL") === "1";

/** How many connections work at once. */
export const CONNECTIONS = 32;

/** `count` at full size, a tenth of it otherwise. */
export function sized(count: number): number {
  return FULL ? count : Math.ceil(count / 10);
}
