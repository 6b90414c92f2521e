import type { MadeKey } from "../../api/keys.ts";
import { useText } from "../../i18n/language.tsx";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { keysMessages } from "./keys-messages.ts";

/** Shows a key's secret the one time it is known. */
export function SecretDialog({ made, onClose }: { made: MadeKey; onClose: () => void }) {
  const t = useText(keysMessages);
  return (
    <Dialog
      title={t("shownOnce")}
      onClose={onClose}
      actions={<Button look="primary" onClick={onClose}>{t("done")}</Button>}
    >
      <p className="notice notice-warning">{t("shownOnceText")}</p>
      <p className="copy-line">
        <code data-secret="">{made.key}</code>
        <CopyButton text={made.key} />
      </p>
    </Dialog>
  );
}
