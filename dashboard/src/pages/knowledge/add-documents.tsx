import { type DragEvent, type FormEvent, useRef, useState } from "react";
import { useText } from "../../i18n/language.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { TextArea, TextField } from "../../ui/field.tsx";
import { Icon } from "../../ui/icon.tsx";
import { knowledgeMessages } from "./knowledge-messages.ts";
import { readTags } from "./read-tags.ts";
import { UploadLine } from "./upload-line.tsx";
import { uploadMessages } from "./upload-messages.ts";
import { useAcceptedFiles } from "./use-accepted-files.ts";
import { useUploads } from "./use-uploads.ts";

/** Most characters of a text that is pasted, as the back end takes them. */
const MOST_CHARACTERS = 400_000;

/** Adds files or a text to a base, and shows how each gets on and what it costs. */
export function AddDocuments({ baseId, onDone }: { baseId: string; onDone: () => void }) {
  const t = useText(uploadMessages);
  const knowledge = useText(knowledgeMessages);
  const { uploads, add, forget } = useUploads(baseId, onDone);
  const [tagText, setTagText] = useState("");
  const [pasting, setPasting] = useState(false);
  const [refused, setRefused] = useState<{ ending: string[]; size: string[] }>({ ending: [], size: [] });
  const { endings, megabytes } = useAcceptedFiles();
  const tags = readTags(tagText);
  const addFiles = (files: readonly File[]) => {
    const fits = ({ name }: File) => endings.some((ending) => name.toLowerCase().endsWith(`.${ending}`));
    const isSmall = ({ size }: File) => size <= megabytes * 1_000_000;
    setRefused({
      ending: files.filter((file) => !fits(file)).map(({ name }) => name),
      size: files.filter((file) => fits(file) && !isSmall(file)).map(({ name }) => name),
    });
    add(
      files.filter((file) => fits(file) && isSmall(file)).map((file) => ({
        name: file.name,
        tags: tags ?? [],
        content: file,
      })),
    );
  };
  return (
    <Card
      title={t("title")}
      actions={uploads.length > 0 && <Button look="quiet" onClick={forget}>{t("forget")}</Button>}
    >
      <TextField
        label={knowledge("tags")}
        hint={knowledge("tagsHint")}
        value={tagText}
        problem={tags === null ? knowledge("tagsProblem") : null}
        onChange={(event) => setTagText(event.target.value)}
      />
      {pasting
        ? <PasteForm onAdd={(name, text) => add([{ name, tags: tags ?? [], content: text }])} />
        : <DropZone endings={endings} onFiles={addFiles} />}
      <Button look="quiet" onClick={() => setPasting(!pasting)}>{t(pasting ? "choose" : "paste")}</Button>
      {refused.ending.length > 0 && (
        <p className="field-problem" role="alert">{t("notAccepted", { names: refused.ending.join(", ") })}</p>
      )}
      {refused.size.length > 0 && (
        <p className="field-problem" role="alert">
          {t("tooLarge", { limit: megabytes, names: refused.size.join(", ") })}
        </p>
      )}
      {uploads.length > 0 && (
        <ul className="uploads">
          {uploads.map((upload) => <UploadLine key={upload.id} upload={upload} onOver={onDone} />)}
        </ul>
      )}
    </Card>
  );
}

interface DropZoneProps {
  endings: readonly string[];
  onFiles: (files: readonly File[]) => void;
}

function DropZone({ endings, onFiles }: DropZoneProps) {
  const t = useText(uploadMessages);
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    onFiles([...event.dataTransfer.files]);
  };
  return (
    <div
      className={over ? "drop-zone drop-zone-over" : "drop-zone"}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <Icon name="upload" size={24} />
      <p>{t("drop")}</p>
      <input
        ref={input}
        className="visually-hidden"
        type="file"
        multiple
        tabIndex={-1}
        aria-label={t("choose")}
        accept={endings.map((ending) => `.${ending}`).join(",")}
        onChange={(event) => {
          onFiles([...event.target.files ?? []]);
          event.target.value = "";
        }}
      />
      <Button onClick={() => input.current?.click()}>{t("choose")}</Button>
      <p className="field-hint">{t("accepted", { types: endings.join(", ") })}</p>
    </div>
  );
}

function PasteForm({ onAdd }: { onAdd: (name: string, text: string) => void }) {
  const t = useText(uploadMessages);
  const [name, setName] = useState("");
  const [text, setText] = useState("");
  const isTooLong = text.length > MOST_CHARACTERS;
  const isReady = name.trim() !== "" && text.trim() !== "" && !isTooLong;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isReady) return;
    onAdd(name.trim(), text);
    setName("");
    setText("");
  };
  return (
    <form className="form" onSubmit={submit}>
      <TextField label={t("name")} value={name} maxLength={300} onChange={(event) => setName(event.target.value)} />
      <TextArea
        label={t("text")}
        rows={8}
        value={text}
        problem={isTooLong ? t("tooLong", { count: MOST_CHARACTERS }) : null}
        onChange={(event) => setText(event.target.value)}
      />
      <div className="form-actions">
        <Button look="primary" type="submit" disabled={!isReady}>{t("addText")}</Button>
      </div>
    </form>
  );
}
