// A small programme of the simulation's own, whose notices it knows exactly: who is to have which note, on which day.
// One kind is repeated where nobody can say whether it arrived, the other is flagged.
import type { NoticeKind, WantedNotice } from '../../src/delivery/notice.ts'
import type { Feature } from '../../src/features/feature.ts'

export const noteKinds = { repeated: 'simulate.repeated', flagged: 'simulate.flagged' } as const

const kind = (name: string, ifUnknown: NoticeKind['ifUnknown']): NoticeKind => ({
  kind: name,
  priority: 3,
  ifUnknown,
  hours: 'working',
  draw: async (_, notices) => ({
    summary: 'お知らせ',
    blocks: notices.map(({ subject }) => ({ type: 'text', text: subject })),
  }),
})

export const notes = (): Feature => ({
  name: 'simulate',
  notices: [kind(noteKinds.repeated, 'repeat'), kind(noteKinds.flagged, 'flag')],
})

export const noteFor = (recipientId: number, flag: boolean, dueAt: Temporal.Instant): WantedNotice => ({
  kind: flag ? noteKinds.flagged : noteKinds.repeated,
  recipientId,
  rung: 'note',
  anchor: 'once',
  dueAt,
})
