// Access to the notes of a 1on1 that a law demands: recorded, and told to both.
import { discloseNotes } from '../features/one-on-ones/index.ts'
import { formatDateTime } from '../kernel/format.ts'
import type { Command } from './command.ts'

export const notesCommand: Command = {
  name: 'disclose-notes',
  usage: 'LEAD MEMBER --reason TEXT',
  about: {
    ja: '法令に基づき、1on1のノートを開示する（上司と本人の職員番号）。監査記録に残り、お二人に知らされる',
    en: 'Discloses the notes of a 1on1 where a law demands it (staff numbers); goes into the trail, and both are told',
  },
  positionals: ['LEAD', 'MEMBER'],
  options: { reason: 'text' },
  beside: 'forward',
  run: async (called) => {
    const { core } = await called.place.open()
    const notes = await discloseNotes(core, {
      lead: called.argument('LEAD'),
      member: called.argument('MEMBER'),
      reason: called.option('reason') ?? '',
      now: called.place.now(),
    })
    called.say(
      `ノートは${notes.length}件です。開示は監査記録に残り、お二人に知らされます。\n` +
        `${notes.length} notes. The disclosure is in the audit trail, and both are told.`,
    )
    for (const { author, writtenAt, text } of notes)
      called.say(
        `\n── ${author.number} ${author.name} ${formatDateTime(writtenAt, core.zone, 'ja')}\n` +
          (text ?? 'この鍵では読み出せません。\nSealed with another key.'),
      )
    return 0
  },
}
