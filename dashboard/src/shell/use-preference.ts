import { useProject } from "../session/project.tsx";
import { useSession } from "../session/session.tsx";

/** Keeps a choice of the user in the settings, so that another browser has it too. What it shows does not wait for it. */
export function usePreference(): (key: "locale" | "ui.theme", value: string) => void {
  const { client } = useProject();
  const { user } = useSession();
  return (key, value) => {
    client.rpc("set_setting", { p_key: key, p_value: value, p_user_id: user.id }).then(() => {}, () => {});
  };
}
