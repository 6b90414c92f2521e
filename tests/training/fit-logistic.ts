import { minimize } from "./minimize.ts";

/** Rows of a sparse matrix: the columns that are not zero, and their values. */
export interface SparseRow {
  columns: number[];
  values: number[];
}

/** A logistic regression: `probability = 1 / (1 + exp(-(bias + row · weights)))`. */
export interface LogisticFit {
  weights: Float64Array;
  bias: number;
}

/**
 * Ridge logistic regression. Targets are between 0 and 1 (0.5 = a draw), each with the weight of its row; the penalty is
 * `½ |weights|²`, so a column that shall be shrunk less is scaled up by the caller. The bias is free.
 */
export function fitLogistic(
  rows: readonly SparseRow[],
  { targets, importance, columns }: { targets: readonly number[]; importance: readonly number[]; columns: number },
): LogisticFit {
  const solution = minimize((point) => {
    let value = 0;
    const gradient = new Float64Array(columns + 1);
    for (let j = 0; j < columns; j++) {
      const weight = point[j] ?? 0;
      value += weight * weight / 2;
      gradient[j] = weight;
    }
    rows.forEach((row, i) => {
      const sum = linearSum(row, point) + (point[columns] ?? 0);
      const target = targets[i] ?? 0;
      const weight = importance[i] ?? 0;
      value += weight * (Math.max(sum, 0) + Math.log1p(Math.exp(-Math.abs(sum))) - target * sum);
      const error = weight * (1 / (1 + Math.exp(-sum)) - target);
      for (let k = 0; k < row.columns.length; k++) {
        const column = row.columns[k] ?? 0;
        gradient[column] = (gradient[column] ?? 0) + error * (row.values[k] ?? 0);
      }
      gradient[columns] = (gradient[columns] ?? 0) + error;
    });
    return { value, gradient };
  }, { start: new Float64Array(columns + 1) });
  return { weights: solution.slice(0, columns), bias: solution[columns] ?? 0 };
}

/** `row · weights`, without a bias. */
export function linearSum(row: SparseRow, weights: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < row.columns.length; k++) sum += (weights[row.columns[k] ?? 0] ?? 0) * (row.values[k] ?? 0);
  return sum;
}
