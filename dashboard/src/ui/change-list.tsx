import { lazy, Suspense } from "react";
import { useText } from "../i18n/language.tsx";
import { reviewMessages } from "./review-messages.ts";
import { Skeleton } from "./skeleton.tsx";
import { uiMessages } from "./ui-messages.ts";

// Loaded by the first long text: most changes are figures.
const LineDiff = lazy(() => import("./line-diff.tsx"));

/** One thing that would change. */
export interface Change {
  name: string;
  before: string;
  after: string;
}

/** A text of so many characters, or of several lines, is compared line by line. */
const LONG = 160;

/** Whether a change is of a text, which takes room to read. */
export const isText = ({ before, after }: Change) =>
  before !== "" && after !== "" && [before, after].some((text) => text.length > LONG || text.includes("\n"));

/** What would change: short values side by side, texts line by line. */
export function ChangeList({ changes }: { changes: readonly Change[] }) {
  const t = useText(uiMessages);
  const words = useText(reviewMessages);
  const short = changes.filter((change) => !isText(change));
  return (
    <>
      {short.length > 0 && (
        <div className="diff">
          <table>
            <caption className="visually-hidden">{words("changes")}</caption>
            <thead>
              <tr>
                <th scope="col">{words("what")}</th>
                <th scope="col">{t("before")}</th>
                <th scope="col">{t("after")}</th>
              </tr>
            </thead>
            <tbody>
              {short.map(({ name, before, after }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td className="diff-before">{before}</td>
                  <td className="diff-after">{after}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {changes.filter(isText).map((change) => (
        <section key={change.name}>
          <h3 className="diff-title">{change.name}</h3>
          <Suspense fallback={<Skeleton lines={3} />}>
            <LineDiff {...change} />
          </Suspense>
        </section>
      ))}
    </>
  );
}

/** The entries whose two sides differ. */
export function differences(entries: readonly Change[]): Change[] {
  return entries.filter(({ before, after }) => before !== after);
}
