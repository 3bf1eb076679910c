import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { plainCard } from '../../src/cards/plain.ts'
import type { Address } from '../../src/chat/chat.ts'
import { MovableClock } from '../../src/kernel/clock.ts'
import { TENANT, workplace } from '../../src/playground/platform.ts'
import { openStore } from '../../src/playground/store.ts'
import { platformContract } from './platform-contract.ts'

const start = Temporal.Instant.from('2027-05-11T00:00:00Z')

// Everybody in the city is on the page, nobody leaves it, and no network is in between.
const promised = { finds: true, refuses: false, networked: false }

platformContract('the playground', promised, async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'contract-'))
  const store = openStore(folder, start)
  let people = 0
  return {
    platform: workplace(store, new MovableClock(start), () => {}),
    person: () => ({ platform: 'playground', tenant: TENANT, user: String(++people) }),
    shown: async (to: Address) =>
      store.messages
        .filter((each) => String(each.personId) === to.user)
        .map(({ card, file, text = '' }) => ({
          text: card ? plainCard(card, 'ja') : (file?.comment ?? text),
          ...(file && { file: { name: file.name, bytes: Buffer.from(file.base64, 'base64') } }),
        })),
    refusals: [],
    stop: async () => rmSync(folder, { recursive: true, force: true }),
  }
})
