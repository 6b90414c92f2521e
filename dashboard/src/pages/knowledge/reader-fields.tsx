import { useText } from "../../i18n/language.tsx";
import { usePeople } from "../../organization/people.ts";
import { type Role, ROLES } from "../../organization/roles.ts";
import { shellMessages } from "../../shell/shell-messages.ts";
import { knowledgeMessages } from "./knowledge-messages.ts";

interface ReaderFieldsProps {
  roles: readonly Role[];
  users: readonly string[];
  onChange: (roles: Role[], users: string[]) => void;
}

/** Chooses the roles and the people who read something. */
export function ReaderFields({ roles, users, onChange }: ReaderFieldsProps) {
  const t = useText(knowledgeMessages);
  const shell = useText(shellMessages);
  const people = usePeople();
  const toggle = <T,>(list: readonly T[], item: T, on: boolean) =>
    on ? [...list, item] : list.filter((each) => each !== item);
  return (
    <>
      <fieldset className="choices">
        <legend>{t("readers")}</legend>
        {[...ROLES].reverse().map((role) => {
          // They read everything whatever is said here.
          const always = role === "owner" || role === "admin";
          return (
            <label key={role} className="check">
              <input
                type="checkbox"
                checked={always || roles.includes(role)}
                disabled={always}
                onChange={(event) => onChange(toggle(roles, role, event.target.checked), [...users])}
              />
              {shell(`role_${role}`)}
            </label>
          );
        })}
        <p className="field-hint">{t("readersHint")}</p>
      </fieldset>
      {people.data !== undefined && people.data.length > 1 && (
        <fieldset className="choices choices-long">
          <legend>{t("readerUsers")}</legend>
          {people.data.map(({ user_id, email }) => (
            <label key={user_id} className="check">
              <input
                type="checkbox"
                checked={users.includes(user_id)}
                onChange={(event) => onChange([...roles], toggle(users, user_id, event.target.checked))}
              />
              {email ?? user_id}
            </label>
          ))}
        </fieldset>
      )}
    </>
  );
}
