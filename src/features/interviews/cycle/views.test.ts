import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectLegal, hostileText } from '../../../../test/support/legal.ts'
import type { Card, Form } from '../../../cards/card.ts'
import { plainCard } from '../../../cards/plain.ts'
import { cityCalendar } from '../../../kernel/calendar.ts'
import type { Language } from '../../../kernel/language.ts'
import type { Step } from '../state.ts'
import { participationSchema } from './participation.ts'
import { draftFrom } from './presets.ts'
import type { CyclePlan } from './repository.ts'
import { problemsOf } from './rules.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'
import { cycleCard, listCard } from './views-cycle.ts'
import {
  createForm,
  deputyForm,
  evaluatorForm,
  exemptForm,
  nameForm,
  participationForm,
  rulesForm,
} from './views-forms.ts'
import { individualForm, individualsCard } from './views-individual.ts'
import { peopleCard, previewCard } from './views-preview.ts'
import { moveForm, stepCard, stepForm } from './views-step.ts'

const day = (iso: string) => Temporal.PlainDate.from(iso)
const languages: readonly Language[] = ['ja', 'en']
const statuses = ['draft', 'open', 'closed', 'cancelled'] as const

function planned(name: string, status: CyclePlan['status']): CyclePlan {
  const draft = draftFrom('four-steps', 2027, cityCalendar)
  return {
    ...draft,
    id: 1,
    name,
    nameEn: name,
    status,
    generation: 1,
    seen: '0123456789ab',
    participation: participationSchema.parse({
      gradeFrom: 1,
      gradeTo: 6,
      employmentKindIds: [1],
      minServiceMonths: 3,
      hiredBy: '2027-04-01',
      exemptIds: [4, 5],
    }),
    steps: draft.steps.map(
      (step, index): Step => ({
        ...step,
        id: index + 1,
        ordinal: index + 1,
        name,
        status: index === 3 ? 'cancelled' : 'open',
      }),
    ),
  }
}

/** Every card and form of this folder, with one name in all the places where a name can stand. */
function everything(name: string, language: Language): (Card | Form)[] {
  const draft = planned(name, 'draft')
  const [step] = draft.steps
  if (!step) throw new Error('the preset has no step')
  const many = Array.from({ length: 23 }, (_, index) => index + 1)
  const choices = {
    grades: [{ rank: 1, name }],
    employmentKinds: [{ id: 1, name }],
  }
  const problems = problemsOf(draft, cityCalendar, day('2027-12-01'))
  const preview = {
    people: 3000,
    interviews: 12000,
    onLeave: 12,
    sections: many.map((id) => ({ sectionId: id, name, people: id, interviews: id * 4 })),
    exempt: many.map((personId) => ({ personId, reason: 'grade' as const })),
    withoutEvaluator: many,
    namedLater: many,
    absentEvaluators: [{ evaluatorId: 1, personIds: many }],
  }
  const nobody = {
    ...preview,
    people: 0,
    interviews: 0,
    sections: [],
    exempt: [],
    withoutEvaluator: [],
    namedLater: [],
    absentEvaluators: [],
  }
  const lines = many.map((personId) => ({ personId, shown: name, detail: name }))
  const individuals = many.map((id) => ({
    id,
    kind: 'return' as const,
    personId: id,
    deadline: day('2027-06-01'),
    status: 'waiting',
    version: 1,
    person: name,
  }))
  const counts = [{ stepId: 1, status: 'held', count: 3 }]
  return [
    listCard({ cycles: [], page: 0, whole: true }, language),
    listCard({ cycles: many.map((id) => ({ ...draft, id })), page: 1, whole: false, note: name }, language),
    ...statuses.flatMap((status) =>
      [true, false].map((whole) =>
        cycleCard({ cycle: planned(name, status), problems, counts, choices, whole, note: name }, language),
      ),
    ),
    ...statuses.map((status) => stepCard(planned(name, status), step, language, name)),
    previewCard({ cycle: draft, preview, problems: [], page: 1, whole: true }, language),
    previewCard({ cycle: draft, preview: nobody, problems, page: 0, whole: false, note: name }, language),
    ...(['gaps', 'absent', 'left-out'] as const).flatMap((kind) => [
      peopleCard(kind, draft, lines, 2, true, language, name),
      peopleCard(kind, draft, [], 0, false, language),
    ]),
    individualsCard({ interviews: individuals, page: 0, note: name }, language),
    individualsCard({ interviews: [], page: 0 }, language),
    createForm([2027, 2028], language),
    nameForm(draft, language),
    participationForm(draft, choices, language),
    participationForm(draft, { grades: [], employmentKinds: [] }, language),
    exemptForm(draft, language),
    evaluatorForm(1, { id: 1, shown: name }, name, language),
    evaluatorForm(1, { id: 1, shown: name }, null, language),
    deputyForm(1, { id: 1, shown: name }, language),
    rulesForm(
      { substitution: 'second', days: 10, complaint: { days: 14, desk: 'x', deskEn: 'x' } },
      language,
    ),
    stepForm(draft, step, language),
    stepForm(draft, null, language),
    moveForm(draft, step, [{ id: 1, name }], language),
    moveForm(draft, step, [], language),
    individualForm(['development', 'return'], day('2027-06-01'), language),
  ]
}

describe('every card and form', () => {
  test('is legal on both platforms, in both languages', () => {
    for (const language of languages) for (const shown of everything('税務課', language)) expectLegal(shown)
  })

  test('is legal whatever the names hold', () => {
    fc.assert(
      fc.property(hostileText, fc.constantFrom(...languages), (name, language) => {
        for (const shown of everything(name, language)) expectLegal(shown)
      }),
      { numRuns: 12 },
    )
  }, 60_000)

  test('names no staff in the line that a notification previews', () => {
    for (const shown of everything('佐藤 三郎', 'ja').slice(-20)) {
      if ('summary' in shown) expect(shown.summary).not.toContain('佐藤')
    }
  })
})

test('the draft card reads as HR knows its year', () => {
  const text = plainCard(
    cycleCard(
      {
        cycle: planned('目標設定面談', 'draft'),
        problems: [],
        counts: [],
        choices: { grades: [{ rank: 1, name: '1級' }], employmentKinds: [{ id: 1, name: '正規' }] },
        whole: true,
      },
      'ja',
    ),
    'ja',
  )
  expect(text).toContain('2027年4月1日(木) 〜 2028年3月31日(金)')
  expect(text).toContain('目標設定面談　5月6日(木) 〜 5月31日(月)')
  expect(text).toContain('任用区分：正規')
})

test('texts keep to the manners of the office in both languages', () => {
  const words: string[] = []
  const collect = (value: unknown): void => {
    if (typeof value === 'string') words.push(value)
    else if (typeof value === 'function') words.push(String(value))
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(collect)
  }
  collect([ja, en])
  expect(words.length).toBeGreaterThan(300)
  for (const text of words) expect(text).not.toMatch(/[!！](?!=)|督促|未実施者|至急/)
})
