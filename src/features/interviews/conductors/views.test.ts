import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expectLegal, hostileText } from '../../../../test/support/legal.ts'
import type { Language } from '../../../kernel/language.ts'
import { part } from '../pause/notices.ts'
import type { Interview } from '../state.ts'
import { changedPart, releasedPart } from './views.ts'

const interview: Interview = {
  id: 1,
  kind: 'return',
  cycle: null,
  step: null,
  personId: 1,
  postId: null,
  deadline: Temporal.PlainDate.from('2027-05-31'),
  version: 1,
  generation: 1,
  quietUntil: null,
  conductorIds: [2],
  observerIds: [],
  status: 'waiting',
}
const startsAt = Temporal.Instant.from('2027-05-12T01:00:00Z')

test('these messages are legal whatever the names hold, and preview no name', () => {
  fc.assert(
    fc.property(hostileText, fc.constantFrom<Language>('ja', 'en'), (name, language) => {
      const change = { interview, person: name, conductor: name, takenBack: startsAt }
      const changes = Array.from({ length: 20 }, () => change)
      const released = { interview, startsAt, with: name, reason: 'leave' as const }
      const parts = [
        changedPart([change], changes, 'Asia/Tokyo', language),
        changedPart([change], [], 'Asia/Tokyo', language),
        releasedPart(Array(20).fill(released), 'Asia/Tokyo', language),
      ]
      const off = Array.from({ length: 20 }, () => ({ interview, startsAt, with: name }))
      parts.push({
        ...part([name, name], off, off, { choice: off[0], mayOffer: off }, 'Asia/Tokyo', language),
        obsolete: [],
      })
      const plain = changedPart([{ ...change, conductor: '山田課長' }], [], 'Asia/Tokyo', language)
      expect(plain.summary).not.toContain('山田')
      for (const { summary, blocks } of parts) expectLegal({ summary, blocks })
    }),
    { numRuns: 60 },
  )
})
