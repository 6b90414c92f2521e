import { groupByScore, type Label } from "./labels.ts";

/** A rising line through knots; between two knots it is straight, outside them flat. As JSON it is stored as it is. */
export interface IsotonicCalibration {
  kind: "isotonic";
  /** Rising. */
  scores: number[];
  /** Probability of being right at each score; never falling. */
  values: number[];
}

interface Block {
  from: number;
  to: number;
  count: number;
  correct: number;
}

/** Labels at neighbouring scores are pooled until there are so many: three lucky answers are not a step of the curve. */
const fewestPerStep = 10;

/**
 * Isotonic regression by pooling adjacent violators: the closest curve to the labels that never falls, in steps of at least ten labels.
 * No value is nearer to 0 or 1 than its labels can show (rule of succession). Null without labels.
 */
export function fitIsotonic(labels: readonly Label[]): IsotonicCalibration | null {
  const blocks: Block[] = [];
  for (const step of stepsOf(labels)) {
    blocks.push(step);
    for (let last = blocks.at(-1), before = blocks.at(-2); last && before && share(before) >= share(last);) {
      blocks.splice(-2, 2, joined(before, last));
      [last, before] = [blocks.at(-1), blocks.at(-2)];
    }
  }
  if (blocks.length === 0) return null;
  const fitted: IsotonicCalibration = { kind: "isotonic", scores: [], values: [] };
  let floor = 0;
  for (const block of blocks) {
    const margin = 1 / (block.count + 2);
    // Clamping blocks of different size could make the curve fall at its upper end: it stays level there instead.
    floor = Math.max(floor, Math.min(1 - margin, Math.max(margin, share(block))));
    for (const score of new Set([block.from, block.to])) {
      fitted.scores.push(score);
      fitted.values.push(floor);
    }
  }
  return fitted;
}

/** The calibrated probability of a score. */
export function applyIsotonic({ scores, values }: IsotonicCalibration, score: number): number {
  const right = scores.findIndex((knot) => knot >= score);
  const last = values.at(-1) ?? 0;
  if (right < 0) return last;
  const [highScore = 0, highValue = last] = [scores[right], values[right]];
  if (right === 0 || highScore === score) return highValue;
  const [lowScore = 0, lowValue = 0] = [scores[right - 1], values[right - 1]];
  return lowValue + (score - lowScore) / (highScore - lowScore) * (highValue - lowValue);
}

/** Neighbouring scores joined to steps of at least {@linkcode fewestPerStep} labels; what is left over joins the last. */
function stepsOf(labels: readonly Label[]): Block[] {
  const steps: Block[] = [];
  let open: Block | null = null;
  for (const { score, count, correct } of groupByScore(labels)) {
    const point: Block = { from: score, to: score, count, correct };
    open = open === null ? point : joined(open, point);
    if (open.count < fewestPerStep) continue;
    steps.push(open);
    open = null;
  }
  const last = steps.pop();
  if (open !== null) steps.push(last === undefined ? open : joined(last, open));
  else if (last !== undefined) steps.push(last);
  return steps;
}

function joined(lower: Block, upper: Block): Block {
  return {
    from: lower.from,
    to: upper.to,
    count: lower.count + upper.count,
    correct: lower.correct + upper.correct,
  };
}

function share({ correct, count }: Block): number {
  return correct / count;
}
