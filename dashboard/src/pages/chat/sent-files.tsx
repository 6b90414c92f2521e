import { lazy, Suspense, useState } from "react";
import { fileName, type SentFile } from "../../api/attachments.ts";
import { useText } from "../../i18n/language.tsx";
import { Icon } from "../../ui/icon.tsx";
import { attachmentMessages } from "./attachment-messages.ts";

const FileDialog = lazy(() => import("./file-dialog.tsx"));

/** The files that went with a message, each to be looked at. */
export function SentFiles({ files }: { files: readonly SentFile[] }) {
  const t = useText(attachmentMessages);
  const [shown, setShown] = useState<SentFile | null>(null);
  if (files.length === 0) return null;
  return (
    <>
      <ul className="attachments" aria-label={t("attached")}>
        {files.map((file) => (
          <li key={file.path}>
            <button
              type="button"
              className="attachment attachment-button"
              aria-label={t("show", { name: fileName(file) })}
              onClick={() => setShown(file)}
            >
              <Icon name="file" size={16} />
              {fileName(file)}
            </button>
          </li>
        ))}
      </ul>
      {shown !== null && (
        <Suspense>
          <FileDialog file={shown} onClose={() => setShown(null)} />
        </Suspense>
      )}
    </>
  );
}
