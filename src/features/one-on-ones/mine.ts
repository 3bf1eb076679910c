// 1on1: what somebody has, and topics.
import { z } from 'zod'
import { one } from '../../cards/values.ts'
import { toDbInstant } from '../../db/time.ts'
import { inTransaction } from '../../db/transaction.ts'
import { type Ask, action, form, openForm, say } from '../../intake/handler.ts'
import { everyStaffMember } from '../../intake/permissions.ts'
import type { Core } from '../feature.ts'
import { longestTopic, rawOf, topicForm, wishOf } from './forms.ts'
import { id, none } from './ids.ts'
import { changeable, linesOf, mine, notFound, shown } from './show.ts'
import { isPair } from './state.ts'
import { addTopic, lockSeries } from './store.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'
import { textsIn } from './texts.ts'
import { titleOf } from './words.ts'

export function minePart(core: Core) {
  const { db } = core

  async function chooseForTopic(ask: Ask) {
    const t = textsIn(ask.language)
    const lines = await linesOf(db.prisma, ask)
    if (lines.length === 0) return mine(core, db.prisma, ask, 'new')
    return say({
      language: ask.language,
      summary: t.summary,
      blocks: [
        { type: 'text', text: t.which },
        {
          type: 'list',
          rows: lines.map(({ series, who }) => ({
            text: titleOf(series, who, ask.language),
            button: { label: t.add, action: { id: 'one-on-ones.topic-add', data: { series: series.id } } },
          })),
        },
      ],
    })
  }

  return {
    commands: [
      {
        id: 'one-on-ones.mine',
        phrases: {
          ja: ['1on1', 'ワンオンワン', '1on1 予定', '1on1 一覧'],
          en: ['1on1', 'one on one', 'one-on-one', '1on1s'],
        },
        help: { ja: ja.help, en: en.help },
        permission: everyStaffMember,
        handle: (ask: Ask) => mine(core, db.prisma, ask, 'new'),
      },
      {
        id: 'one-on-ones.topic',
        phrases: { ja: ['1on1 話題', 'ワンオンワン 話題'], en: ['1on1 topic', 'one on one topic'] },
        help: { ja: ja.topicHelp, en: en.topicHelp },
        permission: everyStaffMember,
        ofUse: async ({ id: own }: { readonly id: number }) =>
          (await db.prisma.oneOnOne.count({
            where: { status: { not: 'ended' }, OR: [{ leadId: own }, { memberId: own }] },
          })) > 0,
        handle: chooseForTopic,
      },
    ],
    questions: [
      { command: 'one-on-ones.mine', all: [/1\s?on\s?1|ワンオンワン|1対1|one[ -]on[ -]one/], weight: 3 },
      { command: 'one-on-ones.mine', all: [/上司|supervisor/, /話したい|話す時間|talk/], weight: 2 },
      { command: 'one-on-ones.ojt', all: [/ojt/], weight: 3 },
    ],
    actions: {
      'one-on-ones.mine': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: none,
        handle: (ask) => mine(core, db.prisma, ask, 'replace'),
      }),
      'one-on-ones.open': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: z.object({ series: id }),
        handle: (ask, data) => shown(core, db.prisma, ask, data.series),
      }),
      'one-on-ones.topic-add': action({
        effect: 'reads',
        opensForm: true,
        permission: everyStaffMember,
        data: z.object({ series: id }),
        handle: (ask, data) =>
          inTransaction(db, async (tx) => {
            await changeable(tx, data.series, ask.actor.id)
            return openForm(topicForm(data.series, ask.language))
          }),
      }),
      'one-on-ones.topic-done': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: z.object({ topic: id }),
        handle: (ask, data) =>
          inTransaction(db, async (tx) => {
            const topic = await tx.oneOnOneTopic.findUnique({ where: { id: data.topic } })
            const series = topic && (await lockSeries(tx, topic.seriesId))
            if (!series || series.state.type === 'ended' || !isPair(series, ask.actor.id)) throw notFound()
            await tx.oneOnOneTopic.updateMany({
              where: { id: topic.id, doneAt: null },
              data: { doneAt: toDbInstant(ask.now) },
            })
            const t = textsIn(ask.language)
            const undo = { id: 'one-on-ones.topic-back', data: { topic: topic.id } }
            const buttons = [{ label: t.undone, action: undo }]
            return shown(core, tx, ask, series.id, t.doneNote, [{ type: 'buttons', buttons }])
          }),
      }),
      'one-on-ones.topic-back': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: z.object({ topic: id }),
        handle: (ask, data) =>
          inTransaction(db, async (tx) => {
            const topic = await tx.oneOnOneTopic.findUnique({ where: { id: data.topic } })
            if (!topic) throw notFound()
            const series = await changeable(tx, topic.seriesId, ask.actor.id)
            await tx.oneOnOneTopic.update({ where: { id: topic.id }, data: { doneAt: null } })
            return shown(core, tx, ask, series.id, textsIn(ask.language).undoneNote)
          }),
      }),
    },
    forms: {
      'one-on-ones.topic': form({
        permission: everyStaffMember,
        data: z.object({ series: id }),
        handle: (ask, data, values) =>
          inTransaction(db, async (tx) => {
            const t = textsIn(ask.language)
            await changeable(tx, data.series, ask.actor.id)
            const long = rawOf(values, 'text').length
            const text = one(values, 'text')
            if (long > longestTopic) return { errors: { text: t.tooLong(longestTopic, long) } }
            if (text === '') return { errors: { text: t.required } }
            const topic = { authorId: ask.actor.id, text, wish: wishOf(values) }
            await addTopic(core, tx, data.series, topic, ask.now)
            return shown(core, tx, ask, data.series, t.added)
          }),
      }),
    },
  }
}
