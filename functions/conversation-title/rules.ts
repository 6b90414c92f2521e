/** Most characters of a title by rules: a line in a list. */
const MOST = 60;
/** What people begin with before they say what they want. */
const OPENERS =
  /^(hello|hi|hey|good (morning|evening)|hallo|guten (tag|morgen|abend)|bonjour|salut|hola|buenos días)\b[\s,.!–-]*/i;

/** The first sentence of a question that says something, at most a line of it, cut between words. */
export function titleByRules(question: string): string {
  const plain = question.replaceAll(/\s+/g, " ").trim();
  const asked = plain.replace(OPENERS, "").trim() || plain;
  const sentence = /^.{10,}?(?=[.!?](\s|$))/u.exec(asked)?.[0] ?? asked;
  const line = sentence.length <= MOST ? sentence : `${sentence.slice(0, MOST).replace(/\s+\S*$/, "")}…`;
  return line.charAt(0).toUpperCase() + line.slice(1).replace(/[\s,;:–-]+$/, "");
}
