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

const keyOf = (name: string, args: unknown) =>
  `${name}:${JSON.stringify(args, (_, value) => (typeof value === 'bigint' ? `${value}n` : value))}`

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
  /** Nothing that it asks reaches the database any more, nor comes back. */
  readonly dead: boolean
  /** Its connection is gone, and it has not noticed yet. */
  readonly broken: boolean
  /** Passes the points of a statement; false: it is cut off there, and the next statement finds that out. */
  passes(statement: Statement): boolean | Promise<boolean>
}

const never = <T>(): Promise<T> => new Promise<T>(() => {})

type Ask = (...args: unknown[]) => Promise<unknown>

/** Gives the same parts of an object as `made` makes them, each made once. */
function through<Whole extends object>(whole: Whole, made: (name: string, part: unknown) => unknown): Whole {
  const parts = new Map<string | symbol, unknown>()
  return new Proxy(whole, {
    get: (target, name) => {
      if (!parts.has(name)) {
        const part: unknown = Reflect.get(target, name, target)
        parts.set(name, typeof name === 'string' ? made(name, part) : part)
      }
      return parts.get(name)
    },
  })
}

/** Past Prisma where an answer is kept: its own way to the question costs as much as the question. */
export function remembering(prisma: PrismaClient, asked: Asked, process: Passing): PrismaClient {
  const remember =
    (name: string, ask: Ask): Ask =>
    async (...args) => {
      if (process.dead) return never()
      const key = keyOf(name, args)
      const kept = process.broken ? undefined : asked.find(key)
      if (kept) {
        for (const statement of kept.statements) {
          const passed = process.passes(statement)
          if (passed !== true && !(await passed)) return ask(...args)
        }
        return copyOf(kept.answer)
      }
      const statements: Statement[] = []
      const at = asked.now
      // Awaited within: Prisma begins to ask only when somebody waits for the answer.
      const answer = await asking.run(statements, async () => await ask(...args))
      asked.keep(key, answer, statements, at)
      return answer
    }
  const alive =
    (ask: Ask): Ask =>
    (...args) =>
      process.dead ? never() : ask(...args)
  const client = <Client extends object>(whole: Client): Client =>
    through(whole, (name, part) => {
      const bound = (typeof part === 'function' ? alive(part.bind(whole)) : part) as Ask
      if (name === '$transaction')
        return (work: unknown, ...rest: unknown[]) =>
          bound(typeof work === 'function' ? (tx: object) => work(client(tx)) : work, ...rest)
      if (questions.has(name)) return remember(name, bound)
      if (name.startsWith('$') || typeof part !== 'object' || part === null) return bound
      return through(part, (operation, each) => {
        const asks = (typeof each === 'function' ? alive(each.bind(part)) : each) as Ask
        return questions.has(operation) ? remember(`${name}.${operation}`, asks) : asks
      })
    })
  return client(prisma)
}
