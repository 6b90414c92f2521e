/** A function's value and gradient at a point. */
export type Objective = (point: Float64Array) => { value: number; gradient: Float64Array };

/**
 * The minimum of a smooth convex function by L-BFGS with a backtracking line search. Deterministic.
 * It stops when the gradient is smaller than `tolerance` times its first length, or after `maxSteps`.
 *
 * @see Nocedal and Wright, Numerical Optimization, algorithms 7.4 and 3.1
 */
export function minimize(
  objective: Objective,
  { start, maxSteps = 500, tolerance = 1e-6 }: { start: Float64Array; maxSteps?: number; tolerance?: number },
): Float64Array {
  const memory: { step: Float64Array; change: Float64Array; inverse: number }[] = [];
  let point = start;
  let { value, gradient } = objective(point);
  const enough = tolerance * length(gradient);
  for (let iteration = 0; iteration < maxSteps && length(gradient) > enough; iteration++) {
    const direction = newtonDirection(gradient, memory);
    const slope = dot(direction, gradient);
    let size = iteration === 0 ? 1 / length(gradient) : 1;
    let next = along(point, direction, size);
    let found = objective(next);
    while (found.value > value + 1e-4 * size * slope) {
      size /= 2;
      if (size < 1e-12) return point;
      next = along(point, direction, size);
      found = objective(next);
    }
    const step = along(next, point, -1);
    const change = along(found.gradient, gradient, -1);
    const curvature = dot(step, change);
    if (curvature > 1e-12) memory.push({ step, change, inverse: 1 / curvature });
    if (memory.length > 10) memory.shift();
    point = next;
    ({ value, gradient } = found);
  }
  return point;
}

function newtonDirection(
  gradient: Float64Array,
  memory: readonly { step: Float64Array; change: Float64Array; inverse: number }[],
): Float64Array {
  let direction: Float64Array = gradient.map((part) => -part);
  const shares: number[] = [];
  for (const { step, change, inverse } of [...memory].reverse()) {
    const share = inverse * dot(step, direction);
    shares.push(share);
    direction = along(direction, change, -share);
  }
  const last = memory.at(-1);
  if (last !== undefined) {
    const scale = dot(last.step, last.change) / dot(last.change, last.change);
    direction = direction.map((part) => part * scale);
  }
  for (const { step, change, inverse } of memory) {
    const share = shares.pop() ?? 0;
    direction = along(direction, step, share - inverse * dot(change, direction));
  }
  return direction;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

function along(point: Float64Array, direction: Float64Array, size: number): Float64Array {
  return point.map((part, i) => part + size * (direction[i] ?? 0));
}

function length(vector: Float64Array): number {
  return Math.sqrt(dot(vector, vector));
}
