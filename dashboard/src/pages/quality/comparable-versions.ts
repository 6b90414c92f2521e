import type { Prompt } from "../../api/prompts.ts";

/** A prompt version whose variants can be compared. */
export interface ComparableVersion {
  name: string;
  key: string;
  version: number;
  variants: string[];
}

/** Active versions with at least two variants that have a weight. */
export function comparableVersions(prompts: readonly Prompt[]): ComparableVersion[] {
  const active = prompts.filter(({ status, weight }) => status === "active" && weight > 0);
  const groups = Map.groupBy(active, ({ key, version }) => `${key} ${version}`);
  return [...groups].flatMap(([name, members]) => {
    const [first] = members;
    if (first === undefined || members.length < 2) return [];
    return [{ name, key: first.key, version: first.version, variants: members.map(({ variant }) => variant).sort() }];
  });
}
