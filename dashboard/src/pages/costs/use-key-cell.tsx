import type { ReactNode } from "react";
import type { Split } from "../../api/usage.ts";
import { usePartName } from "../../charts/use-part-name.ts";
import { useOrganization } from "../../organization/organization.tsx";
import { usePersonName } from "../../organization/people.ts";
import { Link } from "../../routing/link.tsx";

/** How a part of a split is written: its name, and a link to its requests. */
export function useKeyCell(by: Split): { name: (key: string | null) => string; cell: (key: string) => ReactNode } {
  const { path } = useOrganization();
  const person = usePersonName();
  const partName = usePartName();
  const name = (key: string | null) => by === "user" && key !== null ? person(key) : partName(key);
  const filter = (key: string) =>
    by === "model" ? `model=${encodeURIComponent(withoutProvider(key))}` : `${by}=${encodeURIComponent(key)}`;
  return {
    name,
    cell: (key) => key === "" ? name(key) : <Link to={path(`/requests?${filter(key)}`)}>{name(key)}</Link>,
  };
}

/** Model names may themselves have slashes: only the first part is the provider. */
function withoutProvider(key: string): string {
  return key.slice(key.indexOf("/") + 1);
}
