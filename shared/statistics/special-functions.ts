// Written out instead of taken from a library: the known ones weigh 130 kB without types (jstat) or 233 packages (@stdlib), and this
// module is loaded by every text task. The tests hold the values against SciPy's.

const lanczos = [
  676.5203681218851,
  -1259.1392167224028,
  771.32342877765313,
  -176.61502916214059,
  12.507343278686905,
  -0.13857109526572012,
  9.9843695780195716e-6,
  1.5056327351493116e-7,
];

/** Natural logarithm of the gamma function of a positive number, right to about 14 digits (Lanczos, g = 7). */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const z = x - 1;
  const t = z + 7.5;
  const series = lanczos.reduce((sum, coefficient, i) => sum + coefficient / (z + i + 1), 0.99999999999980993);
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(series);
}

/**
 * Regularised incomplete beta function I_x(a, b): the probability that a Beta(a, b) variable is at most `x`.
 *
 * @see DLMF 8.17.22
 */
export function betaCdf(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaCdf(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  const fraction = continuedFraction(1, (n) => {
    const m = Math.floor(n / 2);
    const numerator = n % 2 === 0
      ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    return { numerator, denominator: 1 };
  });
  return Math.max(0, Math.min(1, front / fraction));
}

/** The `x` at which {@linkcode betaCdf} reaches a probability, by bisection, right to about 15 digits. */
export function betaQuantile(probability: number, a: number, b: number): number {
  let low = 0;
  let high = 1;
  for (let step = 0; step < 200 && high - low > 1e-16 * high; step++) {
    const middle = (low + high) / 2;
    if (betaCdf(middle, a, b) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** `first + n1 / (d1 + n2 / (d2 + …))` by Lentz's algorithm as modified by Thompson and Barnett. */
function continuedFraction(first: number, part: (n: number) => { numerator: number; denominator: number }): number {
  const tiny = 1e-300;
  let value = first === 0 ? tiny : first;
  let c = value;
  let d = 0;
  for (let n = 1; n < 10_000; n++) {
    const { numerator, denominator } = part(n);
    d = denominator + numerator * d;
    c = denominator + numerator / c;
    d = 1 / (d === 0 ? tiny : d);
    if (c === 0) c = tiny;
    value *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return value;
}
