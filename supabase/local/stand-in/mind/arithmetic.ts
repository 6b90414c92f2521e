/** Value of a calculation in a question, such as `17 * (3 + 4)`; null when there is none. */
export function calculate(question: string): number | null {
  const found = /(?:^|[\s:=])([-(]*\d[\d\s.()]*(?:[-+*/x×÷^%][\d\s.()-]+)+)/.exec(question.replaceAll(",", "."));
  if (found === null) return null;
  const tokens = (found[1] ?? "").replace(/[x×]/g, "*").replaceAll("÷", "/").match(/\d+(?:\.\d+)?|[-+*/^%()]/g) ?? [];
  let at = 0;

  const atom = (): number => {
    const token = tokens[at++];
    if (token === "(") {
      const value = sum();
      if (tokens[at] === ")") at += 1;
      return value;
    }
    return token === "-" ? -power() : Number(token);
  };
  const power = (): number => {
    const base = atom();
    if (tokens[at] !== "^") return base;
    at += 1;
    return base ** power();
  };
  const product = (): number => {
    let value = power();
    while (["*", "/", "%"].includes(tokens[at] ?? "")) {
      const operator = tokens[at++];
      const right = power();
      value = operator === "*" ? value * right : operator === "/" ? value / right : value % right;
    }
    return value;
  };
  const sum = (): number => {
    let value = product();
    while (["+", "-"].includes(tokens[at] ?? "")) value += tokens[at++] === "+" ? product() : -product();
    return value;
  };

  const value = sum();
  return at === tokens.length && Number.isFinite(value) ? Number(value.toFixed(10)) : null;
}
