import { useState } from "react";
import { APPROVALS, type OrganizationTool, type Reach, saveTool } from "../../api/tools.ts";
import { readInput } from "../../format/read-input.ts";
import { useText } from "../../i18n/language.tsx";
import { useDatabaseText } from "../../i18n/use-database-text.ts";
import { useOrganization } from "../../organization/organization.tsx";
import { ROLES } from "../../organization/roles.ts";
import { useProject } from "../../session/project.tsx";
import { shellMessages } from "../../shell/shell-messages.ts";
import { ChangeDialog } from "../../ui/change-dialog.tsx";
import { differences } from "../../ui/change-list.tsx";
import { CheckField, SelectField, TextField } from "../../ui/field.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { firstToolMessages } from "./first-tool-messages.ts";
import { readHosts } from "./read-hosts.ts";
import { toolsMessages } from "./tools-messages.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

interface ToolDialogProps {
  tool: OrganizationTool;
  /** Of a web request. */
  reach: Reach | undefined;
  onClose: () => void;
  onSaved: () => void;
}

/** What a web request can reach that nobody has decided about. */
const NOWHERE: Reach = { hosts: [], methods: ["GET"] };

/** Turns a tool on or off, and decides when it asks and who may use it. */
export function ToolDialog({ tool, reach = NOWHERE, onClose, onSaved }: ToolDialogProps) {
  const t = useText(toolsMessages);
  const ui = useText(uiMessages);
  const shell = useText(shellMessages);
  const words = useDatabaseText(firstToolMessages);
  const { client } = useProject();
  const { orgId } = useOrganization();
  const [change, setChange] = useState({
    enabled: tool.enabled,
    writes: tool.writes,
    approval: tool.approval,
    min_role: tool.min_role,
  });
  const [rateText, setRateText] = useState(String(tool.rate_limit));
  const [hostText, setHostText] = useState(reach.hosts.join(", "));
  const [methods, setMethods] = useState<readonly string[]>(reach.methods);
  const rate = readInput(rateText);
  const rateFits = typeof rate === "number" && Number.isInteger(rate) && rate >= 1 && rate <= 10_000;
  const hosts = readHosts(hostText);
  const yes = (is: boolean) => ui(is ? "yes" : "no");
  const set = (part: Partial<typeof change>) => setChange((now) => ({ ...now, ...part }));
  const changes = differences([
    { name: t("enabled"), before: yes(tool.enabled), after: yes(change.enabled) },
    { name: t("writes"), before: yes(tool.writes), after: yes(change.writes) },
    { name: t("approval"), before: t(`approval_${tool.approval}`), after: t(`approval_${change.approval}`) },
    { name: t("role"), before: shell(`role_${tool.min_role}`), after: shell(`role_${change.min_role}`) },
    { name: t("rate"), before: String(tool.rate_limit), after: rateText.trim() },
    { name: t("hosts"), before: listed(reach.hosts), after: listed(hosts ?? []) },
    { name: t("methods"), before: listed(reach.methods), after: listed(methods) },
  ]);
  const reachesElse = changes.some(({ name }) => name === t("hosts") || name === t("methods"));
  return (
    <ChangeDialog
      title={t("change", { name: words(tool.title) })}
      changes={changes}
      valid={rateFits && hosts !== null && methods.length > 0}
      confirmWords={ui("save")}
      save={() =>
        saveTool(client, orgId, tool.id, {
          ...change,
          rate_limit: rate ?? tool.rate_limit,
          ...(reachesElse && hosts !== null ? { config: { hosts, methods: [...methods] } } : {}),
        })}
      onClose={onClose}
      onSaved={onSaved}
    >
      <p className="field-hint">{words(tool.description)}</p>
      <CheckField
        label={t("enabled")}
        checked={change.enabled}
        onChange={(event) => set({ enabled: event.target.checked })}
      />
      <CheckField
        label={t("writes")}
        hint={t("writesHint")}
        checked={change.writes}
        onChange={(event) => set({ writes: event.target.checked })}
      />
      <SelectField
        label={t("approval")}
        value={change.approval}
        onChange={(event) => set({ approval: event.target.value as typeof change.approval })}
      >
        {APPROVALS.map((each) => <option key={each} value={each}>{t(`approval_${each}`)}</option>)}
      </SelectField>
      <SelectField
        label={t("role")}
        value={change.min_role}
        onChange={(event) => set({ min_role: event.target.value as typeof change.min_role })}
      >
        {ROLES.map((role) => <option key={role} value={role}>{shell(`role_${role}`)}</option>)}
      </SelectField>
      <TextField
        label={t("rate")}
        inputMode="numeric"
        value={rateText}
        problem={rateFits ? null : t("rateProblem")}
        onChange={(event) => setRateText(event.target.value)}
      />
      {tool.kind === "http" && (
        <>
          <TextField
            label={t("hosts")}
            hint={t("hostsHint")}
            value={hostText}
            problem={hosts === null ? t("hostsProblem") : null}
            onChange={(event) => setHostText(event.target.value)}
          />
          <fieldset className="choices">
            <legend>{t("methods")}</legend>
            {METHODS.map((method) => (
              <CheckField
                key={method}
                label={method}
                checked={methods.includes(method)}
                onChange={(event) =>
                  setMethods((now) =>
                    METHODS.filter((each) => each === method ? event.target.checked : now.includes(each))
                  )}
              />
            ))}
          </fieldset>
        </>
      )}
    </ChangeDialog>
  );
}

function listed(names: readonly string[]): string {
  return names.join(", ") || "–";
}
