// How an announcement went as a spreadsheet that opens in Japanese Excel by double-click.

import writeExcelFile, { type Cell } from 'write-excel-file/node'
import type { OutgoingFile } from '../../chat/chat.ts'
import { formatDateYear, formatTime } from '../../kernel/format.ts'
import { cutText } from '../../kernel/words.ts'
import type { RecipientStatus } from './status.ts'
import { textsIn } from './texts.ts'
import type { Reader } from './views-message.ts'

const widths = [12, 18, 24, 16, 28, 24, 24]

const cell = (value: string): Cell => ({ value, type: String })

export async function statusSheet(
  title: string,
  recipients: readonly RecipientStatus[],
  today: Temporal.PlainDate,
  { language, zone }: Reader,
): Promise<OutgoingFile> {
  const t = textsIn(language)
  const moment = (at: Temporal.Instant | null): Cell => {
    if (!at) return null
    const day = at.toZonedDateTimeISO(zone).toPlainDate()
    return cell(`${formatDateYear(day, language)} ${formatTime(at, zone)}`)
  }
  const header = t.sheet.columns.map(
    (value): Cell => ({ value, type: String, fontWeight: 'bold', backgroundColor: '#E8EEF4' }),
  )
  const rows = recipients.map((recipient): Cell[] => [
    cell(recipient.number),
    cell(recipient.name),
    cell(recipient.section),
    cell(t.result.filters[recipient.end]),
    cell(recipient.end === 'failed' ? t.reasons[recipient.reason ?? 'rejected'] : ''),
    moment(recipient.arrivedAt),
    moment(recipient.acknowledgedAt),
  ])
  const bytes = await writeExcelFile(
    [header, ...rows],
    { sheet: t.sheet.name, columns: widths.map((width) => ({ width })), stickyRowsCount: 1 },
    { fontFamily: 'Yu Gothic', fontSize: 11 },
  ).toBuffer()
  const name = cutText(title.replace(/[\\/:*?"<>|\s.]+/g, '_'), 30)
  return {
    name: t.sheet.file(name, today.toString().replaceAll('-', '')),
    mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    bytes: new Uint8Array(bytes),
    comment: t.sheet.comment(title, recipients.length),
  }
}
