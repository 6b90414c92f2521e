import { readXml } from "./xml.ts";

/** Number formats built into Excel that show a day or a time. */
const BUILT_IN = new Set([14, 15, 16, 17, 18, 19, 20, 21, 22, 27, 30, 36, 45, 46, 47, 50, 57]);
const DAY_MS = 86_400_000;

/** Indexes of the cell styles that show a number as a day or a time. */
export function dateFormats(styles: Uint8Array | undefined): ReadonlySet<number> {
  const found = new Set<number>();
  if (styles === undefined) return found;
  const custom = new Map<number, string>();
  let inCells = false;
  let index = 0;
  readXml(styles, {
    open(name, attributes) {
      const id = Number(attributes["numFmtId"] ?? 0);
      if (name === "numFmt") custom.set(id, attributes["formatCode"] ?? "");
      else if (name === "cellXfs") inCells = true;
      else if (name === "xf" && inCells) {
        if (BUILT_IN.has(id) || showsDate(custom.get(id) ?? "")) found.add(index);
        index++;
      }
    },
    close(name) {
      if (name === "cellXfs") inCells = false;
    },
  });
  return found;
}

function showsDate(code: string): boolean {
  const letters = code.replace(/"[^"]*"|\\.|\[[^\]]*\]/g, "");
  return /[ymdh]/i.test(letters) && !/[0#?]/.test(letters.replace(/\.0+/g, ""));
}

/** A serial number as `2026-11-27`, `2026-11-27 14:30` or, below one day, `14:30`. */
export function excelDate(serial: number, from1904: boolean): string {
  // Day 60 of the older count is a 29 February 1900 that never was.
  const days = from1904 ? serial + 1_462 : serial < 60 ? serial + 1 : serial;
  const date = new Date(Math.round((days - 25_569) * DAY_MS / 1_000) * 1_000);
  if (Number.isNaN(date.getTime())) return String(serial);
  const iso = date.toISOString();
  const time = iso.slice(11, 19).replace(/:00$/, "");
  if (!from1904 && serial < 1) return time;
  return Number.isInteger(serial) ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${time}`;
}
