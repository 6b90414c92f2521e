import { useState } from "react";
import { type McpServer, saveMcpServer, SERVER_AUTHS, type ServerChange } from "../../api/tools.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { ROLES } from "../../organization/roles.ts";
import { useProject } from "../../session/project.tsx";
import { shellMessages } from "../../shell/shell-messages.ts";
import { ChangeDialog } from "../../ui/change-dialog.tsx";
import { differences } from "../../ui/change-list.tsx";
import { CheckField, SelectField, TextField } from "../../ui/field.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { toolsMessages } from "./tools-messages.ts";

const NAME = /^[a-z][a-z0-9_]{0,19}$/;
const ADDRESS = /^https?:\/\/[^\s@]+$/;

interface ServerDialogProps {
  /** Null: a new one. */
  server: McpServer | null;
  onClose: () => void;
  onSaved: () => void;
}

/** Registers an MCP server, or changes one. */
export function ServerDialog({ server, onClose, onSaved }: ServerDialogProps) {
  const t = useText(toolsMessages);
  const ui = useText(uiMessages);
  const shell = useText(shellMessages);
  const { client } = useProject();
  const { orgId } = useOrganization();
  const [given, setGiven] = useState<ServerChange>({
    name: server?.name ?? "",
    title: server?.title ?? "",
    url: server?.url ?? "",
    auth: server?.auth ?? "none",
    min_role: server?.min_role ?? "member",
    enabled: server?.enabled ?? true,
  });
  const change = { ...given, title: given.title.trim(), url: given.url.trim() };
  const set = (part: Partial<ServerChange>) => setGiven((now) => ({ ...now, ...part }));
  const nameFits = NAME.test(change.name);
  const addressFits = ADDRESS.test(change.url) && change.url.length <= 2000;
  const titleFits = change.title.length >= 1 && change.title.length <= 100;
  const yes = (is: boolean) => ui(is ? "yes" : "no");
  const moves = server !== null && server.url !== change.url;
  const changes = differences([
    { name: t("serverName"), before: server?.name ?? "", after: change.name },
    { name: t("serverTitle"), before: server?.title ?? "", after: change.title },
    { name: t("address"), before: server?.url ?? "", after: change.url },
    { name: t("auth"), before: server ? t(`auth_${server.auth}`) : "", after: t(`auth_${change.auth}`) },
    {
      name: t("role"),
      before: server === null ? "" : shell(`role_${server.min_role}`),
      after: shell(`role_${change.min_role}`),
    },
    { name: t("enabled"), before: server ? yes(server.enabled) : "", after: yes(change.enabled) },
  ]);
  return (
    <ChangeDialog
      title={server === null ? t("register") : t("change", { name: server.title })}
      changes={changes}
      valid={nameFits && addressFits && titleFits}
      warning={moves ? t("movedWarning") : undefined}
      confirmWords={ui("save")}
      save={() => saveMcpServer(client, orgId, server?.id ?? null, change)}
      onClose={onClose}
      onSaved={onSaved}
    >
      {server === null && (
        <TextField
          label={t("serverName")}
          hint={t("serverNameHint")}
          required
          maxLength={20}
          value={given.name}
          problem={given.name === "" || nameFits ? null : t("serverNameProblem")}
          onChange={(event) => set({ name: event.target.value })}
        />
      )}
      <TextField
        label={t("serverTitle")}
        required
        maxLength={100}
        value={given.title}
        onChange={(event) => set({ title: event.target.value })}
      />
      <TextField
        label={t("address")}
        type="url"
        required
        value={given.url}
        problem={given.url === "" || addressFits ? null : t("addressProblem")}
        onChange={(event) => set({ url: event.target.value })}
      />
      <SelectField
        label={t("auth")}
        value={given.auth}
        onChange={(event) => set({ auth: event.target.value as ServerChange["auth"] })}
      >
        {SERVER_AUTHS.map((each) => <option key={each} value={each}>{t(`auth_${each}`)}</option>)}
      </SelectField>
      <SelectField
        label={t("role")}
        value={given.min_role}
        onChange={(event) => set({ min_role: event.target.value as ServerChange["min_role"] })}
      >
        {ROLES.map((role) => <option key={role} value={role}>{shell(`role_${role}`)}</option>)}
      </SelectField>
      <CheckField
        label={t("enabled")}
        checked={given.enabled}
        onChange={(event) => set({ enabled: event.target.checked })}
      />
    </ChangeDialog>
  );
}
