// Charts: Slack's own chart block (June 2026) where the figures fit its limits, else bars made of text. The figures in
// words follow either way, for those who hear the message and for clients that draw no chart.
import type { Block } from '../../cards/card.ts'
import { fit, fitLabel, isBlank, moreMark } from '../../cards/fit.ts'
import { slackLimits as limits } from '../../cards/limits.ts'
import type { Language } from '../../kernel/language.ts'
import { bars } from '../bars.ts'
import type { SlackBlock, SlackChart } from './blocks.ts'
import type { Ids } from './ids.ts'

type Chart = Extract<Block, { type: 'chart' }>

/** The chart block, where every figure can stand in it; undefined where one cannot. */
function nativeChart(chart: Chart, blockId: string): SlackChart | undefined {
  const points = chart.series.map(({ label, value }) => ({ label: fitLabel(label, 1_000), value }))
  const names = new Set(points.map((point) => point.label))
  const fits = points.every(({ label, value }) => label.length <= limits.chartLabel && Number.isFinite(value))
  if (!fits || points.length === 0 || names.size < points.length) return undefined
  const title = fitLabel(chart.title, limits.chartTitle)
  const base = { type: 'data_visualization', block_id: blockId, title } as const
  if (chart.shape === 'donut') {
    // A slice of nothing cannot be drawn; the words below say it.
    const segments = points.filter(({ value }) => value > 0)
    if (segments.length === 0 || segments.length > limits.chartSegments) return undefined
    return { ...base, chart: { type: 'pie', segments } }
  }
  if (points.length > limits.chartPoints) return undefined
  return {
    ...base,
    chart: {
      type: 'bar',
      series: [{ name: fitLabel(chart.title, limits.chartLabel), data: points }],
      axis_config: { categories: points.map(({ label }) => label) },
    },
  }
}

/** Lines of a chart in text; sections of a large city go on in the words. */
const mostBars = 40

export function chartBlocks(
  chart: Chart,
  { ids, native, language }: { ids: Ids; native: boolean; language: Language },
): SlackBlock[] {
  const drawn = native ? nativeChart(chart, ids.block()) : undefined
  const left = Math.max(0, chart.series.length - mostBars)
  const lines = [
    ...bars(chart.series.slice(0, mostBars)),
    ...(left > 0 ? [moreMark(left, language)] : []),
  ].join('\n')
  const title = fitLabel(chart.title, 200)
  const words = fit(chart.text, limits.contextText)
  return [
    drawn ?? {
      type: 'rich_text',
      block_id: ids.block(),
      elements: [
        { type: 'rich_text_section', elements: [{ type: 'text', text: title, style: { bold: true } }] },
        ...(lines === ''
          ? []
          : [
              { type: 'rich_text_preformatted' as const, elements: [{ type: 'text' as const, text: lines }] },
            ]),
      ],
    },
    ...(isBlank(words)
      ? []
      : [
          {
            type: 'context' as const,
            block_id: ids.block(),
            elements: [{ type: 'plain_text' as const, text: words, emoji: false as const }],
          },
        ]),
  ]
}
