import { useText } from "../i18n/language.tsx";
import { Link } from "../routing/link.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { PageHeader } from "../ui/page-header.tsx";
import { shellMessages } from "./shell-messages.ts";

/** Where nothing is, or nothing that the user may see: both look the same. */
export function NotFound() {
  const t = useText(shellMessages);
  return (
    <>
      <PageHeader title={t("notFound")} />
      <EmptyState icon="search" title={t("notFound")}>
        <p>{t("notFoundText")}</p>
        <Link to="/">{t("toStart")}</Link>
      </EmptyState>
    </>
  );
}
