import { Button } from "./button.tsx";

interface ThumbsProps {
  /** What each of them says. */
  words: { up: string; down: string };
  /** Which one was pressed; null = none yet. */
  given: "up" | "down" | null;
  disabled?: boolean;
  onPress: (thumb: "up" | "down") => void;
}

/** Says yes or no to something, by one press. */
export function Thumbs({ words, given, disabled = false, onPress }: ThumbsProps) {
  return (["up", "down"] as const).map((thumb) => (
    <Button
      key={thumb}
      look="quiet"
      icon={thumb === "up" ? "thumbUp" : "thumbDown"}
      aria-label={words[thumb]}
      title={words[thumb]}
      aria-pressed={given === thumb}
      disabled={disabled}
      onClick={() => onPress(thumb)}
    />
  ));
}
