import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { Link } from "../../routing/link.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { memoryMessages } from "./memory-messages.ts";
import { MemoryStatements } from "./memory-statements.tsx";

const EVERYTHING = { q: "", type: "", superseded: false };

/** What is kept of the user, beside what he is doing: newest first, to correct or forget at once. */
export default function MemoryPanel({ onClose }: { onClose: () => void }) {
  const t = useText(memoryMessages);
  const { path } = useOrganization();
  return (
    <Dialog title={t("title")} onClose={onClose} wide>
      <p className="field-hint">{t("note")}</p>
      <MemoryStatements filter={EVERYTHING} />
      <p>
        <Link to={path("/memory")}>{t("wholePage")}</Link>
      </p>
    </Dialog>
  );
}
