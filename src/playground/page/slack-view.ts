// Draws the Block Kit that the Slack adapter produced, the way Slack shows it, and hands back the clicked elements
// as they are. Only blocks that the adapter's own schema knows; anything else is shown as an error, never skipped.
import type { ActResult } from '../wire.ts'
import { drawBars } from './chart.ts'
import { h } from './dom.ts'
import type { texts } from './texts.ts'

type Loose = Record<string, unknown>
const loose = (value: unknown): Loose => (typeof value === 'object' && value !== null ? (value as Loose) : {})
const list = (value: unknown): Loose[] => (Array.isArray(value) ? value.map(loose) : [])
const str = (value: unknown): string => (typeof value === 'string' ? value : '')

type OnClick = (element: unknown) => void

/** A message or a Home view: anything with `blocks`. */
export function drawSlack(message: unknown, onClick: OnClick): HTMLElement {
  return h(
    'div',
    { class: 'slack' },
    ...list(loose(message).blocks).map((block) => drawBlock(block, onClick)),
  )
}

function drawBlock(block: Loose, onClick: OnClick): HTMLElement {
  switch (block.type) {
    case 'header':
      return h('p', { class: 'header', role: 'heading', 'aria-level': '3' }, text(block.text))
    case 'section': {
      const accessory = block.accessory && drawElement(loose(block.accessory), block, onClick)
      return h(
        'div',
        { class: 'section' },
        h(
          'div',
          { class: 'text' },
          block.text !== undefined && text(block.text),
          Array.isArray(block.fields) &&
            h('div', { class: 'fields' }, ...list(block.fields).map((field) => h('div', {}, text(field)))),
        ),
        accessory instanceof HTMLElement ? accessory : null,
      )
    }
    case 'rich_text':
      return h(
        'div',
        { class: 'section' },
        h('div', { class: 'text' }, ...list(block.elements).map(richText)),
      )
    case 'context':
      return h('div', { class: 'context' }, ...list(block.elements).map(text))
    case 'divider':
      return h('hr')
    case 'actions':
      return h(
        'div',
        { class: 'actions' },
        ...list(block.elements).map((element) => drawElement(element, block, onClick)),
      )
    case 'data_visualization':
      return drawVisualization(block)
    default:
      return h('p', { class: 'error', role: 'alert' }, `? ${str(block.type)}`)
  }
}

/** Slack's chart block; both a flat list of segments and series of points are drawn as bars. */
function drawVisualization(block: Loose): HTMLElement {
  const chart = loose(block.chart)
  const series = list(chart.series)
  const points = list(chart.segments).length ? list(chart.segments) : series.flatMap((one) => list(one.data))
  return drawBars(
    str(block.title) || str(loose(block.title).text),
    points.map((point) => ({ label: str(point.label), value: Number(point.value) })),
  )
}

/** plain_text and mrkdwn objects; of markup only what the adapter emits: links, bold, mentions. */
function text(value: unknown): HTMLElement {
  const object = loose(value)
  const span = h('span')
  const written = str(object.text)
  if (object.type !== 'mrkdwn') {
    span.textContent = written
    return span
  }
  for (const piece of written.split(/(<[^>]*>|\*[^*\n]+\*)/)) {
    const link = /^<(https?:[^|>]+)\|?([^>]*)>$/.exec(piece)
    const mention = /^<@(\w+)>$/.exec(piece)
    if (link)
      span.append(
        h('a', { href: unescaped(link[1] ?? ''), rel: 'noreferrer' }, unescaped(link[2] || link[1] || '')),
      )
    else if (mention) span.append(h('span', { class: 'mention' }, `@${mention[1]}`))
    else if (/^\*[^*\n]+\*$/.test(piece)) span.append(h('strong', {}, unescaped(piece.slice(1, -1))))
    else span.append(unescaped(piece))
  }
  return span
}

const unescaped = (written: string) =>
  written.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')

function richText(element: Loose): HTMLElement {
  const inside = list(element.elements).map((piece) => {
    const style = loose(piece.style)
    if (piece.type === 'link')
      return h('a', { href: str(piece.url), rel: 'noreferrer' }, str(piece.text) || str(piece.url))
    if (piece.type === 'user') return h('span', { class: 'mention' }, `@${str(piece.user_id)}`)
    if (piece.type === 'rich_text_section') return richText(piece)
    return style.bold ? h('strong', {}, str(piece.text)) : h('span', {}, str(piece.text))
  })
  switch (element.type) {
    case 'rich_text_preformatted':
      return h('pre', {}, ...inside)
    case 'rich_text_list':
      return h('ul', {}, ...inside.map((item) => h('li', {}, item)))
    default:
      return h('div', {}, ...inside)
  }
}

