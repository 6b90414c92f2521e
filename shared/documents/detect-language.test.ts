import assert from "node:assert/strict";
import { detectLanguage } from "./detect-language.ts";

const texts: [text: string, language: string | null][] = [
  ["The combi oven bakes 200 meals a day and is serviced once a year.", "en"],
  ["Der Ofen wird einmal im Jahr von einem Techniker gewartet.", "de"],
  ["El horno se revisa una vez al año por un técnico.", "es"],
  ["Le four est entretenu une fois par an par un technicien.", "fr"],
  ["オーブンは年に一度点検されます。", "ja"],
  ["黑豹队的防守只丢了308分。", "zh"],
  [
    "Teams include the Los Angeles Rams, the Los Angeles Lakers, the Los Angeles Clippers and the Los Angeles Angels.",
    "en",
  ],
  [
    "Award winner and nominee Lady Gaga performed the national anthem, while Marlee Matlin provided the translation.",
    "en",
  ],
  ["THE OVEN IS SERVICED ONCE A YEAR BY A TECHNICIAN AND IS NOT TO BE OPENED.", "en"],
  ["R10 4711 60×60", null],
  ["", null],
];
for (const [text, language] of texts) {
  Deno.test(`detectLanguage() tells ${language} of ${text.slice(0, 40)}`, () =>
    assert.equal(detectLanguage(text), language));
}
