import { useFormat } from "../organization/use-format.ts";

interface ChangeProps {
  now: number | null;
  before: number | null;
  /** Whether more is better, worse or neither. */
  more: "good" | "bad" | "neutral";
}

/** By how much a figure changed against the period before; nothing where there is nothing to compare with. */
export function Change({ now, before, more }: ChangeProps) {
  const { share } = useFormat();
  if (now === null || before === null || before === 0) return null;
  const change = (now - before) / before;
  const direction = Math.abs(change) < 0.005 ? "same" : change > 0 ? "up" : "down";
  const good = more === "neutral" || direction === "same" ? "neutral" : (direction === "up") === (more === "good");
  const tone = good === "neutral" ? "neutral" : good ? "good" : "bad";
  const sign = { up: "▲", down: "▼", same: "=" }[direction];
  return <span className={`change change-${tone}`}>{sign} {share(Math.abs(change))}</span>;
}
