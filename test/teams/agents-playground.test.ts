// In Microsoft's own local client: a chief asks, gets the card, offers times through a dialog, sees the card replaced,
// and hears of it later. The cards are drawn by the vendor's renderer, the activities are the vendor's.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { MovableClock } from '../../src/kernel/clock.ts'
import {
  type AgentsPlayground,
  startAgentsPlayground,
  withoutAgentsPlayground,
} from '../support/agents-playground.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { interviewCity } from '../support/interview-city.ts'
import { at } from '../support/small-city.ts'
import { startTeamsCity, type TeamsCity } from '../support/teams-city.ts'
import { startTeamsStandIn, type TeamsStandIn } from '../teams-stand-in/index.ts'

const email = 'sato@city.example.jp'
let db: TestDatabase
let standIn: TeamsStandIn
let teams: TeamsCity
let client: AgentsPlayground
const clock = new MovableClock(at('2027-05-10T09:00'))

beforeAll(async () => {
  if (withoutAgentsPlayground) return
  db = await freshDatabase()
  const { boss } = await interviewCity(db)
  await db.prisma.person.update({ where: { id: boss }, data: { email, language: 'ja' } })
  standIn = await startTeamsStandIn()
  teams = await startTeamsCity({ db, standIn, clock, withoutDialogs: true })
  client = await startAgentsPlayground(teams.target, email, standIn.signer)
}, 120_000)
afterAll(async () => {
  await client?.stop()
  await teams?.stop()
  await standIn?.stop()
  await db?.drop()
})

test.skipIf(withoutAgentsPlayground)(
  'a chief offers times in a form, sees what became of it, and hears of it later',
  async () => {
    const { page } = client
    await client.say('面談 部下')
    const offer = page.getByRole('button', { name: '候補日を出す' }).last()
    await offer.waitFor({ timeout: 10_000 })
    await client.shot('1-card')
    await offer.click()
    // This client has no dialogs (it says so itself): the form comes as a card.
    await page.getByText('休みの日とご自身の予定は自動で除きます').waitFor({ timeout: 10_000 })
    await client.shot('2-form')
    const send = page.getByRole('button', { name: '候補日を出す' }).last()
    await send.click()
    await page
      .getByText('5月11日(火)から5月24日(月)までに140件の候補を出しました')
      .waitFor({ timeout: 10_000 })
    await client.shot('3-replaced')
    // The form is gone: what became of it stands in its place.
    expect(await page.getByText('休みの日とご自身の予定は自動で除きます').count()).toBe(0)
    clock.set(at('2027-05-26T09:00'))
    // On a busy machine the client may be slow to answer: the delivery tries again as it would in a city.
    const next = async () => {
      await teams.city.delivery.runDue()
      clock.advance({ seconds: 30 })
      return page.evaluate('document.body.innerText')
    }
    await expect.poll(next, { interval: 1_000 }).toContain('日程が未設定の方が3名いらっしゃいます')
    await client.shot('4-reminder')
    expect(client.sent.map(({ status }) => status)).toEqual(client.sent.map(() => 200))
  },
  120_000,
)
