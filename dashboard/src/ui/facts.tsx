import type { ReactNode } from "react";

/** Facts by name, side by side. */
export function Facts(
  { facts, card = false }: { facts: readonly (readonly [name: string, value: ReactNode])[]; card?: boolean },
) {
  return (
    <dl className={card ? "facts facts-card" : "facts"}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
