/** Resolves once something holds; rejects when it has not within a minute. */
export async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  for (let round = 0; round < 600; round++) {
    if (await holds()) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`Waited a minute in vain: ${what}`);
}
