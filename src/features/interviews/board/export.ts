// The board as a spreadsheet: statuses only, dates as dates, opens in Japanese Excel by double-click.
import writeExcelFile, { type Cell } from 'write-excel-file/node'
import type { OutgoingFile } from '../../../chat/chat.ts'
import { toDbDate } from '../../../db/time.ts'
import type { Organisation } from '../../../directory/organisation.ts'
import { formatTime } from '../../../kernel/format.ts'
import type { Line } from './all-repository.ts'
import { isOver, type Moment } from './state-words.ts'
import { textsIn } from './texts.ts'

export const xlsxType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

const widths = [12, 18, 12, 24, 12, 24, 16, 12, 14, 12, 10, 12, 18]

export interface Sheet {
  readonly lines: readonly Line[]
  readonly organisation: Organisation
  readonly cycle: string
  readonly step: string
}

const text = (value: string): Cell => ({ value, type: String })
const date = (day: Temporal.PlainDate | null): Cell =>
  day ? { value: toDbDate(day), type: Date, format: 'yyyy/mm/dd' } : null

/** The state without its date, which has a column of its own. */
function stateOf(line: Line, { now, language }: Moment): string {
  const { states } = textsIn(language)
  if (line.status === 'waiting') return states.offer
  return line.status === 'booked' && isOver(line.endsAt, now) ? states.confirming : states[line.status]
}

export async function spreadsheet(sheet: Sheet, moment: Moment): Promise<OutgoingFile> {
  const { zone, language, today } = moment
  const t = textsIn(language)
  const header = t.columns.map(
    (value): Cell => ({ value, type: String, fontWeight: 'bold', backgroundColor: '#E8EEF4' }),
  )
  const rows = sheet.lines.map((line): Cell[] => {
    const section = line.sectionId === null ? undefined : sheet.organisation.section(line.sectionId)
    const day = line.startsAt?.toZonedDateTimeISO(zone).toPlainDate() ?? null
    return [
      text(line.number),
      text(line.name),
      text(section?.code ?? ''),
      text(section?.name ?? ''),
      text(line.title),
      text(sheet.cycle),
      text(line.stepId === null && line.kind !== 'step' ? t[line.kind] : sheet.step),
      date(line.deadline),
      text(stateOf(line, moment)),
      date(day),
      text(line.startsAt ? formatTime(line.startsAt, zone) : ''),
      date(line.heldOn),
      text(line.conductors.join('、')),
    ]
  })
  const bytes = await writeExcelFile(
    [header, ...rows],
    { sheet: t.sheet, columns: widths.map((width) => ({ width })), stickyRowsCount: 1 },
    { fontFamily: 'Yu Gothic', fontSize: 11 },
  ).toBuffer()
  return {
    name: t.file(sheet.step.replace(/[\\/:*?"<>|\s]+/g, '_'), today.toString().replaceAll('-', '')),
    mimeType: xlsxType,
    bytes: new Uint8Array(bytes),
    comment: t.fileComment(sheet.step, sheet.lines.length),
  }
}
