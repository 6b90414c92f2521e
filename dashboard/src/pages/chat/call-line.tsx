import type { ReactNode } from "react";
import type { Citation, ToolCall } from "../../api/conversations.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { Link } from "../../routing/link.tsx";
import { Badge, type Tone } from "../../ui/badge.tsx";
import { Icon } from "../../ui/icon.tsx";
import { toolMessages } from "./tool-messages.ts";

/** What is shown of a tool call, stored or under way. */
export interface ShownCall {
  tool: string;
  arguments: string;
  /** Null: it is being carried out. */
  status: ToolCall["status"] | null;
  result: string | null;
  error_code: string | null;
  citations: readonly Citation[] | null;
}

const TONES: Readonly<Record<ToolCall["status"], Tone>> = {
  awaiting_approval: "warning",
  approved: "accent",
  denied: "neutral",
  running: "accent",
  succeeded: "good",
  failed: "bad",
};

/** A tool call: what was asked, what came of it, and the sources it leads to. */
export function CallLine({ call, children }: { call: ShownCall; children?: ReactNode }) {
  const t = useText(toolMessages);
  const status = call.status ?? "running";
  return (
    <div className="call-line">
      <details open={status === "awaiting_approval"}>
        <summary>
          <Icon name="tools" size={16} />
          <span className="call-tool">{call.tool}</span>
          <Badge tone={TONES[status]}>{t(status)}</Badge>
        </summary>
        <dl className="call-parts">
          <dt>{t("asked")}</dt>
          <dd>
            <pre tabIndex={0}>{readable(call.arguments)}</pre>
          </dd>
          {call.result !== null && (
            <>
              <dt>{t(status === "failed" ? "problem" : "came")}</dt>
              <dd>
                <pre tabIndex={0}>{readable(call.result)}</pre>
              </dd>
            </>
          )}
        </dl>
      </details>
      {call.citations !== null && call.citations.length > 0 && <Citations citations={call.citations} />}
      {children}
    </div>
  );
}

/** The documents that a result came from, each leading to its passage. */
function Citations({ citations }: { citations: readonly Citation[] }) {
  const t = useText(toolMessages);
  const { path } = useOrganization();
  return (
    <ol className="call-sources" aria-label={t("sources")}>
      {citations.map(({ source, document_id, chunk_id, page }, index) => (
        <li key={chunk_id}>
          <Link to={path(`/knowledge/documents/${document_id}?chunk=${chunk_id}`)}>
            <span className="citation">{index + 1}</span> {source}
            {page !== null && `, ${t("page", { page })}`}
          </Link>
        </li>
      ))}
    </ol>
  );
}

/** JSON on lines of its own, anything else as it is. */
function readable(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
