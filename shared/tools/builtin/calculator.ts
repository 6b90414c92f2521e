import { AppError } from "@shared/errors/mod.ts";

/** Each with the most values it takes: a comma where a point was meant is an error, not another result. */
const FUNCTIONS: Record<string, [most: number, of: (...values: number[]) => number]> = {
  abs: [1, Math.abs],
  ceil: [1, Math.ceil],
  floor: [1, Math.floor],
  max: [Infinity, Math.max],
  min: [Infinity, Math.min],
  round: [2, round],
  sqrt: [1, Math.sqrt],
  ln: [1, Math.log],
  log10: [1, Math.log10],
  exp: [1, Math.exp],
};
const CONSTANTS: Record<string, number> = { pi: Math.PI, e: Math.E };

/** Significant digits of a result: what a double holds without the noise of binary fractions. */
const DIGITS = 15;

/**
 * The value of an arithmetic expression: `+ - * / % ^`, brackets, functions of one or two numbers, `pi` and `e`. Nothing is
 * evaluated as code.
 *
 * @throws {AppError} `invalid_request` with the place, for anything that is no expression or has no finite value.
 */
export function calculator(expression: string): string {
  const value = new Expression(expression).value();
  if (!Number.isFinite(value)) {
    throw new AppError("invalid_request", "Cannot calculate: the result is not a finite number");
  }
  if (Number.isSafeInteger(value)) return String(value);
  // Of a whole number that a double cannot hold, the last digits would be made up.
  if (Number.isInteger(value)) return `about ${value.toExponential(DIGITS - 1).replace(/\.?0+e/, "e")}`;
  return String(Number(value.toPrecision(DIGITS)));
}

/** Half away from zero, by the decimal digits: 1.005 is a little less as a double. */
function round(value = NaN, digits = 0): number {
  const scaled = Math.abs(value) * 10 ** digits;
  return Math.sign(value) * Math.round(Number(scaled.toPrecision(DIGITS))) / 10 ** digits;
}

class Expression {
  readonly #tokens: string[];
  #at = 0;
  /** Brackets and signs within each other; deeper ones are no calculation. */
  #depth = 0;

  constructor(text: string) {
    const cleaned = text.replaceAll("×", "*").replaceAll("÷", "/").replaceAll("−", "-").replaceAll("**", "^");
    this.#tokens = cleaned.match(/\d+(?:\.\d+)?(?:e[+-]?\d+)?|\.\d+|[a-z]+\d*|[-+*/%^(),]|\S/gi) ?? [];
  }

  value(): number {
    const value = this.#sum();
    if (this.#at < this.#tokens.length) throw this.#wrong();
    return value;
  }

  #sum(): number {
    let value = this.#product();
    while (true) {
      if (this.#takes("+")) value += this.#product();
      else if (this.#takes("-")) value -= this.#product();
      else return value;
    }
  }

  #product(): number {
    let value = this.#signed();
    while (true) {
      if (this.#takes("*")) value *= this.#signed();
      else if (this.#takes("/")) value /= this.#signed();
      else if (this.#takes("%")) value %= this.#signed();
      else return value;
    }
  }

  #signed(): number {
    if (++this.#depth > 100) throw new AppError("invalid_request", "Cannot calculate: too many brackets");
    try {
      if (this.#takes("-")) return -this.#signed();
      if (this.#takes("+")) return this.#signed();
      const base = this.#atom();
      return this.#takes("^") ? base ** this.#signed() : base;
    } finally {
      this.#depth--;
    }
  }

  #atom(): number {
    if (this.#takes("(")) return this.#closed(this.#sum());
    const token = this.#tokens[this.#at];
    if (token === undefined) throw this.#wrong();
    if (/^[\d.]/.test(token)) {
      this.#at++;
      return Number(token);
    }
    const name = token.toLowerCase();
    if (Object.hasOwn(CONSTANTS, name)) {
      this.#at++;
      return CONSTANTS[name] ?? NaN;
    }
    const called = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (called === undefined) throw this.#wrong();
    const [most, of] = called;
    this.#at++;
    if (!this.#takes("(")) throw this.#wrong();
    const values = [this.#sum()];
    while (values.length < most && this.#takes(",")) values.push(this.#sum());
    return this.#closed(of(...values));
  }

  #closed(value: number): number {
    if (!this.#takes(")")) throw this.#wrong();
    return value;
  }

  #takes(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at++;
    return true;
  }

  #wrong(): AppError {
    const token = this.#tokens[this.#at];
    const place = token === undefined ? "the expression ends too early" : `"${token}" was not expected`;
    return new AppError("invalid_request", `Cannot calculate: ${place}`);
  }
}
