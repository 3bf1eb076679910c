// What HR sees of a programme: numbers, never content, and nothing that fewer than five people said.
import type { Card } from '../../cards/card.ts'
import type { MentoringProgramme } from '../../db/generated/client.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Language } from '../../kernel/language.ts'
import { rounds } from './plan.ts'
import { textsIn } from './texts.ts'
import { buttons, card, showProgramme } from './views.ts'

export const LEAST_TOLD = 5

export async function figuresCard(tx: Tx, programme: MentoringProgramme, language: Language): Promise<Card> {
  const all = textsIn(language)
  const t = all.figures
  const where = { programmeId: programme.id }
  const [members, joined] = [
    await tx.mentoringMember.count({ where }),
    await tx.mentoringMember.count({ where: { ...where, status: 'joined' } }),
  ]
  const open = await tx.mentoringMember.count({ where: { ...where, status: 'asked' } })
  const count = (status: string) => tx.mentoringPair.count({ where: { ...where, status } })
  const pairs = all.pairsOf(await count('active'), await count('offered'), await count('proposed'))
  const met: string[] = []
  for (const round of rounds) {
    const answered = await tx.mentoringCheckIn.count({ where: { round, pair: where } })
    const yes = await tx.mentoringCheckIn.count({ where: { round, met: true, pair: where } })
    met.push(
      answered < LEAST_TOLD ? `${all.rounds[round]}: ${t.few}` : t.metLine(all.rounds[round], yes, answered),
    )
  }
  const survey = await tx.mentoringSurvey.aggregate({ where, _avg: { useful: true }, _count: true })
  const mean = survey._avg.useful ?? 0
  return card(language, [
    { type: 'heading', text: `${t.title}: ${programme.name}` },
    {
      type: 'facts',
      facts: [
        { label: t.signUp, value: all.answers(joined, members, open) },
        { label: t.pairs, value: pairs },
        { label: t.met, value: met.join('\n') },
        {
          label: t.survey,
          value: survey._count < LEAST_TOLD ? t.few : t.surveyLine(mean.toFixed(1), survey._count),
        },
      ],
    },
    { type: 'context', text: t.content },
    buttons({ label: all.back, action: showProgramme(programme.id) }),
  ])
}