function drawElement(element: Loose, block: Loose, onClick: OnClick): HTMLElement {
  const label = str(loose(element.text).text)
  const send = (extra: Loose = {}) => onClick({ ...element, block_id: block.block_id, ...extra })
  switch (element.type) {
    case 'button': {
      if (element.url) return h('a', { class: 'button', href: str(element.url), rel: 'noreferrer' }, label)
      const ask = loose(element.confirm)
      return h(
        'button',
        {
          type: 'button',
          class: str(element.style),
          'aria-label': str(element.accessibility_label) || undefined,
          onclick: () => {
            const question = `${str(loose(ask.title).text)}\n\n${str(loose(ask.text).text)}`
            if (!element.confirm || window.confirm(question)) send()
          },
        },
        label,
      )
    }
    case 'static_select': {
      const initial = str(loose(element.initial_option).value)
      const select = h(
        'select',
        {
          'aria-label': str(loose(block.text).text) || str(loose(element.placeholder).text),
          onchange: () => {
            const option = options(element).find((entry) => entry.value === select.value)
            if (option) send({ selected_option: option })
          },
        },
        h('option', { value: '' }, str(loose(element.placeholder).text)),
        ...options(element).map((option) =>
          h(
            'option',
            { value: str(option.value), selected: option.value === initial },
            str(loose(option.text).text),
          ),
        ),
      )
      return select
    }
    default:
      return h('p', { class: 'error', role: 'alert' }, `? ${str(element.type)}`)
  }
}

const options = (element: Loose) => [
  ...list(element.options),
  ...list(element.option_groups).flatMap((group) => list(group.options)),
]

export interface FormHooks {
  readonly texts: (typeof texts)['ja']
  lookup(element: unknown, query: string): Promise<readonly { label: string; value: string }[]>
  submit(submission: unknown): Promise<ActResult | undefined>
}

/** Opens a Slack modal view in the page's dialog; stays open with its input where fields have errors. */
export function openSlackModal(dialog: HTMLDialogElement, view: unknown, hooks: FormHooks): void {
  const modal = loose(view)
  const readers: ((values: Record<string, Loose>) => void)[] = []
  const fields = new Map<string, HTMLElement>()
  const inside = h('div', { class: 'inside slack' })
  for (const block of list(modal.blocks)) {
    if (block.type !== 'input') {
      inside.append(drawBlock(block, () => {}))
      continue
    }
    const field = inputBlock(block, modal, hooks, readers)
    fields.set(str(block.block_id), field)
    inside.append(field)
  }
  const submit = h('button', { type: 'submit', class: 'strong' }, str(loose(modal.submit).text) || 'OK')
  const form = h(
    'form',
    {
      class: 'modal',
      novalidate: true,
      onsubmit: async (event) => {
        event.preventDefault()
        submit.disabled = true
        const values: Record<string, Loose> = {}
        for (const read of readers) read(values)
        const { callback_id, private_metadata } = modal
        const result = await hooks.submit({ view: { callback_id, private_metadata }, values })
        submit.disabled = false
        if (!result) return
        if (result.fieldErrors) showErrors(fields, loose(loose(result.fieldErrors.slack).errors))
        else if (!result.form) dialog.close()
      },
    },
    h(
      'header',
      {},
      h('h2', { id: 'dialog-title' }, str(loose(modal.title).text)),
      h('button', { type: 'button', 'aria-label': hooks.texts.close, onclick: () => dialog.close() }, '✕'),
    ),
    inside,
    h(
      'footer',
      {},
      h(
        'button',
        { type: 'button', onclick: () => dialog.close() },
        str(loose(modal.close).text) || hooks.texts.cancel,
      ),
      submit,
    ),
  )
  dialog.replaceChildren(form)
  if (!dialog.open) dialog.showModal()
  inside.querySelector<HTMLElement>('input, select, textarea')?.focus()
}

function showErrors(fields: Map<string, HTMLElement>, errors: Loose): void {
  for (const [id, field] of fields) {
    field.querySelector('.error')?.remove()
    field.removeAttribute('data-invalid')
    const error = errors[id]
    if (typeof error !== 'string') continue
    field.setAttribute('data-invalid', '')
    field.append(h('span', { class: 'error', role: 'alert' }, error))
  }
  document
    .querySelector<HTMLElement>('[data-invalid] input, [data-invalid] select, [data-invalid] textarea')
    ?.focus()
}

