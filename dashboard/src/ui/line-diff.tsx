import { diffLines } from "diff";
import { Fragment } from "react";
import { useText } from "../i18n/language.tsx";
import { reviewMessages } from "./review-messages.ts";

/** Unchanged lines that are shown beside a change. */
const AROUND = 2;

interface LineDiffProps {
  name: string;
  before: string;
  after: string;
}

/** Two versions of a text, line by line; what did not change is left out but for a few lines beside a change. */
export default function LineDiff({ name, before, after }: LineDiffProps) {
  const t = useText(reviewMessages);
  const parts = diffLines(before, after, { ignoreNewlineAtEof: true });
  return (
    <pre className="line-diff" role="group" aria-label={name} tabIndex={0}>
      {parts.map(({ value, added, removed }, place) => {
        const lines = value.replace(/\n$/, "").split("\n");
        if (added) return <ins key={place}>{lines.map(line("+"))}</ins>;
        if (removed) return <del key={place}>{lines.map(line("−"))}</del>;
        const [first, last] = [place === 0 ? 0 : AROUND, place === parts.length - 1 ? 0 : AROUND];
        const hidden = lines.length - first - last;
        if (hidden <= 1) return <Fragment key={place}>{lines.map(line(" "))}</Fragment>;
        return (
          <Fragment key={place}>
            {lines.slice(0, first).map(line(" "))}
            <span className="line-diff-gap">{t("unchangedLines", { count: hidden })}</span>
            {lines.slice(lines.length - last).map(line(" "))}
          </Fragment>
        );
      })}
    </pre>
  );
}

function line(sign: string) {
  return (text: string, place: number) => (
    <span key={`${sign}${place}${text}`} className="line-diff-line">
      <span aria-hidden="true">{sign}</span>
      {`${text}\n`}
    </span>
  );
}
