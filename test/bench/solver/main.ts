// node test/bench/solver/main.ts: the solver of src/matching beside the same algorithm in C++ (-O2), interleaved, on
// realistic scores full of ties: five topics, four answers each. What it costs to be JavaScript; needs g++.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { assign, placeAsManyAsPossible } from '../../../src/matching/assign.ts'
import { certify } from '../../../src/matching/certify.ts'
import { numbersFrom } from '../../../src/matching/lots.ts'
import { pair } from '../../../src/matching/pairing.ts'
import type { Problem } from '../../../src/matching/problem.ts'
import { median } from '../figure.ts'

const FACTOR = 3
const TURNS = 9
/** The engine compiles what it has seen to be busy; a worker of the bot is warm after its first programme. */
const WARM_UP = 3

/** n people, half as many columns with two places each, scores of 0, 20 … 100; one pair in forty is forbidden. */
function tiedScores(n: number): { columns: number; score: Float64Array } {
  const random = numbersFrom(`tied ${n}`)
  const columns = n / 2
  const answers = (count: number) =>
    Array.from({ length: count }, () => Array.from({ length: 5 }, () => Math.floor(random() * 4)))
  const sections = (count: number) => Array.from({ length: count }, () => Math.floor(random() * 40))
  const [own, theirs, from, to] = [answers(n), answers(columns), sections(n), sections(columns)]
  const score = new Float64Array(n * columns)
  for (const [i, wanted] of own.entries())
    for (const [j, had] of theirs.entries()) {
      const common = wanted.filter((answer, k) => answer === had[k]).length
      score[i * columns + j] = from[i] === to[j] ? -Infinity : 20 * common
    }
  return { columns, score }
}

function problemOf(n: number): Problem {
  const { columns, score } = tiedScores(n)
  const cost = score.map((s) => 100 - s)
  const capacity = new Int32Array(columns).fill(2)
  return { rows: n, columns, cost, capacity, leaveOut: placeAsManyAsPossible(cost, n) }
}

function bytesOf({ rows, columns, cost, capacity, leaveOut }: Problem): Buffer {
  if (typeof leaveOut !== 'number') throw new RangeError('one price for all')
  const head = Buffer.alloc(16)
  head.writeInt32LE(rows, 0)
  head.writeInt32LE(columns, 4)
  head.writeDoubleLE(leaveOut, 8)
  return Buffer.concat([head, Buffer.from(capacity.buffer), Buffer.from(cost.buffer)])
}

const say = (line: string) => process.stdout.write(`${line}\n`)

function timed<T>(work: () => T): { ms: number; result: T } {
  const began = performance.now()
  const result = work()
  return { ms: performance.now() - began, result }
}

const folder = mkdtempSync(path.join(tmpdir(), 'hagukumi-solver-'))
try {
  const program = path.join(folder, 'assign')
  const source = path.join(import.meta.dirname, 'assign.cpp')
  const built = spawnSync('g++', ['-O2', '-o', program, source], { encoding: 'utf8' })
  if (built.status !== 0) throw new Error(`g++ is needed for the comparison: ${built.stderr || built.error}`)
  for (const n of [200, 1000, 5000]) {
    const problem = problemOf(n)
    const bytes = bytesOf(problem)
    for (let turn = 0; turn < WARM_UP; turn++) assign(problem)
    const [ours, theirs]: [number[], number[]] = [[], []]
    for (let turn = 0; turn < TURNS; turn++) {
      const { ms, result } = timed(() => assign(problem))
      ours.push(ms)
      const [taken, total] = execFileSync(program, ['1'], { input: bytes, encoding: 'utf8' })
        .split(' ')
        .map(Number)
      if (total !== result.total || certify(problem, result) !== 0) throw new Error('the two disagree')
      theirs.push(taken ?? Number.NaN)
    }
    const ratio = median(ours) / median(theirs)
    say(
      `solver ${n} × ${n / 2}: ${median(ours).toFixed(1)} ms, C++ ${median(theirs).toFixed(1)} ms, × ${ratio.toFixed(2)} (× ${FACTOR} allowed)`,
    )
    const { columns, score } = tiedScores(n)
    const capacity = new Int32Array(columns).fill(2)
    const wanted = { rows: n, columns, score, capacity, locked: new Map<number, number>() }
    const whole = timed(() => pair({ ...wanted, objective: { type: 'worst-first' } }))
    say(
      `  worst pair first: ${whole.ms.toFixed(0)} ms, worst ${whole.result.worst}, certificate ${whole.result.certificate}`,
    )
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
