/** The error function in doubles, for the oracle: a power series below 2.5, a continued fraction of erfc above. */

/** erf x with an error of about 10⁻¹⁵; NaN for NaN. */
export function erf(x: number): number {
  const magnitude = Math.abs(x);
  if (!(magnitude <= 6)) return Number.isNaN(x) ? x : Math.sign(x);
  return Math.sign(x) * (magnitude < 2.5 ? series(magnitude) : 1 - complement(magnitude)) || x;
}

/** 2/√π · Σ (-1)ⁿ x^(2n+1) / (n! (2n+1)), as e^(-x²) · Σ 2ⁿ x^(2n+1) / (1·3·…·(2n+1)), whose terms are all positive. */
function series(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** erfc x = e^(-x²)/√π · 1/(x + (1/2)/(x + (2/2)/(x + …))). */
function complement(x: number): number {
  let tail = 0;
  for (let n = 100; n > 0; n--) tail = n / 2 / (x + tail);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + tail);
}
