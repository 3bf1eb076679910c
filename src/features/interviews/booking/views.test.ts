import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expectLegal, hostileText } from '../../../../test/support/legal.ts'
import { plainCard } from '../../../cards/plain.ts'
import type { Person } from '../../../directory/people.ts'
import type { HeldAnswer, Interview } from '../state.ts'
import type { InterviewView } from './view.ts'
import { interviewCard } from './views.ts'

const day = Temporal.PlainDate.from('2027-05-28')
const start = Temporal.Instant.from('2027-05-12T01:00:00Z')

const anyInterview = fc
  .record({
    status: fc.constantFrom('waiting', 'booked', 'held', 'unclear', 'suspended', 'exempt', 'cancelled'),
    place: hostileText,
    name: hostileText,
    prepare: hostileText,
    step: fc.boolean(),
    answers: fc.uniqueArray(
      fc.record({
        personId: fc.constantFrom(1, 2),
        answer: fc.constantFrom<HeldAnswer>('held', 'moved', 'not_held'),
      }),
      { selector: (each) => each.personId },
    ),
  })
  .map(({ status, place, name, prepare, step, answers }): Interview => {
    const base = {
      id: 7,
      kind: step ? ('step' as const) : ('return' as const),
      cycle: null,
      step: step
        ? {
            id: 3,
            ordinal: 1,
            kind: 'goal' as const,
            name,
            nameEn: name,
            opensOn: day,
            deadline: day,
            recordDate: day,
            conductorRule: 'present' as const,
            minutes: 30,
            prepare,
            prepareEn: prepare,
            status: 'open' as const,
          }
        : null,
      personId: 1,
      postId: null,
      deadline: day,
      version: 4,
      generation: 1,
      quietUntil: null,
      conductorIds: [2],
      observerIds: [3],
    }
    const meeting = {
      id: 9,
      startsAt: start,
      endsAt: start.add({ minutes: 30 }),
      place,
      conductorId: 2,
      answers,
    }
    switch (status) {
      case 'booked':
        return { ...base, status, meeting }
      case 'held':
        return { ...base, status, meeting, heldOn: day }
      case 'unclear':
        return { ...base, status, meeting }
      default:
        return { ...base, status }
    }
  })

const anyView = fc
  .record({
    reader: fc.constantFrom(1, 2, 3, 4),
    language: fc.constantFrom('ja' as const, 'en' as const),
    minutes: fc.constantFrom(-60, 10, 45),
    slots: fc.integer({ min: 0, max: 200 }),
    arrangement: fc.constantFrom(null, { id: 5, answered: true }, { id: 5, answered: false }),
    alone: fc.boolean(),
    names: fc.array(hostileText, { minLength: 4, maxLength: 4 }),
  })
  .map(({ minutes, names, ...view }): InterviewView => {
    const person = (id: number): [number, Person] => [
      id,
      { id, number: `${id}`, name: names[id - 1] ?? '', language: 'ja', title: '課長', sectionId: null },
    ]
    const people = new Map([1, 2, 3, 4].map(person))
    return { ...view, zone: 'Asia/Tokyo', now: start.add({ minutes }), people }
  })

test('laws of the card: legal everywhere, at most one obvious button, and of answers only the reader’s own', () => {
  fc.assert(
    fc.property(anyInterview, anyView, (interview, view) => {
      const card = interviewCard(interview, view)
      expectLegal(card)
      const asJson = JSON.stringify(card)
      expect(asJson.split('"style":"primary"').length - 1).toBeLessThanOrEqual(1)
      if (view.reader > 2) expect(asJson).not.toContain('"buttons"')
      if ('meeting' in interview && interview.meeting) {
        const { meeting } = interview
        const own = meeting.answers.filter((each) => each.personId === view.reader)
        const alike = interviewCard(
          { ...interview, meeting: { ...meeting, answers: own } } as Interview,
          view,
        )
        expect(card).toEqual(alike)
      }
      expect(plainCard(card, view.language)).not.toBe('')
    }),
    { numRuns: 150 },
  )
})
