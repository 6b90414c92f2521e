import type { Memory } from "../../api/memory.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { Link } from "../../routing/link.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { memoryMessages } from "./memory-messages.ts";

interface MemoryTableProps {
  rows: readonly Memory[];
  onEdit: (memory: Memory) => void;
  onForget: (memory: Memory) => void;
}

/** Statements as rows, each with its kind and where it was said. */
export function MemoryTable({ rows, onEdit, onForget }: MemoryTableProps) {
  const t = useText(memoryMessages);
  const format = useFormat();
  const { path } = useOrganization();
  return (
    <DataTable
      caption={t("statements")}
      rows={rows}
      rowKey={({ id }) => id}
      columns={[
        {
          key: "content",
          title: t("content"),
          cell: ({ content, conversation_id, message_id, superseded_at, expires_at }) => (
            <>
              {content}
              <span className="row-note">
                {superseded_at !== null && <Badge>{t("outdated")}</Badge>}{" "}
                {expires_at !== null && t("until", { moment: format.moment(expires_at) })}{" "}
                {conversation_id !== null && (
                  <Link
                    to={path(
                      `/chat?conversation=${conversation_id}${message_id === null ? "" : `&message=${message_id}`}`,
                    )}
                  >
                    {t("said")}
                  </Link>
                )}
              </span>
            </>
          ),
        },
        { key: "type", title: t("type"), cell: ({ type }) => <Badge>{t(type)}</Badge> },
        {
          key: "importance",
          title: t("importance"),
          figure: true,
          minor: true,
          cell: ({ importance }) => format.share(importance),
        },
        {
          key: "known",
          title: t("known"),
          minor: true,
          cell: ({ said_at, created_at }) => format.moment(said_at ?? created_at),
        },
        {
          key: "actions",
          title: "",
          figure: true,
          cell: (memory) => (
            <span className="row-actions">
              <Button
                look="quiet"
                icon="edit"
                aria-label={t("edit", { text: memory.content })}
                onClick={() => onEdit(memory)}
              />
              <Button
                look="quiet"
                icon="trash"
                aria-label={t("forget", { text: memory.content })}
                onClick={() => onForget(memory)}
              />
            </span>
          ),
        },
      ]}
    />
  );
}
