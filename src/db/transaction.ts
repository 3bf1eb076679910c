// One way to change data: everything in one transaction, tried again when the database asks for it, and refused rows
// turned into typed errors that carry the rule's name and none of the row.
//
// Inside `fn` ask only `tx`. The embedded database has one connection: db.prisma or db.pool would wait for this very
// transaction, until it times out. `fn` may run several times, so it touches nothing outside the database.
import { AsyncLocalStorage } from 'node:async_hooks'
import { ConstraintError, type ConstraintKind, OverlapError, UniqueError } from './errors.ts'
import type { Prisma } from './generated/client.ts'
import type { Database } from './open.ts'
import { watched } from './wrote.ts'

/** What repositories take: an open transaction, or (for reading alone) db.prisma. */
export type Tx = Prisma.TransactionClient

export type TransactionOptions = {
  isolationLevel?: Prisma.TransactionIsolationLevel
  /** Milliseconds the transaction may take; on the embedded database nobody else gets in meanwhile. */
  timeout?: number
  /** Milliseconds to wait for a connection. */
  maxWait?: number
  /** How many times to run it at most, when others' transactions get in its way. */
  attempts?: number
  /** 0 ≤ random() < 1, for the pause before another attempt. */
  random?: () => number
}

type Refusal = { code: string; constraint: string }

const text = (value: unknown, key: string): string => {
  if (typeof value !== 'object' || value === null || !(key in value)) return ''
  const found = (value as Record<string, unknown>)[key]
  return typeof found === 'string' ? found : ''
}
const part = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined

/** PostgreSQL puts a rule's name in quotes, the last thing quoted in its messages, in every language. */
const quoted = (message: string): string =>
  [...message.matchAll(/["“„«「]([a-z0-9_]+)["”“»」]/g)].at(-1)?.[1] ?? ''

/** What the database said, out of the three shapes that Prisma and node-postgres wrap it in. */
function refusalOf(error: unknown): Refusal | undefined {
  const meta = part(error, 'meta')
  const cause = part(part(meta, 'driverAdapterError'), 'cause') ?? part(error, 'cause')
  const named = part(cause, 'constraint')
  const fields = part(named, 'fields')
  const code = text(cause, 'originalCode') || text(cause, 'code') || text(error, 'code')
  if (code === '') return undefined
  const constraint =
    text(error, 'constraint') ||
    text(named, 'index') ||
    (Array.isArray(fields) ? fields.join(', ') : '') ||
    quoted(text(cause, 'originalMessage') || text(cause, 'message') || text(error, 'message'))
  return { code, constraint }
}

const kinds: Record<string, ConstraintKind> = {
  '23P01': 'overlap',
  '23505': 'unique',
  P2002: 'unique',
  '23514': 'check',
  '23503': 'reference',
  '23001': 'reference',
  P2003: 'reference',
  '23502': 'missing',
  P2011: 'missing',
}
const conflicts = new Set(['P2034', '40001', '40P01'])

/**
 * A refused row as OverlapError, UniqueError or ConstraintError; anything else as it came. The original is not kept
 * as the cause: PostgreSQL's detail quotes the row.
 */
export function asTypedError(error: unknown): unknown {
  const refusal = refusalOf(error)
  const kind = refusal && kinds[refusal.code]
  if (!refusal || !kind) return error
  switch (kind) {
    case 'overlap':
      return new OverlapError(refusal.constraint)
    case 'unique':
      return new UniqueError(refusal.constraint)
    case 'check':
    case 'reference':
    case 'missing':
      return new ConstraintError(kind, refusal.constraint)
    default:
      return kind satisfies never
  }
}

/** A number that no column of its kind can hold, so that no row has it: forged, or of another version of the program. */
export const isOutOfRange = (error: unknown): boolean =>
  ['22003', 'P2020'].includes(refusalOf(error)?.code ?? '')

/** `result`: what the transaction's work has returned. */
type LastWord = (tx: Tx, result: unknown) => Promise<void>

const lastWord = new AsyncLocalStorage<LastWord>()

/**
 * Every transaction that `work` opens and writes in ends with `last`, inside it: what `last` writes is committed or undone
 * together with the rest. So the inbox knows for certain whether an instruction took effect, even when the process dies.
 * One that only asked and locked has brought nothing about.
 */
export const withLastWord = <T>(last: LastWord, work: () => Promise<T>): Promise<T> =>
  lastWord.run(last, work)

/** What any process does as well that looks later: no part of the instruction that it comes after. */
export const afterwards = <T>(work: () => Promise<T>): Promise<T> => lastWord.exit(work)

const firstPause = 20
const longestPause = 500

/**
 * Runs `fn` in one transaction and commits what it returns from; undoes all of it when `fn` throws. Runs it again
 * (5 times at most unless told) after a serialisation failure or a deadlock. Throws OverlapError, UniqueError or
 * ConstraintError when the database refuses a row, otherwise what `fn` threw.
 */
export async function inTransaction<T>(
  db: Pick<Database, 'prisma'>,
  fn: (tx: Tx) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  const { attempts = 5, random = Math.random, ...limits } = options
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.prisma.$transaction(async (tx) => {
        const last = lastWord.getStore()
        if (!last) return await fn(tx)
        const watching = watched(tx)
        const result = await fn(watching.tx)
        if (watching.wrote()) await last(tx, result)
        return result
      }, limits)
    } catch (error) {
      const conflict = conflicts.has(refusalOf(error)?.code ?? '')
      if (!conflict || attempt >= attempts) throw asTypedError(error)
      const pause = Math.min(firstPause * 2 ** (attempt - 1), longestPause) * (0.5 + random())
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
  }
}
