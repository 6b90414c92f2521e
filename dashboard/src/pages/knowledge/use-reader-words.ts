import { useText } from "../../i18n/language.tsx";
import { type Role, ROLES } from "../../organization/roles.ts";
import { shellMessages } from "../../shell/shell-messages.ts";
import { knowledgeMessages } from "./knowledge-messages.ts";

/** Whom something is shared with. */
export interface Readers {
  reader_roles: readonly Role[] | null;
  reader_users: readonly string[] | null;
}

/** Says in a few words who reads something. */
export function useReaderWords(): (readers: Readers) => string {
  const t = useText(knowledgeMessages);
  const shell = useText(shellMessages);
  return ({ reader_roles, reader_users }) => {
    if (reader_roles === null && reader_users === null) return t("asBase");
    const roles = ROLES.filter((role) => reader_roles?.includes(role));
    if (roles.length === ROLES.length) return t("everyone");
    const words = [...roles].reverse().map((role) => shell(`role_${role}`));
    const people = reader_users?.length ?? 0;
    if (people > 0) words.push(t("people", { count: people }));
    return words.length === 0 ? `${shell("role_owner")}, ${shell("role_admin")}` : words.join(", ");
  };
}
