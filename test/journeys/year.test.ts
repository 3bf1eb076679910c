// The main job, driven in a browser against the real program: from HR's list to "held".
import { readSheet } from 'read-excel-file/node'
import { expect, test } from 'vitest'
import { shot, withoutBrowser } from './support/browser.ts'
import { type Arrival, textOf } from './support/hall.ts'
import { openTown } from './support/open-town.ts'
import { staff, townList } from './support/town.ts'

const town = openTown('year')

const who = (arrivals: readonly Arrival[]) => arrivals.map(({ name }) => name).sort()
const names = (...people: readonly string[]) => [...people].sort()

/** By hand, apart from the product's own calendar: the closed days of these weeks. */
const closed = ['04-29', '05-03', '05-04', '05-05']
const workingDay = (time: string) => {
  const date = Temporal.PlainDate.from(time.slice(0, 10))
  return date.dayOfWeek <= 5 && !closed.includes(time.slice(5, 10))
}

test.skipIf(withoutBrowser)('a year begins: from a CP932 list to "held"', { timeout: 240_000 }, async () => {
  const { at, window } = town
  const { page } = window

  // HR gives the list that the personnel system wrote.
  await at.become(staff.officer)
  await at.give('職員名簿.csv', townList())
  await at.hears('職員名簿の確認', 'CSV (Shift_JIS)')
  await shot(page, 'year-01-preview')
  await at.press('反映する')
  await shot(page, 'year-01b')
  await at.hears('職員名簿を反映しました')
  await page.locator('#people button', { hasText: staff.takahashi }).waitFor()
  await shot(page, 'year-02-applied')

  // The plan of the year, from a preset, by its forms.
  await at.say('面談 設定')
  await at.press('新しく作る')
  await shot(page, 'year-03-create')
  await at.submit('下書きを作る')
  await at.hears('令和9年度 人事評価（準備中）')
  await shot(page, 'year-04-draft')
  // The head has nobody above who could evaluate: not one of this year's.
  await at.press('対象外・追加')
  await at.find(staff.head)
  await shot(page, 'year-05-exempt')
  await at.dialog.getByLabel('変更').selectOption({ label: '対象から外す' })
  await at.submit('保存する')
  await at.hears('大塚部長を対象から外しました。')
  await at.press('対象者を確認')
  await at.hears('10名（面談 40件）', '・税務課　4名・16件')
  await shot(page, 'year-06-preview')
  await at.press('開始する')
  await at.hears('開始しました。40件の面談をご案内します。')
  await shot(page, 'year-07-started')

  // Golden Week passes without a word; then the season opens for everybody, once.
  const quiet: Arrival[] = []
  while ((await at.now()) < '2027-04-30 09:00') quiet.push(...(await at.move('morning')))
  expect(quiet).toEqual([])
  const opened = await at.move('morning')
  expect(await at.now()).toBe('2027-05-06 09:00')
  expect(who(opened)).toEqual(names(...Object.values(staff)))
  expect(new Set(opened.map((each) => each.at))).toEqual(new Set(['2027-05-06 08:45']))
  await shot(page, 'year-08-opened')

  // A manager offers hours in one form; what makes no sense is said at its field, and nothing typed is lost.
  await at.become(staff.tax)
  await at.hears('お疲れさまです')
  await shot(page, 'year-09-manager')
  await at.press('候補日を出す')
  const field = (label: string) => at.dialog.getByLabel(label)
  await field('開始日').fill('2027-05-13')
  await field('終了日').fill('2027-05-12')
  await field('場所').fill('第1会議室')
  await at.submit('候補日を出す')
  await at.dialog.getByText('開始より後にしてください。').waitFor()
  await shot(page, 'year-10-error')
  expect(await field('場所').inputValue()).toBe('第1会議室')
  expect(await field('終了日').inputValue()).toBe('2027-05-12')
  await field('開始日').fill('2027-05-12')
  await field('終了日').fill('2027-05-31')
  await field('何時から').fill('10:00')
  await field('何時まで').fill('10:30')
  const untold = await at.arrivals()
  await at.submit('候補日を出す')
  await at.hears('候補日を出しました')
  await shot(page, 'year-11-offered')
  const offered = (await at.arrivals()).filter((each) => !untold.some((old) => old.id === each.id))
  expect(who(offered)).toEqual(names(staff.tanaka, staff.suzuki, staff.takahashi))

  // 田中 picks by a double click: one interview, one confirmation.
  await at.become(staff.tanaka)
  await at.press('日時を選ぶ')
  await at.hears('5月12日(水) 10:00')
  await shot(page, 'year-12-pick')
  const first = page.locator('#messages .section', { hasText: '5月12日(水) 10:00' }).last()
  await at.sending(() => first.getByRole('button', { name: 'この時間にする' }).dblclick())
  await page.locator('#messages').getByText('5月12日(水) 10:00〜10:30に決まりました。').first().waitFor()
  await at.settled()
  await shot(page, 'year-13-booked')
  const toTanaka = (await at.messages(staff.tanaka)).map(textOf)
  expect(toTanaka.filter((text) => text.includes('5月12日(水) 10:00〜10:30'))).toHaveLength(1)
  expect(toTanaka.filter((text) => text.includes('.ics'))).toHaveLength(1)

  // 鈴木 looks at the hours; meanwhile 髙橋 takes one. His old button takes nothing and says why.
  await at.become(staff.suzuki)
  await at.press('日時を選ぶ')
  await at.hears('5月13日(木) 10:00')
  await at.become(staff.takahashi)
  await at.press('日時を選ぶ')
  const wanted = () => page.locator('#messages .section', { hasText: '5月13日(木) 10:00' }).last()
  await at.press('この時間にする', wanted())
  await page.locator('#messages').getByText('5月13日(木) 10:00〜10:30に決まりました。').first().waitFor()
  await at.become(staff.suzuki)
  await at.press('この時間にする', wanted())
  await at.hears('その時間はちょうど埋まったところでした。ほかの候補をご覧ください。')
  expect(await at.last().getByText('5月13日(木) 10:00').count()).toBe(0)
  await shot(page, 'year-14-stale')

  // Nobody hears anything on the days between; on the day itself the two of each interview do.
  const until = async (morning: string) => {
    const heard: Arrival[] = []
    while ((await at.now()) < `${morning} 09:00`) {
      heard.push(...(await at.move('morning')))
      expect(workingDay(await at.now())).toBe(true)
    }
    expect(await at.now()).toBe(`${morning} 09:00`)
    for (const { at: time } of heard) expect(workingDay(time)).toBe(true)
    return heard
  }
  // Their manager hears of both once, in the evening.
  const [told, ...more] = await until('2027-05-11')
  expect([told?.name, told?.at.slice(11), more]).toEqual([staff.tax, '16:30', []])
  expect(told?.text).toMatch(/田中さん 5月12日.*髙橋さん 5月13日/s)
  const day = await at.move('morning')
  expect(who(day)).toEqual(names(staff.tanaka, staff.tax))
  for (const each of day) expect(each).toMatchObject({ at: '2027-05-12 08:45' })
  expect(await at.move('hour')).toEqual([])

  // When the hour is over 田中 is asked, in the evening 伊藤; the first answer is the first one's own affair.
  const asked = (arrivals: readonly Arrival[]) => arrivals.map(({ name, at: time }) => `${time} ${name}`)
  const evening = async () => {
    const heard: Arrival[] = []
    while ((await at.now()).slice(11) < '17:00') heard.push(...(await at.move('hour')))
    return heard
  }
  expect(asked(await at.move('hour'))).toEqual([`2027-05-12 10:30 ${staff.tanaka}`])
  const before = JSON.stringify(await at.messages(staff.tax))
  await at.become(staff.tanaka)
  await shot(page, 'year-15-asked')
  await at.press('実施した')
  await at.hears('「実施した」と承りました。ありがとうございます。')
  await shot(page, 'year-16-answered')
  expect(JSON.stringify(await at.messages(staff.tax))).toBe(before)
  await at.become(staff.tax)
  await at.say('面談 部下')
  await at.hears('目標設定面談の状況')
  await shot(page, 'year-17-team')
  expect(await at.last().textContent()).toMatch(/田中.*実施の確認中/s)
  expect(asked(await evening())).toEqual([`2027-05-12 16:30 ${staff.tax}`])
  await shot(page, 'year-17b-evening')
  await at.press('実施した')
  await at.hears('お二人から「実施した」とうかがいましたので、実施済みとして記録しました。')

  // The second interview: one says held, the other not. That is HR's alone to look into.
  expect(who(await until('2027-05-13'))).toEqual(names(staff.takahashi, staff.tax))
  expect(asked(await evening())).toEqual([
    `2027-05-13 10:30 ${staff.takahashi}`,
    `2027-05-13 16:30 ${staff.tax}`,
  ])
  await at.become(staff.takahashi)
  await at.press('実施した')
  await at.hears('ありがとうございます')
  await at.become(staff.tax)
  await at.press('実施していない')
  await at.hears('記録は人事担当が確認いたします')
  await shot(page, 'year-18-differ')
  expect(await at.last().textContent()).not.toContain('実施した')

  // HR's board: by section, down to the people, and as a spreadsheet.
  await at.become(staff.officer)
  await at.say('面談 全庁')
  await at.hears('10名のうち1名が実施済です(10%)。')
  await shot(page, 'year-19-board')
  expect(await at.last().textContent()).toContain('実施1・設定0・未設定2・確認中1／4名')
  await at.press('見る', page.locator('#messages .section', { hasText: '税務課' }).last())
  await at.hears(/税務課$/)
  await shot(page, 'year-20-drill')
  for (const line of ['田中', '実施済', '鈴木', '髙橋', '記録を確認中'])
    expect(await at.last().textContent()).toContain(line)
  const board = await at.download('Excelで受け取る')
  expect(board.name).toBe('面談の状況_目標設定面談_20270513.xlsx')
  const rows = await readSheet(board.bytes)
  const cells = rows.map((row) => [row[0], row[1], row[3], row[6], row[8], row[10], row[12]])
  expect(cells[0]).toEqual(['職員番号', '氏名', '所属', '面談', '状態', '開始時刻', '面談者'])
  const goal = '目標設定面談'
  expect(cells.slice(4, 8)).toEqual([
    ['001201', staff.tax, '税務課', goal, '日程が未設定', null, staff.head],
    ['001202', staff.tanaka, '税務課', goal, '実施済', '10:00', staff.tax],
    ['001203', staff.suzuki, '税務課', goal, '日程が未設定', null, staff.tax],
    ['001204', staff.takahashi, '税務課', goal, '記録を確認中', '10:00', staff.tax],
  ])
  expect(rows).toHaveLength(11)
  expect(rows[5]?.[11]).toEqual(new Date('2027-05-12T00:00:00Z'))

  // From here on only those who hold something up hear of it: on the ladder's mornings, each once. 鈴木 does as long
  // as there are hours to pick; then it is his manager's turn again. HR hears at +3 whom to telephone.
  const ladder = (await until('2027-06-03')).map((each) => `${each.at} ${each.name}`)
  const managers = [staff.head, staff.personnel, staff.welfare]
  const rung = (date: string, ...holders: string[]) =>
    names(...managers, ...holders).map((name) => `${date} 08:45 ${name}`)
  expect(ladder.sort()).toEqual([
    ...rung('2027-05-20', staff.suzuki),
    ...rung('2027-05-26', staff.suzuki),
    ...rung('2027-05-28', staff.suzuki),
    ...rung('2027-05-31', staff.suzuki),
    ...rung('2027-06-01', staff.tax),
    ...rung('2027-06-03', staff.tax, staff.officer),
  ])
  await at.become(staff.officer)
  await shot(page, 'year-21-phone')

  // The same in Teams' look: hours, a pick, held by both, the board.
  await page.locator('#look label', { hasText: 'Teams' }).click()
  await at.become(staff.welfare)
  await shot(page, 'year-22-teams')
  await at.press('候補日を出す')
  await field('終了日').fill('2027-06-03')
  await field('場所').fill('相談室')
  await at.submit('候補日を出す')
  await at.dialog.getByText('開始より後にしてください。').waitFor()
  await shot(page, 'year-23-teams-error')
  // What to mend is in sight and under the cursor.
  expect(await at.dialog.locator('input:focus').inputValue()).toBe('2027-06-03')
  expect(await field('場所').inputValue()).toBe('相談室')
  await field('終了日').fill('2027-06-04')
  await field('何時から').fill('10:00')
  await field('何時まで').fill('11:00')
  await at.submit('候補日を出す')
  await at.hears('候補日を出しました')
  await at.become(staff.sato)
  await at.press('日時を選ぶ')
  await at.hears(/6月4日\(金\) 10:00/)
  await shot(page, 'year-24-teams-pick')
  await at.sending(() =>
    page.locator('#messages').getByRole('button', { name: 'この時間にする' }).first().click(),
  )
  await page.locator('#messages').getByText('6月4日(金) 10:00〜10:30に決まりました。').first().waitFor()
  await shot(page, 'year-25-teams-booked')
  expect(who(await at.move('morning'))).toEqual(names(staff.sato, staff.welfare, staff.welfare))
  expect(asked(await evening())).toEqual([
    `2027-06-04 10:30 ${staff.sato}`,
    `2027-06-04 16:30 ${staff.welfare}`,
  ])
  for (const name of [staff.sato, staff.welfare]) {
    await at.become(name)
    await at.press('実施した')
    await at.hears(/ありがとうございます|実施済みとして記録しました/)
  }
  await at.become(staff.officer)
  await at.say('面談 全庁')
  await at.hears('10名のうち2名が実施済です(20%)。')
  await shot(page, 'year-26-teams-board')
  expect(window.complaints).toEqual([])
})
