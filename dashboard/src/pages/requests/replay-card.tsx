import { useState } from "react";
import { callFunction, type TaskAnswer } from "../../api/functions.ts";
import { type FullRequest, type Replay, replayDecision } from "../../api/requests.ts";
import { useText } from "../../i18n/language.tsx";
import { useDatabaseText } from "../../i18n/use-database-text.ts";
import { useOrganization } from "../../organization/organization.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { Link } from "../../routing/link.tsx";
import { useProject } from "../../session/project.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ChangeDialog } from "../../ui/change-dialog.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { useErrorReason } from "../../ui/error-state.tsx";
import { SelectField } from "../../ui/field.tsx";
import { useAction } from "../../ui/use-action.ts";
import { replayMessages } from "./replay-messages.ts";
import { useKnownNames } from "./use-known-names.ts";

interface ReplayCardProps {
  request: FullRequest;
  payload: { input: unknown; output: unknown } | null;
}

/** Functions that keep no task input of their own: their requests are made again where they were made. */
const NOT_SENT_AGAIN = new Set(["gateway", "chat"]);

/** A request once more: its decision from what was known then, or its input sent anew. */
export function ReplayCard({ request, payload }: ReplayCardProps) {
  const t = useText(replayMessages);
  const { client } = useProject();
  const { busy, error, run } = useAction();
  const problem = useErrorReason(error);
  const [replay, setReplay] = useState<Replay | null>(null);
  const [asking, setAsking] = useState(false);
  const [answer, setAnswer] = useState<TaskAnswer<unknown> | null>(null);
  const input = payload?.input ?? null;
  const sendable = input !== null && !NOT_SENT_AGAIN.has(request.task);
  return (
    <Card
      title={t("title")}
      note={t("note")}
      actions={
        <>
          <Button
            icon="refresh"
            busy={busy}
            onClick={() => run(async () => setReplay(await replayDecision(client, request.id)))}
          >
            {t("decide")}
          </Button>
          {sendable && <Button onClick={() => setAsking(true)}>{t("send")}</Button>}
        </>
      }
    >
      {problem !== "" && <p className="field-problem" role="alert">{problem}</p>}
      {replay !== null && <ReplayedDecision replay={replay} />}
      {answer !== null && <NewAnswer answer={answer} />}
      {!sendable && <p className="state-text">{t("noInput")}</p>}
      {asking && (
        <SendDialog
          task={request.task}
          input={input}
          onClose={() => setAsking(false)}
          onAnswered={setAnswer}
        />
      )}
    </Card>
  );
}

function ReplayedDecision({ replay }: { replay: Replay }) {
  const t = useText(replayMessages);
  const say = useDatabaseText(replayMessages);
  if (!replay.replayable) {
    return (
      <p role="status">
        <Badge>{t("none")}</Badge> {replay.why !== undefined && say(replay.why)}
      </p>
    );
  }
  const { stored = {}, replayed = {} } = replay;
  return (
    <div role="status">
      <p>
        <Badge tone={replay.equal ? "good" : "bad"}>{t(replay.equal ? "same" : "other")}</Badge>
      </p>
      <DataTable
        caption={t("title")}
        rows={Object.keys(stored)}
        rowKey={(key) => key}
        columns={[
          { key: "what", title: t("what"), cell: (key) => <code>{key}</code> },
          { key: "stored", title: t("stored"), cell: (key) => <code>{JSON.stringify(stored[key])}</code> },
          { key: "replayed", title: t("replayed"), cell: (key) => <code>{JSON.stringify(replayed[key])}</code> },
        ]}
      />
    </div>
  );
}

interface SendDialogProps {
  task: string;
  input: unknown;
  onClose: () => void;
  onAnswered: (answer: TaskAnswer<unknown>) => void;
}

/** Asks before money is spent, and whether another model should answer. */
function SendDialog({ task, input, onClose, onAnswered }: SendDialogProps) {
  const t = useText(replayMessages);
  const { client } = useProject();
  const { orgId } = useOrganization();
  const { models } = useKnownNames();
  const [model, setModel] = useState("");
  return (
    <ChangeDialog
      title={t("sendAsk")}
      changes={[{ name: t("model"), before: "", after: model === "" ? t("asRouted") : model }]}
      valid
      warning={t("sendText")}
      confirmWords={t("send")}
      save={async () =>
        onAnswered(
          await callFunction<TaskAnswer<unknown>>(client, task, {
            input,
            org_id: orgId,
            options: { cache: "off", ...(model === "" ? {} : { model }) },
          }),
        )}
      onClose={onClose}
      onSaved={() => {}}
    >
      <p>{t("sendText")}</p>
      <SelectField label={t("model")} value={model} onChange={(event) => setModel(event.target.value)}>
        <option value="">{t("asRouted")}</option>
        {models.map((each) => <option key={each}>{each}</option>)}
      </SelectField>
    </ChangeDialog>
  );
}

function NewAnswer({ answer: { data, meta } }: { answer: TaskAnswer<unknown> }) {
  const t = useText(replayMessages);
  const format = useFormat();
  const { path } = useOrganization();
  return (
    <div role="status">
      <h3>{t("answer")}</h3>
      <p className="card-note">
        {t("by", {
          model: meta.model ?? t("rules"),
          money: format.money(meta.cost_usd, "USD"),
          duration: format.duration(meta.latency_ms),
        })} · <Link to={path(`/requests/${meta.request_id}`)}>{t("open")}</Link>
      </p>
      <pre tabIndex={0}>{JSON.stringify(data, null, 2)}</pre>
    </div>
  );
}
