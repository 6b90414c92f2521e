/** One row of the price list in the migrations. Dollars per million tokens; null = not priced that way. */
export interface ListedPrice {
  provider: string;
  model: string;
  minInputTokens: number;
  input: number | null;
  output: number | null;
  cacheRead: number | null;
  cacheWrite: number | null;
  batchInput: number | null;
  batchOutput: number | null;
  effectiveOn: string;
  sourceOn: string;
}

/** The rows of `migrations/…_price_list.sql`; throws when a line that looks like one cannot be read. */
export function readPriceList(sql: string): ListedPrice[] {
  return sql.split("\n").filter((line) => /^ {4}\('(openai|anthropic|together)'/.test(line)).map(readRow);
}

function readRow(line: string): ListedPrice {
  const cells = line.trim().replace(/^\(|\),?$/g, "").split(", ");
  const [provider, model, tier, input, output, cacheRead, cacheWrite, batchInput, batchOutput, from, on] = cells;
  if (cells.length !== 11) throw new Error(`Cannot read a price: ${line.trim()}`);
  return {
    provider: text(provider),
    model: text(model),
    minInputTokens: Number(tier),
    input: dollars(input),
    output: dollars(output),
    cacheRead: dollars(cacheRead),
    cacheWrite: dollars(cacheWrite),
    batchInput: dollars(batchInput),
    batchOutput: dollars(batchOutput),
    effectiveOn: text(from),
    sourceOn: text(on),
  };
}

function text(cell: string | undefined): string {
  const quoted = cell?.match(/^'(.*)'$/)?.[1];
  if (quoted === undefined) throw new Error(`Cannot read a price: ${cell} is not a text`);
  return quoted;
}

function dollars(cell: string | undefined): number | null {
  const bare = cell?.replace("::numeric", "");
  if (bare === "null") return null;
  const value = Number(bare);
  if (!Number.isFinite(value)) throw new Error(`Cannot read a price: ${cell} is not a number`);
  return value;
}

/** The rows in force on a day, one for each context tier: of each model's rows the last that had begun. */
export function pricesOn(prices: ListedPrice[], day: string): ListedPrice[] {
  const inForce = new Map<string, ListedPrice>();
  const begun = prices.filter((price) => price.effectiveOn <= day);
  for (const price of begun.toSorted((a, b) => a.effectiveOn.localeCompare(b.effectiveOn))) {
    inForce.set(`${price.provider} ${price.model} ${price.minInputTokens}`, price);
  }
  return [...inForce.values()];
}
