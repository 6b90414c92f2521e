import { useState } from "react";
import { useText } from "../i18n/language.tsx";
import { useProject } from "../session/project.tsx";
import { useSession } from "../session/session.tsx";
import { Button } from "../ui/button.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { shellMessages } from "./shell-messages.ts";

/** Who is signed in, and the way out. */
export function AccountMenu() {
  const t = useText(shellMessages);
  const { client } = useProject();
  const { user } = useSession();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button look="quiet" icon="user" aria-label={t("account")} onClick={() => setOpen(true)} />
      {open && (
        <Dialog
          title={t("account")}
          onClose={() => setOpen(false)}
          // Only here: a session on another device is not ended by leaving this one.
          actions={
            <Button look="primary" onClick={() => client.auth.signOut({ scope: "local" })}>{t("signOut")}</Button>
          }
        >
          <p className="account-email">{user.email}</p>
          <p className="field-hint">{t("yourId")}</p>
          <p className="copy-line">
            <code>{user.id}</code> <CopyButton text={user.id} small />
          </p>
        </Dialog>
      )}
    </>
  );
}
