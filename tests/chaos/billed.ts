import { equal, ok } from "node:assert/strict";
import type { JournalEntry } from "../../supabase/local/stand-in/mod.ts";
import type { World } from "../functions/world.ts";
import { until } from "../functions/until.ts";

/** How the ledger came by a call's cost. */
interface Row {
  provider: string;
  model: string;
  source: "provider" | "estimated" | "none";
  input_tokens: number | null;
  output_tokens: number | null;
  cost: number;
  /** US dollars for a million tokens. */
  input_usd: number;
  output_usd: number;
}

/** What was compared. */
export interface Bill {
  /** Calls whose usage the provider told, and the ledger has to the token. */
  exact: number;
  /** Calls that broke off. */
  broken: number;
  /** Those of them that were billed. */
  billedBroken: number;
  /** US dollars in the ledger, and on the bill. */
  chargedUsd: number;
  billedUsd: number;
}

/**
 * Compares what the stand-in billed since its start with every call in the log:
 *
 * 1. A call that came to its end is charged what was billed, token by token.
 * 2. A call that was refused is charged nothing, and was billed nothing.
 * 3. A call that broke off, or whose reader left, is charged at least what was billed (a vendor bills what had been written when the line
 *    broke), all of them together for at least the tokens that had been written, and no request for more than was held.
 */
export async function billedAsLogged(world: World): Promise<Bill> {
  await world.settled();
  await until(() => Promise.resolve(!journal(world).some(isUnderWay)), "the stand-in has counted every answer");
  const rows = await world.stack.sql<Row>(
    `select c.provider, c.request_model as model, c.usage_source as source, c.input_tokens, c.output_tokens, c.cost_usd::float8 as cost,
            p.input_usd_per_mtok::float8 as input_usd, p.output_usd_per_mtok::float8 as output_usd
     from public.ai_call_logs as c join public.ai_model_prices as p on p.id = c.price_id`,
  );
  const billed = journal(world).filter(({ input_tokens }) => input_tokens !== null);
  const unmatched = Map.groupBy(billed, tokensOf);
  const exact = rows.filter(({ source }) => source === "provider");
  for (const row of exact) {
    const key = tokensOf(row);
    ok(unmatched.get(key)?.pop() !== undefined, `the log has a call that nobody billed: ${key}`);
    equal(row.cost.toFixed(12), usd(row, row).toFixed(12), key);
  }
  for (const row of rows.filter(({ source }) => source === "none")) equal(row.cost, 0);

  const rest = [...unmatched.values()].flat();
  const broken = rows.filter(({ source }) => source === "estimated");
  for (const [name, lost] of Map.groupBy(rest, nameOf)) {
    const charged = broken.filter((row) => nameOf(row) === name);
    const [price] = charged;
    ok(price !== undefined, `${name} billed calls that the log charges nothing for: ${JSON.stringify(lost)}`);
    // Nothing says which is which; but if the dearest are covered by the dearest, and so on, each has a charge that covers it.
    const bills = descending(lost.map((entry) => usd(entry, price)));
    const charges = descending(charged.map(({ cost }) => cost));
    for (const [n, bill] of bills.entries()) {
      ok((charges[n] ?? 0) >= bill, `${name}: ${charges[n]} charged for ${bill}`);
    }
  }
  // The bound of the input alone may cover a bill: what was written is looked at by itself.
  const outputOf = ({ output_tokens }: { output_tokens: number | null }) => output_tokens ?? 0;
  const [written, counted] = [sum(rest.map(outputOf)), sum(broken.map(outputOf))];
  ok(counted >= written, `${counted} output tokens charged for ${written} that broken calls had written`);
  equal(
    (await world.stack.sql("select from public.ai_overruns")).length,
    0,
    "no request cost more than was held for it",
  );

  const prices = new Map(rows.map((row) => [nameOf(row), row]));
  const billedUsd = sum(billed.map((entry) => {
    const price = prices.get(nameOf(entry));
    return price === undefined ? 0 : usd(entry, price);
  }));
  const chargedUsd = sum(rows.map(({ cost }) => cost));
  ok(chargedUsd >= billedUsd - 1e-9, `${chargedUsd} charged, ${billedUsd} billed`);
  return { exact: exact.length, broken: broken.length, billedBroken: rest.length, chargedUsd, billedUsd };
}

function journal(world: World): JournalEntry[] {
  const { total, last } = world.standIn.control.requests();
  ok(last.length >= total, "the journal still has every request");
  return last;
}

/** An answer that began is counted when it ends. */
function isUnderWay({ operation, status, fault, input_tokens }: JournalEntry): boolean {
  return operation === "chat" && status === 200 && fault !== "silence" && input_tokens === null;
}

/** An embedding has no output, which one side writes as 0. */
function tokensOf(call: Pick<JournalEntry, "model" | "input_tokens" | "output_tokens"> & { provider: string }): string {
  return `${nameOf(call)} ${call.input_tokens} ${call.output_tokens ?? 0}`;
}

function nameOf({ provider, model }: { provider: string; model: string | null }): string {
  return `${provider}/${model}`;
}

function usd(
  tokens: { input_tokens: number | null; output_tokens: number | null },
  price: Pick<Row, "input_usd" | "output_usd">,
): number {
  return ((tokens.input_tokens ?? 0) * price.input_usd + (tokens.output_tokens ?? 0) * price.output_usd) / 1e6;
}

function descending(values: number[]): number[] {
  return values.toSorted((a, b) => b - a);
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
