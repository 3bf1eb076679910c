/**
 * The words of this room. A row (a person, a mentee) takes at most one column (a slot, a mentor);
 * a column has room for `capacity` rows; leaving a row out has a price like any other choice.
 */
export type Problem = {
  readonly rows: number
  readonly columns: number
  /** Row-major, `rows * columns` long; `Infinity` forbids the pair. */
  readonly cost: Float64Array
  /** How many rows each column can take, 0 or more. */
  readonly capacity: Int32Array
  /**
   * What leaving a row out costs: one price for all, or one for each row. Always finite: a price above
   * everything that one more place could cost makes "as many as possible" the first aim
   * (`placeAsManyAsPossible` gives such a price).
   */
  readonly leaveOut: number | Float64Array
}

/**
 * Why a row has no place (Hall's condition): together, `rows` may take only `columns`, and those have
 * room for one row fewer than `rows` counts. `rows` holds `row`, and without any one of them the others
 * would all fit. Both lists are ascending.
 */
export type Violator = { readonly row: number; readonly rows: number[]; readonly columns: number[] }

export type Assignment = {
  /** The column of each row, −1 when it is left out. */
  readonly column: Int32Array
  /** Costs of the chosen pairs plus the prices of the rows left out. */
  readonly total: number
  /** Prices that prove the optimum (see `certify`); one more place in column j saves at most −v[j]. */
  readonly duals: { readonly u: Float64Array; readonly v: Float64Array }
  /** Ascending. */
  readonly leftOut: number[]
  /**
   * One for each row left out because its columns are too few. A row that is out only because its price
   * is lower than a place for it has none: a free place could still be reached.
   */
  readonly violators: Violator[]
}

/** The price of leaving out `row`. */
export function priceOf(problem: Problem, row: number): number {
  return typeof problem.leaveOut === 'number' ? problem.leaveOut : (problem.leaveOut[row] as number)
}

/** Refuses what has no meaning, before a search could loop or answer nonsense. @throws RangeError */
export function checkProblem(problem: Problem): void {
  const { rows, columns, cost, capacity, leaveOut } = problem
  checkCount('rows', rows)
  checkCount('columns', columns)
  checkLength('cost', cost.length, rows * columns)
  checkLength('capacity', capacity.length, columns)
  for (let k = 0; k < cost.length; k++) {
    const c = cost[k] as number
    if (Number.isNaN(c) || c === Number.NEGATIVE_INFINITY) {
      const place = `row ${Math.floor(k / columns)}, column ${k % columns}`
      throw new RangeError(`matching: the cost at ${place} is ${c}; give a number, or Infinity to forbid`)
    }
  }
  for (let j = 0; j < columns; j++) {
    const room = capacity[j] as number
    if (room < 0) throw new RangeError(`matching: the capacity of column ${j} is ${room}; give 0 or more`)
  }
  if (typeof leaveOut !== 'number') checkLength('leaveOut', leaveOut.length, rows)
  for (let i = 0; i < (typeof leaveOut === 'number' ? 1 : rows); i++) {
    const price = priceOf(problem, i)
    if (!Number.isFinite(price)) {
      throw new RangeError(`matching: the price of leaving out row ${i} is ${price}; give a finite number`)
    }
  }
}

function checkCount(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`matching: ${name} is ${value}; give a whole number, 0 or more`)
  }
}

function checkLength(name: string, actual: number, expected: number): void {
  if (actual !== expected) {
    throw new RangeError(`matching: ${name} has ${actual} entries; ${expected} are needed`)
  }
}
