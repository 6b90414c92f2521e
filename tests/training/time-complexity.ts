/**
 * `deno task time:complexity`: how long `complexity()` takes, one JSON line per kind of text. The first line is the very first call
 * of the process, with the weights unpacked and nothing compiled yet.
 *
 * @module
 */
import { complexity } from "@shared/complexity/mod.ts";

const sentence = "Welche der folgenden 3 Klauseln gilt nicht, wenn der Kunde (B2B) mehr als 12 % Rabatt verlangt? ";
const texts = {
  "first call": sentence,
  "a question": sentence,
  "1,000 characters": sentence.repeat(10),
  "8,000 characters": sentence.repeat(80),
  "1,000,000 characters": sentence.repeat(10_000),
  "8,000 spaces": " ".repeat(8_000),
  "8,000 line breaks": "\n".repeat(8_000),
  "8,000 exclamation marks": "!".repeat(8_000),
  "8,000 pipes": "|".repeat(8_000),
  "8,000 quotes": '"'.repeat(8_000),
  "8,000 dollar signs": "$".repeat(8_000),
  "4,000 different words": Array.from({ length: 4_000 }, (_, i) => i.toString(36)).join(" "),
  "one word of 8,000 letters": "x".repeat(8_000),
};

for (const [kind, text] of Object.entries(texts)) {
  const runs = kind === "first call" ? 1 : 200;
  const times = Array.from({ length: runs }, () => {
    const started = performance.now();
    complexity(text);
    return performance.now() - started;
  }).sort((a, b) => a - b);
  const at = (share: number) => Number((times[Math.floor(share * (times.length - 1))] ?? 0).toFixed(3));
  const line = { bench: "complexity", text: kind, runs, median_ms: at(0.5), p99_ms: at(0.99) };
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(line)}\n`));
}
