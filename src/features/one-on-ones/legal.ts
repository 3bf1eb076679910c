// Access to notes that a law demands (情報公開, 個人情報の開示, an investigation): by an administrator at the command line
// alone, recorded with its reason, and told to both.
import { writeAudit } from '../../db/audit.ts'
import { fromDbInstant } from '../../db/time.ts'
import { inTransaction } from '../../db/transaction.ts'
import { Refusal } from '../../kernel/errors.ts'
import { normalise } from '../../kernel/words.ts'
import type { Core } from '../feature.ts'
import { kinds } from './kinds.ts'
import { noteLabel, openText, sealingOf } from './sealed.ts'
import { seriesSubject } from './state.ts'

export interface DisclosedNote {
  readonly author: { readonly number: string; readonly name: string }
  readonly writtenAt: Temporal.Instant
  /** Undefined: sealed with another key. */
  readonly text: string | undefined
}

export interface Disclosing {
  /** Staff numbers of the two. */
  readonly lead: string
  readonly member: string
  /** Goes into the trail; which law, which decision. */
  readonly reason: string
  readonly now: Temporal.Instant
}

/**
 * All notes of a pair that are still kept, also of one that has ended. Written to the trail and told to both in the same
 * transaction, whatever is found. Throws Refusal: no such pair, or no reason.
 */
export async function discloseNotes(core: Core, disclosing: Disclosing): Promise<DisclosedNote[]> {
  const reason = normalise(disclosing.reason)
  if (reason.length < 5)
    throw new Refusal('invalid', {
      ja: '--reason に、根拠となる法令や決定を書いてください。監査記録に残ります。',
      en: 'Give the law or decision with --reason. It goes into the audit trail.',
    })
  const { now } = disclosing
  return inTransaction(core.db, async (tx) => {
    const person = (number: string) => tx.person.findUnique({ where: { number: normalise(number) } })
    const [lead, member] = [await person(disclosing.lead), await person(disclosing.member)]
    const series = await tx.oneOnOne.findMany({
      where: { leadId: lead?.id ?? 0, memberId: member?.id ?? 0 },
      include: { notes: { orderBy: { id: 'asc' } } },
    })
    if (!lead || !member || series.length === 0)
      throw new Refusal('not-found', {
        ja: 'この組み合わせの1on1は見つかりません。上司、本人の順に職員番号を確認してください。',
        en: 'There is no 1on1 of these two. Check the staff numbers: the supervisor first, then the member.',
      })
    const notes: DisclosedNote[] = []
    for (const one of series) {
      await writeAudit(tx, {
        at: now,
        actorId: null,
        via: 'cli',
        action: 'one-on-one.notes-disclosed',
        subject: seriesSubject(one.id),
        subjectPersonId: member.id,
        change: { reason, notes: one.notes.length },
      })
      await core.notices.reconcile(
        tx,
        [
          {
            subject: `one-on-ones-read:${one.id}:${now.epochMilliseconds}`,
            wanted: [lead.id, member.id].map((recipientId) => ({
              kind: kinds.read,
              recipientId,
              rung: 'told',
              anchor: `${now.epochMilliseconds}`,
              dueAt: now,
              detail: { series: one.id },
            })),
          },
        ],
        now,
      )
      for (const note of one.notes) {
        const author = note.authorId === lead.id ? lead : member
        notes.push({
          author: { number: author.number, name: author.name },
          writtenAt: fromDbInstant(note.writtenAt),
          text: openText(sealingOf(core), note.sealed, noteLabel(one.id)),
        })
      }
    }
    return notes
  })
}
