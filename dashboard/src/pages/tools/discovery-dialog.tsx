import type { Discovery, McpServer } from "../../api/tools.ts";
import { useText } from "../../i18n/language.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { toolsMessages } from "./tools-messages.ts";

interface DiscoveryDialogProps {
  server: McpServer;
  discovery: Discovery;
  onClose: () => void;
}

/** What looking at a server brought: tools to look at before they are turned on, and those left out with the reason. */
export function DiscoveryDialog({ server, discovery, onClose }: DiscoveryDialogProps) {
  const t = useText(toolsMessages);
  const { added, changed, removed, skipped } = discovery;
  const lists = [
    ["added", added],
    ["changed", changed],
    ["gone", removed],
    ["skipped", skipped.map((each) => t("skippedLine", each))],
  ] as const;
  const shown = lists.filter(([, lines]) => lines.length > 0);
  return (
    <Dialog title={t("foundOn", { name: server.title })} onClose={onClose}>
      {shown.length === 0 && <p>{t("unchanged")}</p>}
      {shown.map(([title, lines]) => (
        <section key={title} className="discovered" aria-label={t(title)}>
          <h3>{t(title)}</h3>
          <ul>{lines.map((line, place) => <li key={place}>{line}</li>)}</ul>
        </section>
      ))}
    </Dialog>
  );
}
