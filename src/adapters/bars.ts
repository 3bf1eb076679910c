// A chart in text, for where none can be drawn: one line of blocks a figure, aligned although a Japanese character is
// two columns wide.
import type { Block } from '../cards/card.ts'
import { fitLabel } from '../cards/fit.ts'

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u

const width = (text: string): number => [...text].reduce((sum, sign) => sum + (wide.test(sign) ? 2 : 1), 0)

const barWidth = 20

/** The figures as lines of `█`, the longest 20 wide; negative and impossible figures have no bar. */
export function bars(series: Extract<Block, { type: 'chart' }>['series']): string[] {
  const labels = series.map((each) => fitLabel(each.label, 20))
  const column = Math.max(0, ...labels.map(width))
  const most = Math.max(0, ...series.map(({ value }) => (Number.isFinite(value) ? value : 0)))
  return series.map(({ value }, index) => {
    const label = labels[index] ?? ''
    const length = most > 0 && value > 0 ? Math.max(1, Math.round((value / most) * barWidth)) : 0
    const figure = Number.isFinite(value) ? String(value) : '—'
    return `${label}${' '.repeat(column - width(label))} ${'█'.repeat(Math.min(length, barWidth))} ${figure}`
  })
}
