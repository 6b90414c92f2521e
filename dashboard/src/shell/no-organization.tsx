import { type FormEvent, useState } from "react";
import { unwrap } from "../api/api-error.ts";
import { useText } from "../i18n/language.tsx";
import { useProject } from "../session/project.tsx";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { useErrorReason } from "../ui/error-state.tsx";
import { TextField } from "../ui/field.tsx";
import { PageHeader } from "../ui/page-header.tsx";
import { useAction } from "../ui/use-action.ts";
import { AccountMenu } from "./account-menu.tsx";
import { shellMessages } from "./shell-messages.ts";

/** What a user without an organization sees: how to be added to one, and a way to found his own. */
export function NoOrganization({ onFounded }: { onFounded: () => void }) {
  const t = useText(shellMessages);
  const { client } = useProject();
  const { busy, error, run } = useAction();
  const [name, setName] = useState("");
  const problem = useErrorReason(error);
  const found = async (event: FormEvent) => {
    event.preventDefault();
    if (await run(() => unwrap(client.rpc("create_organization", { name })))) onFounded();
  };
  return (
    <main className="content content-narrow">
      <PageHeader title={t("noOrganization")}>
        <AccountMenu />
      </PageHeader>
      <EmptyState icon="members" title={t("noOrganizationText")}>
        <form className="form" onSubmit={found}>
          <TextField
            label={t("name")}
            required
            pattern=".*\S.*"
            maxLength={200}
            value={name}
            onChange={(event) => setName(event.target.value)}
            problem={problem}
          />
          <Button type="submit" look="primary" busy={busy}>{t("found")}</Button>
        </form>
      </EmptyState>
    </main>
  );
}
