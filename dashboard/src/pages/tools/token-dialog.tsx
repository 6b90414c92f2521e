import { useState } from "react";
import { authorizeMcpServer, type McpServer } from "../../api/tools.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useProject } from "../../session/project.tsx";
import { ChangeDialog } from "../../ui/change-dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { toolsMessages } from "./tools-messages.ts";

/** Takes the token a server is asked with; it is never shown, not even before it is saved. */
export function TokenDialog(
  { server, onClose, onSaved }: { server: McpServer; onClose: () => void; onSaved: () => void },
) {
  const t = useText(toolsMessages);
  const ui = useText(uiMessages);
  const { client } = useProject();
  const { orgId } = useOrganization();
  const [token, setToken] = useState("");
  const given = token.trim();
  return (
    <ChangeDialog
      title={t("tokenOf", { name: server.title })}
      changes={given === "" ? [] : [{ name: t(`auth_${server.auth}`), before: "–", after: t("tokenNew") }]}
      valid={given !== ""}
      confirmWords={ui("save")}
      save={() => authorizeMcpServer(client, orgId, server.id, given)}
      onClose={onClose}
      onSaved={onSaved}
    >
      <TextField
        label={t("auth")}
        hint={t("tokenHint")}
        type="password"
        autoComplete="off"
        required
        value={token}
        onChange={(event) => setToken(event.target.value)}
      />
    </ChangeDialog>
  );
}
