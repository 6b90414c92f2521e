import { useEffect, useState } from "react";
import { fileName, loadSentFile, type SentFile } from "../../api/attachments.ts";
import { formatBytes } from "../../format/bytes.ts";
import { useLanguage, useText } from "../../i18n/language.tsx";
import { QueryView } from "../../query/query-view.tsx";
import { useQuery } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Icon } from "../../ui/icon.tsx";
import { attachmentMessages } from "./attachment-messages.ts";
import { previewKind } from "./preview-kind.ts";

/** Most characters of a text that are shown; the file has all of them. */
const MOST_SHOWN = 100_000;

/** A file that was sent along: to look at, to open beside, to keep. */
export default function FileDialog({ file, onClose }: { file: SentFile; onClose: () => void }) {
  const { client } = useProject();
  const content = useQuery(`sent-file/${file.path}`, () => loadSentFile(client, file.path));
  return (
    <Dialog title={fileName(file)} onClose={onClose} wide>
      <QueryView query={content}>{(blob) => <Content file={file} blob={blob} />}</QueryView>
    </Dialog>
  );
}

function Content({ file, blob }: { file: SentFile; blob: Blob }) {
  const t = useText(attachmentMessages);
  const { language } = useLanguage();
  const name = fileName(file);
  const address = useObjectAddress(blob);
  const kind = previewKind(file.media_type ?? blob.type, name);
  return (
    <div className="file-preview">
      {kind === "picture" && <img src={address} alt={name} />}
      {kind === "document" && address !== undefined && <iframe src={address} title={name} />}
      {kind === "text" && <FileText blob={blob} />}
      {kind === "none" && (
        file.text
          ? (
            <>
              <p className="field-hint">{t("read")}</p>
              <pre tabIndex={0}>{file.text.slice(0, MOST_SHOWN)}</pre>
            </>
          )
          : <p className="state-text">{t("noPreview")}</p>
      )}
      <p className="about-line">
        <a className="button" href={address} download={name}>
          <Icon name="download" />
          {t("download")}
        </a>
        {(kind === "picture" || kind === "document") && (
          <a className="button" href={address} target="_blank" rel="noopener">{t("open")}</a>
        )}
        <span className="row-note">{formatBytes(blob.size, language)}</span>
      </p>
    </div>
  );
}

function FileText({ blob }: { blob: Blob }) {
  const t = useText(attachmentMessages);
  const [text, setText] = useState<string | null>(null);
  useEffect(() => {
    let shown = true;
    blob.text().then((all) => shown && setText(all));
    return () => {
      shown = false;
    };
  }, [blob]);
  if (text === null) return null;
  return (
    <>
      <pre tabIndex={0}>{text.slice(0, MOST_SHOWN)}</pre>
      {text.length > MOST_SHOWN && <p className="field-hint">{t("cut", { count: MOST_SHOWN })}</p>}
    </>
  );
}

/** An address of a content in this page, given back when nobody looks any more. */
function useObjectAddress(blob: Blob): string | undefined {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(blob);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return address;
}
