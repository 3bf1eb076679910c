// 内定者 of a series: what all programmes that take them share is in ../guests.ts.
import { replaceWith } from '../../intake/handler.ts'
import type { Core } from '../feature.ts'
import { guestHandlers } from '../guests.ts'
import { audit, running, runsSeries } from './access.ts'
import { leave, replanInvites } from './lifecycle.ts'
import { seriesSubject } from './plan.ts'
import { goneCard, home, manage } from './views.ts'

export const guestsOfSeries = (core: Core) =>
  guestHandlers(core, {
    feature: 'gatherings',
    key: 'series',
    permission: runsSeries(core),
    find: async (tx, ask, seriesId) => {
      const found = await running(tx, ask, seriesId)
      return found && { name: found.series.name, open: found.series.status === 'open' }
    },
    members: (tx, seriesId) =>
      tx.gatheringMember.findMany({ where: { seriesId }, select: { personId: true, status: true } }),
    take: async (tx, ask, seriesId, personIds) => {
      const series = await tx.gatheringSeries.findUniqueOrThrow({ where: { id: seriesId } })
      await tx.gatheringMember.updateMany({
        where: { seriesId, personId: { in: [...personIds] }, status: 'left' },
        data: { status: 'asked' },
      })
      await tx.gatheringMember.createMany({
        data: personIds.map((personId) => ({ seriesId, personId })),
        skipDuplicates: true,
      })
      await replanInvites(core, tx, series, personIds, ask.now)
      return undefined
    },
    leave: async (tx, ask, seriesId, personId) => {
      const series = await tx.gatheringSeries.findUniqueOrThrow({ where: { id: seriesId } })
      await leave(core, tx, series, personId, ask.now)
    },
    gone: (language) => replaceWith(goneCard(language), home),
    back: manage,
    subject: seriesSubject,
    audit,
  })
