// Files on their way in (a plan, a roster): kept as they were understood until whoever gave them takes them over or lets
// go of them. One of a kind waits for an officer at a time.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Card } from '../../cards/card.ts'
import { Prisma } from '../../db/generated/client.ts'
import { toDbInstant } from '../../db/time.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import { type Ask, action, type HomeItem, replaceWith } from '../../intake/handler.ts'
import { cutText } from '../../kernel/words.ts'
import type { Core } from '../feature.ts'
import { officer } from './access.ts'

export const ofImport = z.object({ id: z.number().int().positive() })

/** A button that writes names what was shown by its mark: other content is shown first. */
export const markOf = (content: unknown): string =>
  createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16)

interface Kind {
  readonly kind: 'plan' | 'roster'
  /** The action that shows one that waits. */
  readonly open: string
  discarded(ask: Ask): Card
  home(ask: Ask): { readonly text: string; readonly open: string }
}

export function importsOf(core: Core, { kind, open, discarded, home }: Kind) {
  const again = (id: number) => ({ id: open, data: { id } })

  return {
    again,

    /** What waits; undefined once it is settled, or somebody else's. */
    waiting: (tx: Tx, ask: Ask, id: number) =>
      tx.trainingImport.findFirst({ where: { id, kind, status: 'preview', createdById: ask.actor.id } }),

    /** Takes the place of one of the same kind that waited. */
    async keep(
      tx: Tx,
      ask: Ask,
      file: { readonly name: string; readonly bytes: Uint8Array },
      rows: object,
      summary: object,
    ) {
      await tx.trainingImport.updateMany({
        where: { kind, status: 'preview', createdById: ask.actor.id },
        data: { status: 'cancelled', rows: Prisma.DbNull },
      })
      const { id } = await tx.trainingImport.create({
        data: {
          kind,
          fileName: cutText(file.name, 200),
          fileHash: createHash('sha256').update(file.bytes).digest('hex'),
          rows: json(rows),
          summary: json(summary),
          createdById: ask.actor.id,
          createdAt: toDbInstant(ask.now),
        },
        select: { id: true },
      })
      return id
    },

    /** Applied: its rows are of no more use. */
    async settle(tx: Tx, ask: Ask, id: number) {
      await tx.trainingImport.update({
        where: { id },
        data: { status: 'applied', rows: Prisma.DbNull, appliedAt: toDbInstant(ask.now) },
      })
    },

    discard: action({
      effect: 'changes',
      permission: officer,
      data: ofImport,
      handle: (ask, { id }) =>
        inTransaction(core.db, async (tx) => {
          await tx.trainingImport.updateMany({
            where: { id, kind, status: 'preview', createdById: ask.actor.id },
            data: { status: 'cancelled', rows: Prisma.DbNull },
          })
          return replaceWith(discarded(ask), again(id))
        }),
    }),

    home: async (tx: Tx, ask: Ask): Promise<HomeItem[]> => {
      if (!officer.allows(ask.actor, ask.now)) return []
      const rows = await tx.trainingImport.findMany({
        where: { kind, status: 'preview', createdById: ask.actor.id },
        select: { id: true, fileName: true },
      })
      const { text, open: label } = home(ask)
      return rows.map(({ id, fileName }) => ({
        at: null,
        text,
        detail: fileName,
        button: { label, action: again(id) },
      }))
    },
  }
}

export const json = (value: unknown): Prisma.InputJsonObject => JSON.parse(JSON.stringify(value))
