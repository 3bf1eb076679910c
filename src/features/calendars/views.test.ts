import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expectLegal, hostileText } from '../../../test/support/legal.ts'
import { assemblyCard, whoForm, yearForm } from './assembly-views.ts'
import { closuresCard, unsureCard } from './closure-views.ts'
import { readOffice } from './office-rules.ts'
import { chooseForm, officeForm, officesCard } from './office-views.ts'

const day = (iso: string) => Temporal.PlainDate.from(iso)

test('cards and forms are legal on both platforms, whatever sections, sessions and grades are called', () => {
  fc.assert(
    fc.property(hostileText, fc.integer({ min: 0, max: 300 }), (text, count) => {
      const session = { id: 1, name: text, from: day('2027-06-04'), to: day('2027-06-26') }
      const sessions = [{ ...session, opensAt: '09:00', closesAt: '17:00' }]
      const section = { id: 1, code: '0100', name: text, parentId: null }
      const special = Array.from({ length: count % 200 }, (_, n) => ({
        date: `${day('2027-04-01').add({ days: n })}`,
        open: n % 2 === 0,
      }))
      const base = { weekdays: [2, 3], observesHolidays: true, opensAt: '09:00', closesAt: '00:00' }
      const office = { ...base, days: special }
      const rows = Array.from({ length: count % 40 }, (_, n) => ({
        section: { ...section, id: n + 1 },
        calendarId: n + 1,
        office,
      }))
      for (const language of ['ja', 'en'] as const) {
        const years = [
          { year: 2027, sessions: Array.from({ length: 1 + (count % 12) }, () => sessions[0] ?? []).flat() },
        ]
        const state = { years, today: day('2027-05-01'), attends: true, byGrade: false }
        expectLegal(assemblyCard({ ...state, whole: true, people: count }, language, text))
        expectLegal(assemblyCard({ ...state, whole: false }, language))
        expectLegal(yearForm(2027, sessions, language))
        expectLegal(whoForm([{ rank: 6, name: text }], 6, language))
        const pause = { from: day('2027-06-04'), to: day('2027-06-06'), reason: text.slice(0, 60) }
        expectLegal(unsureCard(pause, { ...pause, id: 1 }, [text, text], language))
        expectLegal(closuresCard([{ ...pause, id: 1 }], day('2027-06-05'), language, text, [text, text]))
        expectLegal(officesCard(rows, language, text))
        expectLegal(officeForm(section, office, rows[0], language))
        const many = Array.from({ length: count }, (_, id) => ({ id, name: text }))
        expectLegal(chooseForm(many, true, language))
      }
    }),
    { numRuns: 30 },
  )
})

test('opening days are read as people write them, and never fail', () => {
  const values = { weekdays: ['6', '2', '2'], holidays: ['yes'], opensAt: '9:30', closesAt: '0:00' }
  expect(readOffice({ ...values, closed: '2027/8/13\n令和9年8月16日、2027-08-13' })).toEqual({
    office: {
      weekdays: [2, 6],
      observesHolidays: true,
      opensAt: '09:30',
      closesAt: '00:00',
      days: [
        { date: '2027-08-13', open: false },
        { date: '2027-08-16', open: false },
      ],
    },
    problems: [],
  })
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('weekdays', 'opensAt', 'closed', 'open'), fc.string()),
      (some) => {
        const { office, problems } = readOffice(some)
        expect(problems.length > 0 || office.weekdays.length > 0).toBe(true)
      },
    ),
  )
})
