// A year's trainings, driven in a browser against the real program: a mandatory course and one that more people want
// than it has seats, from HR's plan to the record.
import { createHash } from 'node:crypto'
import { readSheet } from 'read-excel-file/node'
import { expect, test } from 'vitest'
import writeWorkbook from 'write-excel-file/node'
import { shot, withoutBrowser } from './support/browser.ts'
import { type Arrival, textOf } from './support/hall.ts'
import { openTown } from './support/open-town.ts'
import { staff } from './support/town.ts'

const town = openTown('trainings')

const mandatory = '情報セキュリティ研修'
const wanted = '政策法務研修'
const day = (text: string) => new Date(`${text}T00:00:00Z`)

/** The plan of the year as HR keeps it: one row a session, dates as Excel has them. */
async function plan(): Promise<Buffer> {
  const titles = ['研修コード', '研修名', '種別', '開催日', '時間', '会場', '定員']
  titles.push('受付開始', '受付終了', '承認', '選考', 'アンケート', '対象級', '対象所属', '指名')
  const rows = [
    ...['2027-06-02', '2027-06-16'].map((date) =>
      ['S-1', mandatory, '必修', day(date), '13:30-15:00', '第1研修室', 10]
        .concat(day('2027-05-06') as never, day('2027-05-20') as never)
        .concat('不要', '', '要', '', '税務課', '未受講'),
    ),
    ...['2027-06-03', '2027-06-04'].map((date) =>
      ['L-1', wanted, '専門', day(date), '10:00-12:00', '第2研修室', 1]
        .concat(day('2027-05-06') as never, day('2027-05-12') as never)
        .concat('要', '抽選', '', '2-3', '', ''),
    ),
  ]
  const cells = [titles, ...rows].map((row) =>
    row.map((value) => ({ value, ...((value as unknown) instanceof Date && { format: 'yyyy/mm/dd' }) })),
  )
  return writeWorkbook(cells as never).toBuffer()
}

const who = (arrivals: readonly Arrival[]) => [...new Set(arrivals.map(({ name }) => name))].sort()
const names = (...people: readonly string[]) => [...people].sort()

