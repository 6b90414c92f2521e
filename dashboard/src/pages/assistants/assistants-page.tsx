import { type FormEvent, useState } from "react";
import { type Assistant, chooseDefaultAssistant, copyAssistant } from "../../api/assistants.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { QueryView } from "../../query/query-view.tsx";
import { Link } from "../../routing/link.tsx";
import { navigate } from "../../routing/location.ts";
import { useProject } from "../../session/project.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { useErrorReason } from "../../ui/error-state.tsx";
import { TextField } from "../../ui/field.tsx";
import { Icon } from "../../ui/icon.tsx";
import { useNotice } from "../../ui/notice.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { useAction } from "../../ui/use-action.ts";
import { useAssistants } from "../chat/use-assistants.ts";
import { assistantsMessages } from "./assistants-messages.ts";
import "./assistants.css";

/** The assistants the user sees: those to talk to, and templates to copy. */
export default function AssistantsPage() {
  const t = useText(assistantsMessages);
  const { path, can } = useOrganization();
  const assistants = useAssistants();
  const [copied, setCopied] = useState<Assistant | null>(null);
  const cards = (rows: readonly Assistant[]) => (
    <ul className="assistants">
      {rows.map((assistant) => (
        <li key={assistant.id}>
          <AssistantCard
            assistant={assistant}
            isDefault={assistants.preferred?.id === assistant.id}
            onChanged={assistants.reload}
            onCopy={() => setCopied(assistant)}
          />
        </li>
      ))}
    </ul>
  );
  return (
    <>
      <PageHeader title={t("title")} note={t("note")}>
        {can("member") && (
          <Link className="button button-primary" to={path("/assistants/new")}>
            <Icon name="plus" size={18} />
            {t("new")}
          </Link>
        )}
      </PageHeader>
      <QueryView
        query={assistants.all}
        isEmpty={(rows) => rows.length === 0}
        empty={<EmptyState icon="assistants" title={t("empty")}>{t("emptyText")}</EmptyState>}
      >
        {(rows) => (
          <>
            {cards(rows.filter(({ is_template }) => !is_template))}
            {rows.some(({ is_template }) => is_template) && (
              <section aria-labelledby="templates">
                <h2 id="templates">{t("templates")}</h2>
                {cards(rows.filter(({ is_template }) => is_template))}
              </section>
            )}
          </>
        )}
      </QueryView>
      {copied !== null && (
        <CopyDialog
          assistant={copied}
          onClose={() => setCopied(null)}
          onCopied={assistants.reload}
        />
      )}
    </>
  );
}

interface AssistantCardProps {
  assistant: Assistant;
  isDefault: boolean;
  onChanged: () => void;
  onCopy: () => void;
}

function AssistantCard({ assistant, isDefault, onChanged, onCopy }: AssistantCardProps) {
  const t = useText(assistantsMessages);
  const { client } = useProject();
  const { orgId, path, can } = useOrganization();
  const { busy, run } = useAction();
  const { id, name, description, status, visibility, version, is_template, tags } = assistant;
  const choose = async () => {
    if (await run(() => chooseDefaultAssistant(client, orgId, isDefault ? null : id))) onChanged();
  };
  return (
    <article className="card assistant-card" aria-label={name}>
      <h3>
        <Link to={path(`/assistants/${id}`)}>{name}</Link>
      </h3>
      {description !== "" && <p className="card-note">{description}</p>}
      <span className="badges">
        <Badge tone={status === "active" ? "good" : "neutral"}>{t(`status_${status}`)}</Badge>
        <Badge>{t(`visibility_${visibility}`)}</Badge>
        {isDefault && <Badge tone="accent">{t("isDefault")}</Badge>}
        {tags.map((tag) => <Badge key={tag}>{tag}</Badge>)}
      </span>
      <p className="row-note">{t("version", { version })}</p>
      <div className="assistant-actions">
        {status !== "inactive" && !is_template && (
          <>
            <Button
              icon="chat"
              aria-label={t("chat", { name })}
              onClick={() => navigate(path(`/chat?assistant=${id}`))}
            >
              {t("chatWord")}
            </Button>
            <Button
              look="quiet"
              icon="pin"
              busy={busy}
              aria-pressed={isDefault}
              aria-label={t(isDefault ? "noDefault" : "makeDefault", { name })}
              title={t(isDefault ? "noDefault" : "makeDefault", { name })}
              onClick={choose}
            />
          </>
        )}
        {can("member") && (
          <Button
            look="quiet"
            icon="copy"
            aria-label={t("copy", { name })}
            title={t("copy", { name })}
            onClick={onCopy}
          />
        )}
      </div>
    </article>
  );
}

interface CopyDialogProps {
  assistant: Assistant;
  onClose: () => void;
  onCopied: () => void;
}

function CopyDialog({ assistant, onClose, onCopied }: CopyDialogProps) {
  const t = useText(assistantsMessages);
  const ui = useText(uiMessages);
  const { client } = useProject();
  const { orgId, path } = useOrganization();
  const say = useNotice();
  const { busy, error, run } = useAction();
  const reason = useErrorReason(error);
  const [name, setName] = useState(assistant.name);
  const copy = async (event: FormEvent) => {
    event.preventDefault();
    await run(async () => {
      const { id } = await copyAssistant(client, orgId, assistant.id, name.trim());
      say(t("copied"));
      onCopied();
      navigate(path(`/assistants/${id}`));
    });
  };
  return (
    <Dialog title={t("copy", { name: assistant.name })} onClose={onClose}>
      <form className="form" onSubmit={copy}>
        <TextField
          label={t("copyName")}
          value={name}
          maxLength={100}
          onChange={(event) => setName(event.target.value)}
        />
        {reason !== "" && <p className="field-problem" role="alert">{reason}</p>}
        <div className="form-actions">
          <Button onClick={onClose}>{ui("cancel")}</Button>
          <Button look="primary" type="submit" busy={busy} disabled={name.trim() === ""}>{ui("copy")}</Button>
        </div>
      </form>
    </Dialog>
  );
}
