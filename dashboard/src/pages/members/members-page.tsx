import { useState } from "react";
import { removeMember } from "../../api/members.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { type Person, usePeople } from "../../organization/people.ts";
import { atLeast, ROLES } from "../../organization/roles.ts";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import { useProject } from "../../session/project.tsx";
import { useSession } from "../../session/session.tsx";
import { shellMessages } from "../../shell/shell-messages.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ChangeDialog } from "../../ui/change-dialog.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { Facts } from "../../ui/facts.tsx";
import { useNotice } from "../../ui/notice.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { RowButton } from "../../ui/row-button.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { MemberDialog } from "./member-dialog.tsx";
import { membersMessages } from "./members-messages.ts";

/** What is open above the list. */
type Opened = { kind: "member"; person: Person | null } | { kind: "remove"; person: Person } | null;

/** Who belongs to the organization, and as what. */
export default function MembersPage() {
  const t = useText(membersMessages);
  const ui = useText(uiMessages);
  const shell = useText(shellMessages);
  const format = useFormat();
  const { client } = useProject();
  const { user } = useSession();
  const { orgId, role: ownRole, can } = useOrganization();
  const say = useNotice();
  const people = usePeople();
  const [opened, setOpened] = useState<Opened>(null);
  const reload = () => {
    say(t("saved"));
    people.reload();
  };
  // Nobody hands out or takes away more than he has: the database says so too.
  const mayChange = ({ role }: Person) => can("admin") && atLeast(ownRole, role);
  return (
    <>
      <PageHeader title={t("title")} note={t("note")}>
        {can("admin") && (
          <Button look="primary" icon="plus" onClick={() => setOpened({ kind: "member", person: null })}>
            {t("add")}
          </Button>
        )}
      </PageHeader>
      <QueryView query={people}>
        {(rows) => (
          <div className="card">
            <DataTable
              caption={t("title")}
              rows={rows}
              rowKey={({ user_id }) => user_id}
              columns={[
                {
                  key: "email",
                  title: t("email"),
                  cell: ({ email, user_id }) => (
                    <>{email ?? user_id} {user_id === user.id && <Badge tone="accent">{t("you")}</Badge>}</>
                  ),
                },
                { key: "role", title: t("role"), cell: ({ role }) => shell(`role_${role}`) },
                { key: "joined", title: t("joined"), minor: true, cell: ({ joined_at }) => format.moment(joined_at) },
                {
                  key: "seen",
                  title: t("lastSignIn"),
                  minor: true,
                  cell: ({ last_sign_in_at }) => last_sign_in_at === null ? "–" : format.age(last_sign_in_at),
                },
                {
                  key: "actions",
                  title: ui("actions"),
                  figure: true,
                  cell: (person) =>
                    mayChange(person) && (
                      <span className="row-actions">
                        <RowButton
                          row={person.email ?? person.user_id}
                          onClick={() => setOpened({ kind: "member", person })}
                        >
                          {ui("edit")}
                        </RowButton>
                        <RowButton
                          row={person.email ?? person.user_id}
                          onClick={() => setOpened({ kind: "remove", person })}
                        >
                          {t("remove")}
                        </RowButton>
                      </span>
                    ),
                },
              ]}
            />
          </div>
        )}
      </QueryView>
      <Card title={t("roles")}>
        <Facts facts={[...ROLES].reverse().map((role) => [shell(`role_${role}`), t(`may_${role}`)])} />
      </Card>
      {opened?.kind === "member" && (
        <MemberDialog
          person={opened.person}
          onClose={() => setOpened(null)}
          onSaved={reload}
        />
      )}
      {opened?.kind === "remove" && (
        <ChangeDialog
          title={t("removeAsk", { who: opened.person.email ?? opened.person.user_id })}
          changes={[{ name: t("role"), before: shell(`role_${opened.person.role}`), after: "–" }]}
          valid
          danger
          warning={t("removeText")}
          confirmWords={t("remove")}
          save={() => removeMember(client, orgId, opened.person.user_id)}
          onClose={() => setOpened(null)}
          onSaved={reload}
        />
      )}
    </>
  );
}