test.skipIf(withoutBrowser)('a mandatory and an over-subscribed course', { timeout: 240_000 }, async () => {
  const { at, window } = town
  const { page } = window
  const row = (words: string) => page.locator('#messages .section', { hasText: words }).last()
  const until = async (morning: string) => {
    const heard: Arrival[] = []
    while ((await at.now()) < `${morning} 09:00`) heard.push(...(await at.move('morning')))
    expect(await at.now()).toBe(`${morning} 09:00`)
    return heard
  }

  await town.takeIn()

  // HR's plan: seen before it counts, a draft until it is published.
  await at.give('研修計画.xlsx', await plan())
  await at.hears('研修計画の確認', '研修計画.xlsx')
  await shot(page, 'trainings-01-preview')
  await at.press('取り込む')
  await at.hears('研修計画を取り込みました')
  await at.say('研修計画')
  await at.hears(mandatory, wanted)
  await shot(page, 'trainings-02-plan')
  await at.press('下書き2件を公開する')
  await at.hears('2件を公開しました。')

  // Nobody is nominated before HR has looked.
  await at.press('開く', row(mandatory))
  await shot(page, 'trainings-03-course')
  await at.press('指名候補を見る')
  await at.hears(`指名の確認: ${mandatory}`)
  await shot(page, 'trainings-04-nominations')
  await at.press('4名の指名を確定する')
  await at.hears('4名の指名を確定しました。')

  // The windows open: those who must and those who may hear of it, nobody else.
  const opened = await until('2027-05-06')
  const tax = [staff.tax, staff.tanaka, staff.suzuki, staff.takahashi]
  expect(who(opened)).toEqual(names(...tax, staff.clerk, staff.sato, staff.yamazaki))
  await at.become(staff.takahashi)
  await shot(page, 'trainings-05-nominated')
  await at.become(staff.tanaka)
  await shot(page, 'trainings-06-opened')

  // 田中 takes a day of the mandatory one, then an earlier one instead; three want one of the two seats of the other, two of them the same day.
  await at.say('研修')
  await at.hears(mandatory, wanted)
  await shot(page, 'trainings-07-mine')
  await at.press('日程を選ぶ', row(mandatory))
  await shot(page, 'trainings-08-card')
  await at.press('この日に受講する', row('6月16日'))
  await at.hears('受講が決まりました。')
  await at.press('この日に変える', row('6月2日'))
  await at.hears(/受講が決まりました。6月2日/)
  await shot(page, 'trainings-09-transferred')
  for (const name of [staff.tanaka, staff.suzuki, staff.sato]) {
    await at.become(name)
    await at.say('研修')
    await at.press('見る', row(wanted))
    await at.press('申し込む')
    await at.dialog.getByText('希望の日程').first().waitFor()
    await at.dialog.getByLabel('第1希望').selectOption({ index: 1 })
    await at.dialog.getByLabel('第2希望').selectOption({ index: 2 })
    await shot(page, 'trainings-09-wishes')
    await at.submit('申し込む')
    await at.hears('申込みを受け付けました。')
  }

  // Their supervisors approve, each by one click.
  await at.move('hour')
  await at.move('hour')
  for (const [name, count] of [
    [staff.tax, 2],
    [staff.welfare, 1],
  ] as const) {
    await at.become(name)
    await at.say('研修')
    await shot(page, 'trainings-10-approver')
    await at.press('承認する')
    for (let n = 0; n < count; n++) {
      await shot(page, 'trainings-11-approvals')
      await at.press('承認する')
      await at.hears('申込みを承認しました。')
    }
  }

  // What 鈴木 learns on his own is subsidised: his supervisor agrees, HR grants it out of the year's budget.
  await at.become(staff.officer)
  await at.say('自己啓発 申請')
  await at.press('年度の予算')
  await at.dialog.getByLabel('予算（円）').fill('100000')
  await at.submit('保存する')
  await at.hears('令和9年度の予算を100,000円にしました。')
  await at.become(staff.suzuki)
  await at.say('自己啓発')
  await at.press('申請する')
  await at.dialog.getByLabel('種類').selectOption({ label: '費用の補助' })
  await at.dialog.getByLabel('内容').fill('簿記2級の受験')
  await at.dialog.getByLabel('始まりの日').fill('2027-06-01')
  await at.dialog.getByLabel('終わりの日').fill('2027-06-13')
  await at.dialog.getByLabel('費用（円）').fill('30000')
  await shot(page, 'trainings-12-self')
  await at.submit('申請する')
  await at.hears('伊藤課長に承認をお願いしています。')
  await at.become(staff.tax)
  await at.say('自己啓発')
  await at.press('承認待ち 1件')
  await at.press('承認する')
  await at.hears('鈴木さんの申請を承認しました。')
  await at.become(staff.officer)
  await at.say('自己啓発 申請')
  await at.press('決める')
  await at.dialog.getByLabel('決定').selectOption({ label: '認める' })
  await at.dialog.getByLabel('補助する額（円）').fill('20000')
  await at.submit('決定する')
  await at.hears('80,000円')
  await shot(page, 'trainings-12-granted')

  // The window closes: a proposal that HR sees first, and whose lots everybody can work out again.
  await until('2027-05-13')
  await at.become(staff.officer)
  await at.say('研修計画')
  await at.press('開く', row(wanted))
  await at.press('選考')
  await at.hears('この案では、3名のうち2名が席を得ます。')
  await shot(page, 'trainings-12-proposal')
  await at.press('結果を公表する')
  await at.hears('公表しました。2名が受講予定、1名が空き待ちです。')
  await shot(page, 'trainings-13-published')
  await at.move('hour')
  const results: string[] = []
  for (const name of [staff.tanaka, staff.suzuki, staff.sato]) {
    const told = (await at.messages(name)).map(textOf).filter((text) => text.includes(wanted))
    results.push(/受講が決まりました|空き待ち（1番目）/.exec(told.at(-1) ?? '')?.[0] ?? told.join('|'))
  }
  expect(results.sort()).toEqual(['受講が決まりました', '受講が決まりました', '空き待ち（1番目）'])
  await at.become(staff.sato)
  await shot(page, 'trainings-14-result')
  await at.say('研修')
  await at.press('見る', row(wanted))
  await at.press('選考のしくみと結果の確かめ方')
  await at.hears(`${wanted}　結果の確かめ方`)
  await shot(page, 'trainings-15-verify')
  const shown = (await at.last().textContent()) ?? ''
  const [seal = '', lot = ''] = [...shown.matchAll(/printf '%s' '([^']+)'/g)].map(([, input = '']) =>
    createHash('sha256').update(input).digest('hex'),
  )
  for (const worked of [seal, lot]) expect(shown).toContain(worked.slice(0, 8))

  // A week and a day before, 田中 is reminded of what he chose; who has not chosen is asked.
  const weeks = [...(await at.move('week')), ...(await at.move('week')), ...(await until('2027-06-02'))]
  const coming = weeks.filter(({ name, text }) => name === staff.tanaka && text.includes('近づきました'))
  expect(coming.map((each) => each.at.slice(0, 10))).toEqual(
    expect.arrayContaining(['2027-05-24', '2027-06-01']),
  )
  await at.become(staff.tanaka)
  await shot(page, 'trainings-16-reminded')
  const morning: Arrival[] = []
  while ((await at.now()) < '2027-06-02 13:00') morning.push(...(await at.move('hour')))
  expect(morning.filter(({ text }) => text.includes('まもなく始まります')).map(({ name }) => name)).toContain(
    staff.tanaka,
  )

  // The room shows a code; whoever sends it was there.
  await at.become(staff.officer)
  await at.say('出欠')
  await at.press('開く', row(mandatory))
  await at.press('受付コードを出す')
  await at.hears('受付コードのQRです。')
  await shot(page, 'trainings-17-code')
  const digits = /「(\d{6})」/.exec((await page.locator('#messages').textContent()) ?? '')?.[1] ?? ''
  expect(digits).toMatch(/^\d{6}$/)
  await at.become(staff.tanaka)
  await at.say(`研修 コード ${digits}`)
  await at.hears(/受付は6月2日\(水\) 13:15からです。/)
  await at.move('hour')
  await at.say(`研修 コード ${digits === '000000' ? '000001' : '000000'}`)
  await at.hears(/このコードの研修は見つかりません/)
  await at.say(`研修 コード ${digits}`)
  await at.hears(`「${mandatory}」の出席を記録しました。`)
  await shot(page, 'trainings-18-attended')

  // Three questions, then the record of the person, of the section, of the year.
  for (const step of ['hour', 'hour', 'morning'] as const) await at.move(step)
  await at.press('回答する')
  await at.dialog.getByText('研修アンケート').first().waitFor()
  for (const label of ['内容は役に立ちましたか', '仕事で使えそうですか'])
    await at.dialog.getByLabel(label).selectOption({ index: 5 })
  await shot(page, 'trainings-19-survey')
  await at.submit('送る')
  await page.locator('#messages').getByText('ご回答ありがとうございました。').first().waitFor()
  await at.say('研修 履歴')
  await at.hears(mandatory)
  await shot(page, 'trainings-20-record')
  await at.become(staff.tax)
  await at.say('研修 部下')
  await at.hears('部下の受講履歴')
  await shot(page, 'trainings-21-section')
  await at.become(staff.officer)
  await at.say('研修 実績')
  await at.hears(/研修の実績/)
  await shot(page, 'trainings-22-figures')
  const sheet = await at.download('研修×課の一覧（Excel）')
  expect(sheet.name).toMatch(/^研修一覧_2027年度_\d+\.xlsx$/)
  const cells = (await readSheet(sheet.bytes)).map((cell) => cell.filter((each) => each !== null))
  expect(cells[0]).toEqual(expect.arrayContaining(['研修コード', '研修名', '合計', '税務課']))
  expect(cells).toContainEqual(expect.arrayContaining(['S-1', mandatory, 1]))
  await page.locator('#look label', { hasText: 'Teams' }).click()
  await shot(page, 'trainings-23-teams-figures')
  await at.say('研修計画')
  await shot(page, 'trainings-24-teams-plan')
  await at.become(staff.suzuki)
  await at.say('研修')
  await shot(page, 'trainings-25-teams-mine')
  expect(window.complaints).toEqual([])
})
