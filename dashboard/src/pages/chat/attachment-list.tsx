import { useText } from "../../i18n/language.tsx";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { attachmentMessages } from "./attachment-messages.ts";
import type { Attachment } from "./use-attachments.ts";

/** The files that go with the next message, each with how much of it has been sent. */
export function AttachmentList({ files, onRemove }: { files: readonly Attachment[]; onRemove: (id: string) => void }) {
  const t = useText(attachmentMessages);
  if (files.length === 0) return null;
  return (
    <ul className="attachments" aria-label={t("attached")}>
      {files.map(({ id, name, sent, path, problem }) => (
        <li key={id} className="attachment">
          <Icon name="upload" size={16} />
          {name}
          {path === null && problem === null && (
            <progress
              aria-label={t("progressOf", { name })}
              value={sent}
              max={1}
            />
          )}
          {problem !== null && (
            <span className="field-problem" role="alert">{problem === "large" ? t("large") : problem.message}</span>
          )}
          <Button look="quiet" icon="close" aria-label={t("remove", { name })} onClick={() => onRemove(id)} />
        </li>
      ))}
    </ul>
  );
}
