import assert from "node:assert/strict";
import { dominantEmotion, reckon } from "./reckon.ts";
import { sentimentByRules } from "./rules.ts";
import type { Mood } from "./schemas.ts";

const mood = (index: number, score: number): Mood => ({
  index,
  score,
  label: score > 0 ? "positive" : score < 0 ? "negative" : "neutral",
});
const none = { joy: 0, anger: 0, sadness: 0, fear: 0, surprise: 0, trust: 0 };
const said = (...texts: string[]) => ({
  earlier: null,
  messages: texts.map((text, place) => ({ index: place + 1, speaker: "user", text, said_at: null })),
});

Deno.test("reckon() counts shares, mean, trend and turns of the mood", () => {
  assert.deepEqual(reckon([mood(1, -0.8), mood(3, -0.4), mood(5, 0.6), mood(7, 0.6)]), {
    overall: "mixed",
    score: 0,
    positive: 0.5,
    negative: 0.5,
    neutral: 0,
    trend: "improving",
    changes: [{ message_index: 5, from: "negative", to: "positive" }],
  });
});

for (
  const [name, moods, overall, trend] of [
    ["nothing", [], "neutral", "stable"],
    ["one good message", [mood(1, 0.9)], "positive", "stable"],
    ["it gets worse", [mood(1, 0.9), mood(2, 0), mood(3, 0.1)], "positive", "declining"],
    ["bad throughout", [mood(1, -0.5), mood(2, -0.5)], "negative", "stable"],
    ["hardly anything", [mood(1, 0.1), mood(2, 0)], "neutral", "stable"],
  ] as const
) {
  Deno.test(`reckon() of ${name} is ${overall} and ${trend}`, () => {
    const told = reckon(moods);
    assert.deepEqual([told.overall, told.trend], [overall, trend]);
    assert.ok(Math.abs(told.positive + told.negative + told.neutral - 1) < 0.002);
  });
}

Deno.test("dominantEmotion() names one that stands out, or none", () => {
  assert.equal(dominantEmotion({ ...none, anger: 0.6, joy: 0.2 }), "anger");
  assert.equal(dominantEmotion({ ...none, anger: 0.2 }), null);
  assert.equal(dominantEmotion({ ...none, anger: 0.6, joy: 0.6 }), null);
});

for (
  const [text, label] of [
    ["This is great, thank you!", "positive"],
    ["Leider kaputt, ich bin enttäuscht", "negative"],
    ["C'est inadmissible, le carreau est cassé", "negative"],
    ["Estoy muy contento, gracias", "positive"],
    ["This is not good", "negative"],
    ["The tile is 60 cm wide", "neutral"],
    ["Das ist ärgerlich", "negative"],
    ["Wir sind sehr verärgert", "negative"],
    ["Es muy útil", "positive"],
    ["Una decepción", "negative"],
  ] as const
) {
  Deno.test(`sentimentByRules() finds '${text}' ${label}`, () => {
    assert.equal(sentimentByRules(said(text)).moods[0]?.label, label);
  });
}

Deno.test("sentimentByRules() finds feelings that begin with an umlaut", () => {
  assert.equal(sentimentByRules(said("Ich bin überrascht")).emotions.surprise, 0.5);
});

Deno.test("sentimentByRules() leaves the assistant out", () => {
  const { moods } = sentimentByRules({
    earlier: null,
    messages: [
      { index: 1, speaker: "user", text: "Terrible!", said_at: null },
      { index: 2, speaker: "assistant", text: "Great!", said_at: null },
    ],
  });
  assert.deepEqual(moods.map(({ index }) => index), [1]);
});
