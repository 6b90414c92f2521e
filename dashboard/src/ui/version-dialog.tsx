import { useState } from "react";
import { useText } from "../i18n/language.tsx";
import { ChangeList, differences } from "./change-list.tsx";
import { Dialog } from "./dialog.tsx";
import { SelectField } from "./field.tsx";
import { reviewMessages } from "./review-messages.ts";

/** A version of something that is made of texts. */
export interface Version {
  id: string;
  /** Names it among the others. */
  label: string;
  texts: readonly { name: string; text: string }[];
}

interface VersionDialogProps {
  title: string;
  version: Version;
  /** What it can be compared with. */
  others: readonly Version[];
  onClose: () => void;
}

/** A version to read, or what differs from another one. */
export function VersionDialog({ title, version, others, onClose }: VersionDialogProps) {
  const t = useText(reviewMessages);
  const [chosen, setChosen] = useState("");
  const other = others.find(({ id }) => id === chosen);
  return (
    <Dialog title={title} onClose={onClose} wide>
      {others.length > 0 && (
        <SelectField
          label={t("compareWith")}
          value={chosen}
          onChange={(event) => setChosen(event.target.value)}
        >
          <option value="">–</option>
          {others.map(({ id, label }) => <option key={id} value={id}>{label}</option>)}
        </SelectField>
      )}
      {other === undefined
        ? version.texts.map(({ name, text }) => (
          <section key={name}>
            <h3 className="diff-title">{name}</h3>
            <pre tabIndex={0}>{text}</pre>
          </section>
        ))
        : <Compared before={other} after={version} />}
    </Dialog>
  );
}

function Compared({ before, after }: { before: Version; after: Version }) {
  const t = useText(reviewMessages);
  const changes = versionChanges(before, after);
  return changes.length === 0 ? <p className="state-text">{t("same")}</p> : <ChangeList changes={changes} />;
}

/** What differs between two versions. */
export function versionChanges(before: Version, after: Version) {
  return differences(after.texts.map(({ name, text }) => ({
    name,
    before: before.texts.find((each) => each.name === name)?.text ?? "–",
    after: text,
  })));
}
