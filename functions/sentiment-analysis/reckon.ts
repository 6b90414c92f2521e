import { emotionNames, type Mood, type Sentiment } from "./schemas.ts";

/** A mean that is no further from 0 than this is neutral. */
const NEUTRAL = 0.15;
/** Both moods in at least this share of the messages: mixed. */
const MIXED = 0.25;
/** Halves that differ by no more than this are alike. */
const STABLE = 0.15;
/** An emotion that is fainter stands out from nothing. */
const FAINT = 0.3;

/** Everything that follows from the moods of single messages. */
export function reckon(
  moods: readonly Mood[],
): Pick<Sentiment, "overall" | "score" | "positive" | "negative" | "neutral" | "trend" | "changes"> {
  const share = (label: Mood["label"]) =>
    rounded(moods.filter((mood) => mood.label === label).length / Math.max(1, moods.length));
  const [positive, negative] = [share("positive"), share("negative")];
  const score = mean(moods);
  return {
    overall: positive >= MIXED && negative >= MIXED
      ? "mixed"
      : score > NEUTRAL
      ? "positive"
      : score < -NEUTRAL
      ? "negative"
      : "neutral",
    score,
    positive,
    negative,
    neutral: rounded(moods.length === 0 ? 1 : 1 - positive - negative),
    trend: trendOf(moods),
    changes: moods.slice(1).flatMap(({ index, label }, place) => {
      const from = moods[place]?.label ?? label;
      return from === label ? [] : [{ message_index: index, from, to: label }];
    }),
  };
}

/** The emotion that is felt most; null when none is more than faint or two are alike. */
export function dominantEmotion(emotions: Sentiment["emotions"]): Sentiment["dominant_emotion"] {
  const [first, second] = emotionNames.toSorted((one, other) => emotions[other] - emotions[one]);
  if (first === undefined || second === undefined || emotions[first] < FAINT) return null;
  return emotions[first] > emotions[second] ? first : null;
}

/** How the later half differs from the earlier one; a single message has no halves. */
function trendOf(moods: readonly Mood[]): Sentiment["trend"] {
  if (moods.length < 2) return "stable";
  const middle = Math.floor(moods.length / 2);
  const difference = mean(moods.slice(middle)) - mean(moods.slice(0, middle));
  return difference > STABLE ? "improving" : difference < -STABLE ? "declining" : "stable";
}

function mean(moods: readonly Mood[]): number {
  return rounded(moods.reduce((sum, { score }) => sum + score, 0) / Math.max(1, moods.length));
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000 + 0; // never -0
}
