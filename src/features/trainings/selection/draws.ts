// The draws of a course as they are kept. The seed is drawn when sign-up opens, before anybody can know who applies; its
// SHA-256 is shown from then on, the seed itself when the result is published.
import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Prisma } from '../../../db/generated/client.ts'
import { fromDbInstant, fromDbInstantOrNull, toDbInstant } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'

/** What HR decided of one applicant where it chooses itself (派遣): before all others, or not this time. */
export const judgementReasons = ['recommended', 'work', 'history', 'section', 'other'] as const
const judgement = z.object({
  signUp: z.int(),
  as: z.enum(['prefer', 'pass']),
  reason: z.enum(judgementReasons),
})
export type Judgement = z.infer<typeof judgement>

const turn = z.object({ priority: z.int(), lot: z.string() })
const placed = turn.extend({
  signUp: z.int(),
  person: z.int(),
  seat: z.object({ session: z.int(), wish: z.int() }).nullable(),
})
/** As the column `draw.result` keeps it: judgements while HR looks at it, all of it once it is published. */
const stored = z.object({
  judgements: z.array(judgement),
  published: z
    .object({
      event: z.string(),
      results: z.array(placed),
      cutoffs: z.record(z.string(), turn),
      closed: z.array(z.int()),
    })
    .optional(),
})
export type PublishedResult = NonNullable<z.infer<typeof stored>['published']>

export interface Draw {
  readonly id: number
  readonly courseId: number
  readonly status: 'committed' | 'drawn' | 'published'
  readonly commitment: string
  readonly seed: string
  readonly committedAt: Temporal.Instant
  readonly publishedAt: Temporal.Instant | null
  readonly judgements: readonly Judgement[]
  readonly published: PublishedResult | undefined
}

export const commitmentOf = (seed: string): string => createHash('sha256').update(seed).digest('hex')

/** The course's one draw, locked until the transaction ends; undefined: none yet. */
export async function lockedDraw(tx: Tx, courseId: number): Promise<Draw | undefined> {
  await tx.$queryRaw`SELECT id FROM draw WHERE course_id = ${courseId} AND status <> 'discarded' FOR UPDATE`
  return findDraw(tx, courseId)
}

export async function findDraw(tx: Tx, courseId: number): Promise<Draw | undefined> {
  const row = await tx.draw.findFirst({ where: { courseId, status: { not: 'discarded' } } })
  if (!row) return undefined
  const { judgements, published } = stored.parse(row.result ?? { judgements: [] })
  return {
    id: row.id,
    courseId,
    status: row.status as Draw['status'],
    commitment: row.commitment,
    seed: row.seed,
    committedAt: fromDbInstant(row.committedAt),
    publishedAt: fromDbInstantOrNull(row.publishedAt),
    judgements,
    published,
  }
}

/** Draws the seed, once a course; does nothing where there is one. */
export async function commit(tx: Tx, courseId: number, now: Temporal.Instant): Promise<void> {
  const seed = randomBytes(32).toString('hex')
  await tx.$executeRaw`
    INSERT INTO draw (course_id, status, commitment, seed, committed_at)
    VALUES (${courseId}, 'committed', ${commitmentOf(seed)}, ${seed}, ${toDbInstant(now).toISOString()}::timestamptz)
    ON CONFLICT (course_id) WHERE status <> 'discarded' DO NOTHING`
}

const asJson = (value: z.infer<typeof stored>) => stored.parse(value) as Prisma.InputJsonObject

/** HR's judgement of one applicant; null takes it back. */
export async function judge(
  tx: Tx,
  draw: Draw,
  signUp: number,
  made: Omit<Judgement, 'signUp'> | null,
  now: Temporal.Instant,
): Promise<void> {
  const others = draw.judgements.filter((each) => each.signUp !== signUp)
  const judgements = made ? [...others, { signUp, ...made }] : others
  await tx.draw.update({
    where: { id: draw.id },
    data: { status: 'drawn', drawnAt: toDbInstant(now), result: asJson({ judgements }) },
  })
}

export async function publishDraw(
  tx: Tx,
  draw: Draw,
  published: PublishedResult,
  now: Temporal.Instant,
): Promise<void> {
  const at = toDbInstant(now)
  await tx.draw.update({
    where: { id: draw.id },
    data: {
      status: 'published',
      drawnAt: at,
      publishedAt: at,
      result: asJson({ judgements: [...draw.judgements], published }),
    },
  })
}
