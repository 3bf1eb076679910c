// What Prisma was asked a moment ago, and would be answered again: a city asks for the same people, calendars and
// settings at every turn. An answer holds as long as none of the tables that it came from has been written to; the
// points that it passed are passed all the same, so that a process may die or be cut off there. See reads.ts.
import { AsyncLocalStorage } from 'node:async_hooks'
import type { PrismaClient } from '../../src/db/generated/client.ts'
import type { Reads } from './reads.ts'

export interface Statement {
  readonly what: string
  readonly sql: string
}

/** The statements of the question that is being asked. */
export const asking = new AsyncLocalStorage<Statement[]>()

interface Kept {
  readonly answer: unknown
  readonly statements: readonly Statement[]
  readonly at: number
}

const questions = new Set([
  'findMany',
  'findFirst',
  'findFirstOrThrow',
  'findUnique',
  'findUniqueOrThrow',
  'count',
  'aggregate',
  'groupBy',
  '$queryRaw',
])

const mostKept = 10_000

/** Nobody may change what the next one is answered. */
function copyOf<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Date) return new Date(value) as Value
  if (Array.isArray(value)) return value.map(copyOf) as Value
  if (Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, copyOf(each)])) as Value
}

const keyOf = (model: string | undefined, operation: string, args: unknown) =>
  `${model}.${operation}:${JSON.stringify(args, (_, value) => (typeof value === 'bigint' ? `${value}n` : value))}`

/** Shared by the processes on one database. */
export class Asked {
  readonly #reads: Reads
  readonly #kept = new Map<string, Kept>()

  constructor(reads: Reads) {
    this.#reads = reads
  }

  find(key: string): Kept | undefined {
    const kept = this.#kept.get(key)
    return kept && this.#reads.unchanged(kept.statements, kept.at) ? kept : undefined
  }

  keep(key: string, answer: unknown, statements: readonly Statement[], at: number): void {
    if (statements.length === 0 || !this.#reads.unchanged(statements, at)) return
    if (this.#kept.size >= mostKept) this.#kept.clear()
    this.#kept.set(key, { answer: copyOf(answer), statements, at })
  }

  get now(): number {
    return this.#reads.now
  }
}

/** A process as its questions pass it; `cut`: the next statement finds the database gone. */
interface Passing {
  /** Its connection is gone, and it has not noticed yet. */
  readonly broken: boolean
  /** Passes the points of a statement; false: it is cut off there, and the next statement finds that out. */
  passes(statement: Statement): Promise<boolean>
}

export function remembering(prisma: PrismaClient, asked: Asked, process: Passing): PrismaClient {
  const extended = prisma.$extends({
    query: {
      async $allOperations({ model, operation, args, query }) {
        if (!questions.has(operation)) return query(args)
        const key = keyOf(model, operation, args)
        const kept = process.broken ? undefined : asked.find(key)
        if (kept) {
          for (const statement of kept.statements) if (!(await process.passes(statement))) return query(args)
          return copyOf(kept.answer)
        }
        const statements: Statement[] = []
        const at = asked.now
        // Awaited within: Prisma begins to ask only when somebody waits for the answer.
        const answer = await asking.run(statements, async () => await query(args))
        asked.keep(key, answer, statements, at)
        return answer
      },
    },
  })
  return extended as unknown as PrismaClient
}
