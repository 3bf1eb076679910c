import { h } from './dom.ts'

export interface Bar {
  readonly label: string
  readonly value: number
  /** good, waiting, late: the meaning; anything else is neutral. */
  readonly tone?: string
}

/** Bars with their numbers beside them; read aloud as the list that it is. */
export function drawBars(title: string, bars: readonly Bar[]): HTMLElement {
  // A quarter of the people is a quarter of the bar; counts are seen beside the largest one.
  const most = title.includes('%') ? 100 : Math.max(1, ...bars.map((bar) => bar.value))
  return h(
    'figure',
    { class: 'chart', style: 'margin-inline: 0' },
    h('figcaption', {}, title),
    ...bars.map((bar) => {
      const fill = h('div', { class: `fill ${bar.tone ?? ''}` })
      fill.style.width = `${(100 * bar.value) / most}%`
      return h(
        'div',
        { class: 'bar' },
        h('span', {}, bar.label),
        h('div', { class: 'track', 'aria-hidden': 'true' }, fill),
        h('span', { class: 'value' }, String(bar.value)),
      )
    }),
  )
}
