/** One set of judged questions in BEIR's layout. */
export interface JudgedSet {
  name: string;
  documents: { id: string; text: string; title: string }[];
  questions: { id: string; text: string }[];
  /** By question, then document. */
  relevance: Map<string, Map<string, number>>;
}

/** Public judgements, outside the repository: measured with, never shipped. Null where they are not there. */
export function readSet(name: string): JudgedSet | null {
  const folder = new URL(`../../../../shared/data/rag/${name}/`, import.meta.url);
  const lines = (file: string) => Deno.readTextFileSync(new URL(file, folder)).trim().split("\n");
  try {
    const relevance: JudgedSet["relevance"] = new Map();
    for (const line of lines("qrels.tsv").slice(1)) {
      const [question = "", document = "", grade = "0"] = line.split("\t");
      const known = relevance.get(question) ?? new Map<string, number>();
      relevance.set(question, known.set(document, Number(grade)));
    }
    return {
      name,
      documents: lines("corpus.jsonl").map((line) => JSON.parse(line)),
      questions: lines("queries.jsonl").map((line) => JSON.parse(line)),
      relevance,
    };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Normalized discounted cumulative gain of the first ten. */
export function ndcg10(ranked: readonly string[], relevant: ReadonlyMap<string, number>): number {
  const gain = (grades: readonly number[]) =>
    grades.slice(0, 10).reduce((sum, grade, index) => sum + grade / Math.log2(index + 2), 0);
  const ideal = gain([...relevant.values()].sort((one, other) => other - one));
  return ideal === 0 ? 0 : gain(ranked.map((id) => relevant.get(id) ?? 0)) / ideal;
}
