// The demo city as `npm start` opens it, treated as it will be treated: in English, without a mouse, with nonsense, by
// two people at once, and by somebody else's web page.
import { request } from 'node:http'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { PersonEntry } from '../../src/playground/wire.ts'
import { openWindow, shot, type Window, withoutBrowser } from './support/browser.ts'
import { type Hall, hall, textOf } from './support/hall.ts'
import { type Program, startProgram } from './support/program.ts'

let program: Program
let window: Window | undefined
let at: Hall
let officer: PersonEntry
/** Managers with hours on offer, in the order in which the demo city plays them. */
let managers: readonly PersonEntry[]

beforeAll(async () => {
  if (withoutBrowser) return
  program = await startProgram('city')
  await open()
  const { people } = await at.state()
  const hr = people.find((person) => person.roles.includes('hr'))
  if (!hr) throw new Error('the demo city has no HR officer')
  officer = hr
  managers = people.filter((person) => person.roles.includes('conductor') && person.title.includes('課長'))
}, 180_000)
/** Each journey has a browser of its own: nothing is left open by the one before. */
async function open(): Promise<void> {
  window = await openWindow(program.url)
  at = hall(window.page, program.url)
}
beforeEach(() => (window || withoutBrowser ? undefined : open()))
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await shot(shown(), `failed-${task.name.slice(0, 20)}`)
  await window?.close()
  window = undefined
})
afterAll(() => program?.stop())

/** The page of the window that is open. */
function shown(): Page {
  if (!window) throw new Error('no window is open')
  return window.page
}

/** Somebody whom hours are on offer to and who has not picked one: the newest message says so. */
async function picker(nth: number): Promise<string> {
  const waiting = (await at.arrivals()).filter(({ text }) => text.includes('日時を選ぶ'))
  const names = [...new Set(waiting.map(({ name }) => name))]
  const found: string[] = []
  for (const name of names) {
    const last = (await at.messages(name)).at(-1)
    if (last && textOf(last).includes('日時を選ぶ')) found.push(name)
  }
  const name = found[nth]
  if (!name) throw new Error('nobody has hours to pick')
  return name
}

