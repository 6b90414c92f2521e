import type { Session } from "./database.ts";
import { plainStandIns } from "./stand-in-extensions.ts";

/**
 * Runs the statements of a file one by one, so that a failure names its statement. Creating an extension that is a
 * plain schema here is passed over: the server would refuse it, and all it should bring is there.
 * @param place How a failure names the file.
 */
export async function runStatements(session: Session, statements: readonly string[], place: string): Promise<void> {
  const standIns = await plainStandIns(session);
  for (const [index, statement] of statements.entries()) {
    if (standIns.has(createdExtension(statement) ?? "")) continue;
    try {
      await session.query(statement);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`Cannot run statement ${index + 1} of ${place}: ${reason}\n${statement.slice(0, 600)}`, {
        cause: error,
      });
    }
  }
}

/** The extension that the statement creates, or null when it does something else. */
function createdExtension(statement: string): string | null {
  const bare = statement.replace(/--[^\n]*\n/g, "").trim();
  return /^create\s+extension\s+(?:if\s+not\s+exists\s+)?"?(\w+)"?/i.exec(bare)?.[1] ?? null;
}
