import { decideCall } from "../../api/chat.ts";
import { useText } from "../../i18n/language.tsx";
import { useProject } from "../../session/project.tsx";
import { Button } from "../../ui/button.tsx";
import { useErrorReason } from "../../ui/error-state.tsx";
import { useAction } from "../../ui/use-action.ts";
import { toolMessages } from "./tool-messages.ts";

interface ApprovalProps {
  callId: string;
  disabled: boolean;
  /** How many calls of the same answer still wait. */
  onDecided: (waiting: number) => void;
}

/** Asks the user whether a tool may do what the assistant wants. */
export function Approval({ callId, disabled, onDecided }: ApprovalProps) {
  const t = useText(toolMessages);
  const { client } = useProject();
  const { busy, error, run } = useAction();
  const reason = useErrorReason(error);
  const decide = (granted: boolean) => run(async () => onDecided(await decideCall(client, callId, granted)));
  return (
    <div className="approval" role="group" aria-label={t("approvalAsk")}>
      <p>{t("approvalAsk")}</p>
      <Button look="primary" disabled={disabled} busy={busy} onClick={() => decide(true)}>{t("allow")}</Button>
      <Button disabled={disabled || busy} onClick={() => decide(false)}>{t("refuse")}</Button>
      {reason !== "" && <p className="field-problem" role="alert">{reason}</p>}
    </div>
  );
}