describe.skipIf(withoutBrowser)('the demo city', { timeout: 120_000 }, () => {
  test('answers whatever is said or given to it, and nothing breaks', async () => {
    const page = shown()
    await at.become(officer.name)
    const menu = 'うまく読み取れませんでした'
    for (const [words, answer] of [
      ['ほげほげ 12345', menu],
      ['あ'.repeat(10_000), menu],
      ['👩‍👩‍👧‍👦🎌 \u202Eمرحبا بالعالم\u202C \u0000<b>&amp;*_~`', menu],
      ['<!channel> <@U123> [x](javascript:alert(1))', menu],
      ['', 'ご用件をひとこと送ってください'],
      ['次の面談いつ？', '面談'],
      ['ヘルプ', 'できること'],
    ] as const) {
      await at.say(words)
      await at.hears(answer)
    }
    await shot(page, 'rough-1-help')
    const picture = Buffer.from('89504e470d0a1a0a0000000d49484452000000100000001008060000001ff3ff61', 'hex')
    await at.give('職員名簿.csv', picture)
    await at.hears('名簿を読み取れませんでした')
    await shot(page, 'rough-2-picture')
    // In both looks; a long text does not push the page out of its frame.
    await page.locator('#look label', { hasText: 'Teams' }).click()
    await at.say('い'.repeat(10_000))
    await at.hears(menu)
    const wide = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    )
    expect(wide).toBe(0)
    await page.locator('#look label', { hasText: 'Slack' }).click()
    const told = (await at.messages(officer.name)).map(textOf).join('\n')
    expect(told).not.toMatch(/不具合|undefined|\[object|\.ts:\d/)
    expect(window?.complaints).toEqual([])
  })

  test('speaks English', async () => {
    const page = shown()
    const [first] = managers
    if (!first) throw new Error('no manager')
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('button', { name: 'Next working morning' }).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
    await at.become(first.name)
    await at.say('when is my next interview?')
    await at.hears(/interview/i)
    await at.say('interview team')
    await at.hears(/Goal interview/)
    await shot(page, 'rough-3-english')
    expect(await at.last().locator('.body').textContent()).not.toMatch(/[ぁ-んァ-ヶ]/)
    await page.getByRole('button', { name: '日本語' }).click()
    await page.getByRole('button', { name: '次の開庁日の朝へ' }).waitFor()
  })

  test('1on1s: begun, a topic confided, seen by both and by nobody else; an OJT pair; work handed over', async () => {
    const page = shown()
    const { people } = await at.state()
    const chief = people.find(({ title, section }) => title === '課長' && section === '福祉課')
    const staff = people.filter(
      ({ section, roles, id }) => section === chief?.section && roles.length === 0 && id !== chief?.id,
    )
    const [member] = staff
    if (!chief || !member) throw new Error('no section to meet in')
    await at.become(member.name)
    await at.say('1on1')
    await at.press('1on1を始める')
    await at.dialog.getByLabel('お相手').selectOption({ index: 1 })
    await shot(page, 'talks-1-begin')
    await at.submit('1on1を始める')
    await at.hears('1on1を設定しました')
    await at.press('話題を加える')
    await at.dialog.getByLabel('話したいこと').fill('打明話の相談')
    await at.submit('保存')
    await at.hears('打明話の相談')
    await shot(page, 'talks-2-series')

    // The chief sees it in the other look; HR does not.
    await page.locator('#look label', { hasText: 'Teams' }).click()
    await at.become(chief.name)
    await at.say('1on1')
    await at.press('開く', at.last())
    await at.hears('打明話の相談')
    await at.press('次回の日時を変える')
    await at.hears('この日時にする')
    await shot(page, 'talks-3-times')
    await at.press('この日時にする')
    await at.hears('に変えました')
    await at.say('OJT')
    await at.press('OJTの組を作る')
    await at.dialog.getByLabel('トレーナー').selectOption({ index: 1 })
    await at.dialog.getByLabel('対象の方').selectOption({ index: 2 })
    await at.submit('OJTの組を作る')
    await at.hears('OJTの組を作りました')
    await shot(page, 'talks-4-ojt')
    await at.say('業務引継')
    await at.press('引継ぎを始める')
    await at.dialog.getByLabel('前任の方').selectOption({ index: 1 })
    await at.dialog.getByLabel('後任の方').selectOption({ index: 2 })
    await at.submit('引継ぎを始める')
    await at.hears('お二人にお知らせします')
    await at.press('開く', at.last())
    await at.hears('担当業務の一覧と年間の流れ')
    await shot(page, 'talks-5-handover')
    await page.locator('#look label', { hasText: 'Slack' }).click()
    await at.become(officer.name)
    await at.say('1on1')
    await at.say('1on1 実施状況')
    await at.hears('個人は示しません')
    const told = (await at.messages(officer.name)).map(textOf).join('\n')
    expect(told).not.toContain('打明話')
    expect(window?.complaints).toEqual([])
  })

  test('mentoring: a programme is made, a pair named and published, both agree and choose a time', async () => {
    const page = shown()
    const { people } = await at.state()
    const [mentee] = people.filter(({ section, roles }) => section === '税務課' && roles.length === 0)
    const [mentor] = people.filter(({ section, roles }) => section === '環境課' && roles.length === 0)
    if (!mentee || !mentor) throw new Error('nobody to pair')
    const named = async () => {
      await at.press('組を指名する')
      const [one, two] = [
        at.dialog.locator('input[type=search]').first(),
        at.dialog.locator('input[type=search]').last(),
      ]
      await at.sending(() => one.fill(mentee.name))
      await at.dialog.locator('option', { hasText: mentee.name }).first().waitFor({ state: 'attached' })
      await at.sending(() => two.fill(mentor.name))
      await at.dialog.locator('option', { hasText: mentor.name }).first().waitFor({ state: 'attached' })
      await shot(page, 'talks-6-hand')
      await at.submit('保存する')
    }
    await at.become(officer.name)
    await at.say('メンター')
    await at.press('制度を作る')
    await at.dialog.getByLabel('名称').fill('新採用メンター')
    await at.dialog.getByLabel('開始日').fill('2027-05-17')
    await at.dialog.getByLabel('終了日').fill('2028-03-31')
    await at.submit('保存する')
    await at.hears('新採用メンター')
    await shot(page, 'talks-7-programme')
    await named()
    await at.hears('案に加えました')
    await shot(page, 'talks-8-pair')
    await at.press('戻る', at.last())
    await at.press('公開する', at.last())
    await at.hears('案内します')
    await at.move('hour')
    for (const who of [mentee, mentor]) {
      await at.become(who.name)
      await at.press('お願いする')
    }
    await shot(page, 'talks-9-agreed')
    await at.move('hour')
    await at.become(mentee.name)
    await at.hears('顔合わせの候補')
    await shot(page, 'talks-10-introduced')
    await page.locator('#look label', { hasText: 'Teams' }).click()
    await shot(page, 'talks-11-introduced-teams')
    await at.sending(() => at.last().getByRole('button', { name: /5月/ }).first().click())
    await at.hears('顔合わせを')
    await page.locator('#look label', { hasText: 'Slack' }).click()
    expect(window?.complaints).toEqual([])
  })

  test('can be used without a mouse: an hour is picked, a form is opened and left', async () => {
    const page = shown()
    const { keyboard } = page
    const name = await picker(0)
    /** Presses Tab until the wanted thing has the focus. */
    const tabTo = async (wanted: string, most: number, key = 'Tab') => {
      for (let i = 0; i < most; i++) {
        await keyboard.press(key)
        if ((await page.locator(`${wanted}:focus`).count()) > 0) return
      }
      throw new Error(`Tab does not lead to ${wanted}`)
    }
    await tabTo('#find', 12)
    await keyboard.type(name)
    await tabTo('#people button', 3)
    await keyboard.press('Enter')
    await page.locator('#who', { hasText: name }).waitFor()
    await at.hears('日時を選ぶ')
    const button = (label: string) => `#messages li:last-child button:text-is("${label}")`
    await tabTo(button('日時を選ぶ'), 40)
    await at.sending(() => keyboard.press('Enter'))
    await at.hears('この時間にする')
    // The answer has the focus: its first button is one step away.
    await tabTo(button('この時間にする'), 1)
    await at.sending(() => keyboard.press('Enter'))
    await page.locator('#messages').getByText('に決まりました。').last().waitFor()
    await shot(page, 'rough-4-keyboard')

    const [first] = managers
    if (!first) throw new Error('no manager')
    await page.locator('#find').fill('')
    await at.become(first.name)
    await at.say('面談 部下')
    await at.hears('候補日を出す')
    await tabTo(button('候補日を出す'), 10, 'Shift+Tab')
    await at.sending(() => keyboard.press('Enter'))
    await at.dialog.waitFor()
    expect(await at.dialog.locator(':focus').count()).toBe(1)
    await keyboard.press('Escape')
    await at.dialog.waitFor({ state: 'hidden' })
    expect(await page.locator(`${button('候補日を出す')}:focus`).count()).toBe(1)
  })

  test('two at once start the same thing for one person: one does, the other is told', async () => {
    const other = await openWindow(program.url)
    try {
      const there = hall(other.page, program.url)
      const [, second] = managers
      if (!second) throw new Error('no second manager')
      const { people } = await at.state()
      const member = people.find(
        (person) => person.section === second.section && person.id !== second.id && person.roles.length === 0,
      )
      if (!member) throw new Error('nobody to meet')
      const fillIn = async (one: Hall, who: string) => {
        await one.become(who)
        await one.say('面談 個別')
        await one.press('面談を始める')
        await one.find(member.name)
      }
      await fillIn(at, second.name)
      await fillIn(there, officer.name)
      await shot(shown(), 'rough-5-individual')
      await Promise.all([at.submit('始める'), there.submit('始める')])
      const refused = 'この方には、実施前の同じ面談がすでにあります。'
      await expect
        .poll(async () => [
          await at.dialog.getByText(refused).count(),
          await there.dialog.getByText(refused).count(),
        ])
        .toSatisfy((counts: readonly number[]) => counts.toSorted().join() === '0,1')
      const [winner, loser] = (await at.dialog.count()) === 0 ? [at, there] : [there, at]
      await winner.hears('を始めました')
      await shot(other.page, 'rough-6-other')
      // What happens in one window is seen in the other.
      await loser.dialog.getByRole('button', { name: 'やめる' }).click()
      await there.become(member.name)
      await at.become(member.name)
      await at.say('面談')
      await at.hears('育成面談')
      await there.hears('育成面談')
      expect(other.complaints).toEqual([])
    } finally {
      await other.close()
    }
  })

  test('answers its own page only', async () => {
    const { port } = new URL(program.url)
    const ask = (path: string, headers: Record<string, string>, body?: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const options = {
          host: '127.0.0.1',
          port,
          path,
          headers,
          method: body === undefined ? 'GET' : 'POST',
        }
        const sent = request(options, (response) => {
          response.resume()
          resolve(response.statusCode)
          response.destroy()
        })
        sent.once('error', reject)
        sent.end(body)
      })
    const json = { 'content-type': 'application/json' }
    const own = `127.0.0.1:${port}`
    const before = (await at.state()).clock.now
    const morning = JSON.stringify({ to: 'morning' })
    const foreign: Record<string, string>[] = [
      { host: own, origin: 'https://evil.example' },
      { host: own, origin: 'null' },
      { host: own, origin: `http://127.0.0.1:${Number(port) + 1}` },
      { host: own, 'sec-fetch-site': 'cross-site' },
      { host: 'evil.example' },
      { host: `127.0.0.1.evil.example:${port}` },
    ]
    for (const headers of foreign) {
      expect(await ask('/playground/time', { ...json, ...headers }, morning)).toBe(403)
      for (const path of ['state', 'messages?person=1', 'stream', 'files/m1'])
        expect(await ask(`/playground/${path}`, headers)).toBe(403)
    }
    expect(await ask('/playground/time', { host: own, 'content-type': 'text/plain' }, morning)).toBe(415)
    expect(await ask('/playground/time', { host: own, ...json }, '{"to":')).toBe(400)
    expect(await ask('/playground/time', { host: own, ...json }, '{"to":"yesterday"}')).toBe(400)
    expect((await at.state()).clock.now).toBe(before)
  })

  // Weeks pass in these, and nobody has hours to pick any more: they come last.
  test('mentoring by matching: both sides sign up, the pair is proven and published, declined in private, and matched again', async () => {
    const page = shown()
    const { people } = await at.state()
    const of = (section: string, title: string) => {
      // By their names alone they are found on the page.
      const found = people.find(
        (each) =>
          each.section === section &&
          each.title === title &&
          each.roles.length === 0 &&
          people.filter((other) => other.name === each.name).length === 1,
      )
      if (!found) throw new Error(`no ${title} in ${section}`)
      return found
    }
    const mentee = of('福祉課', '主事')
    const mentors = [of('環境課', '主査'), of('市民課', '主査')]
    const name = '全庁メンター'
    const sees = (words: string) => page.locator('#messages').getByText(words).last().waitFor()
    const audience = async (button: string, numbers: readonly string[]) => {
      await at.press(button)
      await at.dialog.getByLabel('職員番号で指定').fill(numbers.join('\n'))
      await at.submit('保存する')
    }
    await at.become(officer.name)
    await at.say('メンター')
    await at.press('制度を作る')
    await at.dialog.getByLabel('名称').fill(name)
    await at.dialog.getByLabel('開始日').fill('2027-06-01')
    await at.dialog.getByLabel('終了日').fill('2028-03-31')
    await at.dialog.getByLabel('募集の回答期限').fill('2027-05-28')
    await at.submit('保存する')
    await audience('メンティの対象', [mentee.number])
    await audience(
      'メンターの対象',
      mentors.map(({ number }) => number),
    )
    await at.press('募集を始める')
    for (const each of [mentee, ...mentors]) {
      await at.become(each.name)
      await at.say('メンター')
      await at.press('回答する')
      await at.dialog.getByLabel('キャリア').check()
      await shot(page, 'match-1-sign-up')
      await at.submit('保存する')
      await sees('組が決まりましたらお知らせします')
    }
    const open = async () => {
      await at.become(officer.name)
      await at.say('メンター')
      await at.press('開く', page.locator('#messages .section', { hasText: name }).last())
    }
    await open()
    await at.press('組合せを作る')
    await sees('これより良い組合せがないことを確認済みです。')
    await shot(page, 'match-2-proposal')
    await at.press('公開する')
    await sees('案内します')

    // Whoever declines is not told of: on the next working morning HR sees another proposal, with the mentor who is left.
    await at.become(mentee.name)
    await at.say('メンター')
    const family = (each: PersonEntry) => each.name.split(' ')[0] ?? ''
    const offered = await at.last().locator('.body').textContent()
    const [first, other] = offered?.includes(family(mentors[0] ?? mentee)) ? mentors : mentors.toReversed()
    await shot(page, 'match-3-offer')
    await at.press('今回は見送る')
    await sees('あらためて組を検討します')
    await open()
    await at.press('組合せ案')
    await sees(`― ${family(first ?? mentee)}`)
    await at.move('morning')
    await open()
    await at.press('組合せ案')
    await sees(family(other ?? mentee))
    await shot(page, 'match-4-again')
    const proposal = await at.last().locator('.body').textContent()
    expect(proposal).not.toContain('見送')
    expect(proposal).not.toContain(`― ${family(first ?? mentee)}`)
    await at.press('公開する')
    await sees('案内します')
    await at.become(mentee.name)
    await at.say('メンター')
    await at.press('お願いする')
    await sees('お返事をいただきました')
    expect(window?.complaints).toEqual([])
  })

  test('round tables: called for, seated, published; one cannot come and the other joins a table; held, and no rate of so few', async () => {
    const page = shown()
    const { people } = await at.state()
    const guests = people.filter(({ title, roles }) => title === '課長補佐' && roles.length === 0).slice(0, 4)
    expect(guests).toHaveLength(4)
    const name = '課長補佐のコーヒーペア'
    // Messages come by themselves meanwhile: what is waited for and pressed is found by its words, not by being last.
    const sees = (words: string) => page.locator('#messages').getByText(words).last().waitFor()
    const open = async (who: string, label = '開く') => {
      await at.become(who)
      await at.say('座談会')
      const button = page.getByRole('button', { name: label, exact: true })
      await at.press(
        label,
        page.locator('#messages .section', { hasText: name }).filter({ has: button }).last(),
      )
    }
    await at.become(officer.name)
    await at.say('座談会')
    await at.press('新しく作る')
    await at.dialog.getByLabel('名称').fill(name)
    await at.dialog.getByLabel('1組の人数').fill('2')
    await at.dialog.getByLabel('回数').fill('1')
    await at.dialog.getByLabel('次の回をいつから').fill((await at.now()).slice(0, 10))
    await shot(page, 'tables-1-form')
    await at.submit('保存する')
    await at.press('対象を決める')
    await at.dialog.getByLabel('職員番号で指定').fill(guests.map(({ number }) => number).join('\n'))
    await at.submit('保存する')
    await at.press('募集を始める')
    await sees('4名にご案内します')
    for (const guest of guests) {
      await open(guest.name)
      await at.press('参加する')
      await sees('参加を承りました')
    }

    // Seated as a draft, looked at, two of them swapped, published.
    await open(officer.name, '運営画面')
    await at.press('第1回の組合せを作る')
    await sees('4名を2組に分けました')
    await at.press('二人を入れ替える')
    await at.dialog.getByLabel('一人目').selectOption({ index: 1 })
    await at.dialog.getByLabel('二人目').selectOption({ index: 3 })
    await shot(page, 'tables-2-swap')
    await at.submit('入れ替える')
    await sees('入れ替えました')
    await shot(page, 'tables-3-draft')
    await at.press('公開する')
    await sees('4名にお知らせします')

    // One cannot come: with one alone there is no pair, so the other is asked to the second table.
    const [first] = guests
    if (!first) throw new Error('nobody to seat')
    await open(first.name)
    await at.press('開く')
    await sees('ご一緒する方')
    await shot(page, 'tables-4-mine')
    await at.press('都合がつかない')
    await sees('組の方にお知らせします')
    const heard = async (words: string) =>
      (await at.arrivals())
        .filter(({ text }) => text.includes(words) && text.includes(name))
        .map((each) => each.name)
    await at.move('hour')
    const changed = guests.filter((each) => each !== first).map((each) => each.name)
    expect((await heard('の組に変更がありました')).toSorted()).toEqual(changed.toSorted())
    await at.become(changed[0] ?? '')
    await page.locator('#look label', { hasText: 'Teams' }).click()
    await shot(page, 'tables-5-changed-teams')
    await page.locator('#look label', { hasText: 'Slack' }).click()

    // It takes place, and whoever looked after it says so with one press.
    await at.move('week')
    for (let mornings = 0; mornings < 15 && (await heard('行われましたか')).length === 0; mornings += 1)
      await at.move('morning')
    const [host = ''] = await heard('行われましたか')
    await at.become(host)
    await shot(page, 'tables-6-held')
    await at.press('行われた')
    await sees('行われたものとして記録しました')
    await open(officer.name, '運営画面')
    await at.press('実施状況')
    await sees('5名に満たないため')
    expect(window?.complaints).toEqual([])
  })
})
