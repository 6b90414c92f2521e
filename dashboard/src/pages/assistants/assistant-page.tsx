import { useState } from "react";
import { type Assistant, deleteAssistant, saveAssistant } from "../../api/assistants.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { QueryView } from "../../query/query-view.tsx";
import { Link } from "../../routing/link.tsx";
import { navigate } from "../../routing/location.ts";
import { useProject } from "../../session/project.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { ChangeDialog } from "../../ui/change-dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { useNotice } from "../../ui/notice.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { useAssistants } from "../chat/use-assistants.ts";
import { AssistantFields } from "./assistant-fields.tsx";
import { changedKeys, configOf, draftOf, problemsOf } from "./assistant-form.ts";
import { assistantsMessages } from "./assistants-messages.ts";
import { useChoices } from "./use-choices.ts";
import { useFieldWords } from "./use-field-words.ts";
import { VersionsCard } from "./versions-card.tsx";
import "./assistants.css";

/** The address of an assistant that is not there yet. */
const NEW = "new";

/** One assistant: its configuration with every version it had, or a new one. */
export default function AssistantPage({ id }: { id: string }) {
  const t = useText(assistantsMessages);
  const assistants = useAssistants();
  const assistant = assistants.find(id) ?? null;
  if (id === NEW) return <AssistantEditor assistant={null} onSaved={assistants.reload} />;
  return (
    <QueryView
      query={assistants.all}
      isEmpty={() => assistant === null}
      empty={
        <>
          <PageHeader title={t("title")} />
          <EmptyState icon="search" title={t("gone")}>{t("goneText")}</EmptyState>
        </>
      }
    >
      {() =>
        assistant && (
          <AssistantEditor
            key={`${assistant.version}/${assistant.updated_at}`}
            assistant={assistant}
            onSaved={assistants.reload}
          />
        )}
    </QueryView>
  );
}

function AssistantEditor({ assistant, onSaved }: { assistant: Assistant | null; onSaved: () => void }) {
  const t = useText(assistantsMessages);
  const ui = useText(uiMessages);
  const { client } = useProject();
  const { orgId, path } = useOrganization();
  const say = useNotice();
  const choices = useChoices();
  const words = useFieldWords(choices.nameOf);
  const [draft, setDraft] = useState(() => draftOf(assistant));
  const [opened, setOpened] = useState<"save" | "delete" | null>(null);
  const wrong = problemsOf(draft);
  const before = configOf(draftOf(assistant));
  const after = configOf(draft);
  const changed = changedKeys(before, after);
  const title = assistant?.name ?? t("new");
  const save = async () => {
    const config = assistant === null ? after : Object.fromEntries(changed.map((key) => [key, after[key]]));
    const saved = await saveAssistant(client, orgId, config, assistant);
    say(t("saved"));
    onSaved();
    if (assistant === null) navigate(path(`/assistants/${saved.id}`), { replace: true });
  };
  return (
    <>
      <PageHeader
        title={title}
        note={assistant && <Badge>{t("version", { version: assistant.version })}</Badge>}
      >
        <Link to={path("/assistants")}>{t("back")}</Link>
        {assistant !== null && (
          <>
            <Button
              icon="trash"
              aria-label={t("deleteAsk", { name: title })}
              title={t("delete")}
              onClick={() => setOpened("delete")}
            />
            <Button
              icon="chat"
              aria-label={t("chat", { name: title })}
              onClick={() => navigate(path(`/chat?assistant=${assistant.id}`))}
            >
              {t("chatWord")}
            </Button>
          </>
        )}
        <Button
          look="primary"
          icon="check"
          disabled={wrong.size > 0 || changed.length === 0}
          onClick={() => setOpened("save")}
        >
          {ui("save")}
        </Button>
      </PageHeader>
      <AssistantFields
        id={assistant?.id ?? null}
        draft={draft}
        wrong={wrong}
        choices={choices}
        onChange={(part) => setDraft({ ...draft, ...part })}
      />
      {assistant !== null && <VersionsCard assistant={assistant} words={words} onChanged={onSaved} />}
      {opened === "save" && (
        <ChangeDialog
          title={t("changes", { name: draft.name })}
          changes={changed.map((key) => ({
            name: words.name(key),
            before: assistant === null ? "–" : words.value(key, before[key]),
            after: words.value(key, after[key]),
          }))}
          valid
          confirmWords={ui("save")}
          save={save}
          onClose={() => setOpened(null)}
          onSaved={() => {}}
        />
      )}
      {opened === "delete" && assistant !== null && (
        <ChangeDialog
          title={t("deleteAsk", { name: title })}
          changes={[]}
          valid
          danger
          warning={t("deleteText")}
          confirmWords={t("delete")}
          save={() => deleteAssistant(client, orgId, assistant.id)}
          onClose={() => setOpened(null)}
          onSaved={() => {
            say(t("deleted"));
            onSaved();
            navigate(path("/assistants"), { replace: true });
          }}
        />
      )}
    </>
  );
}