function inputBlock(
  block: Loose,
  modal: Loose,
  hooks: FormHooks,
  readers: ((values: Record<string, Loose>) => void)[],
): HTMLElement {
  const element = loose(block.element)
  const blockId = str(block.block_id)
  const actionId = str(element.action_id)
  const label = str(loose(block.label).text)
  const named = h(
    'span',
    {},
    label,
    block.optional ? h('span', { class: 'optional' }, ` ${hooks.texts.optional}`) : null,
  )
  const hint = block.hint ? h('span', { class: 'hint' }, str(loose(block.hint).text)) : null
  const put = (read: () => Loose) =>
    readers.push((values) => {
      values[blockId] = { [actionId]: { type: element.type, ...read() } }
    })
  const one = (control: HTMLElement) => h('div', { class: 'field' }, h('label', {}, named, control), hint)

  switch (element.type) {
    case 'plain_text_input': {
      const input = element.multiline ? h('textarea') : h('input')
      input.value = str(element.initial_value)
      put(() => ({ value: input.value === '' ? null : input.value }))
      return one(input)
    }
    case 'number_input': {
      const input = h('input', { inputmode: 'decimal' })
      input.value = str(element.initial_value)
      put(() => ({ value: input.value === '' ? null : input.value }))
      return one(input)
    }
    case 'datepicker': {
      const input = h('input', { type: 'date' })
      input.value = str(element.initial_date)
      put(() => ({ selected_date: input.value || null }))
      return one(input)
    }
    case 'timepicker': {
      const input = h('input', { type: 'time' })
      input.value = str(element.initial_time)
      put(() => ({ selected_time: input.value || null }))
      return one(input)
    }
    case 'static_select': {
      const select = h(
        'select',
        {},
        h('option', { value: '' }, str(loose(element.placeholder).text) || hooks.texts.choose),
        ...options(element).map((option) =>
          h('option', { value: str(option.value) }, str(loose(option.text).text)),
        ),
      )
      select.value = str(loose(element.initial_option).value)
      put(() => ({
        selected_option: options(element).find((option) => option.value === select.value) ?? null,
      }))
      return one(select)
    }
    case 'checkboxes':
    case 'multi_static_select': {
      const chosen = new Set(list(element.initial_options).map((option) => option.value))
      const boxes = options(element).map((option) => {
        const box = h('input', { type: 'checkbox', value: str(option.value) })
        box.checked = chosen.has(option.value)
        return { box, option }
      })
      put(() => ({ selected_options: boxes.filter(({ box }) => box.checked).map(({ option }) => option) }))
      return h(
        'fieldset',
        { class: 'field' },
        h('legend', {}, named),
        ...boxes.map(({ box, option }) => h('label', { class: 'choice' }, box, text(option.text))),
        hint,
      )
    }
    case 'external_select':
      return one(personSearch(element, block, modal, hooks, put))
    default:
      return h('p', { class: 'error', role: 'alert' }, `? ${str(element.type)}`)
  }
}

function personSearch(
  element: Loose,
  block: Loose,
  modal: Loose,
  hooks: FormHooks,
  put: (read: () => Loose) => void,
): HTMLElement {
  const found = new Map<string, Loose>()
  const initial = loose(element.initial_option)
  const select = h('select', {})
  const fill = (entries: readonly { label: string; value: string }[]) => {
    found.clear()
    for (const entry of entries)
      found.set(entry.value, { text: { type: 'plain_text', text: entry.label }, value: entry.value })
    const empty = entries.length === 0 ? hooks.texts.nobodyFound : hooks.texts.choose
    select.replaceChildren(
      h('option', { value: '' }, empty),
      ...entries.map((entry) => h('option', { value: entry.value }, entry.label)),
    )
    if (entries.length === 1) select.value = entries[0]?.value ?? ''
  }
  if (initial.value) {
    fill([{ label: str(loose(initial.text).text), value: str(initial.value) }])
    select.value = str(initial.value)
  } else select.append(h('option', { value: '' }, hooks.texts.searchPerson))
  let timer = 0
  const query = h('input', {
    type: 'search',
    placeholder: hooks.texts.searchPerson,
    'aria-label': hooks.texts.searchPerson,
    oninput: () => {
      window.clearTimeout(timer)
      timer = window.setTimeout(async () => {
        const { callback_id, private_metadata } = modal
        const asked = {
          view: { callback_id, private_metadata },
          action_id: element.action_id,
          block_id: block.block_id,
        }
        if (query.value.trim()) fill(await hooks.lookup(asked, query.value))
      }, 250)
    },
  })
  put(() => ({ selected_option: found.get(select.value) ?? null }))
  return h('div', {}, query, select)
}
