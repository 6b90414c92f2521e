import { useText } from "../i18n/language.tsx";
import { uiMessages } from "./ui-messages.ts";

/** Grey lines where an answer will stand. */
export function Skeleton({ lines = 3, height }: { lines?: number; height?: number }) {
  const t = useText(uiMessages);
  return (
    <div className="skeleton" role="status" style={height === undefined ? undefined : { minBlockSize: height }}>
      <span className="visually-hidden">{t("loading")}</span>
      {Array.from({ length: lines }, (_, line) => <span key={line} className="skeleton-line" />)}
    </div>
  );
}
