// Draws the Adaptive Cards that the Teams adapter produced with Microsoft's own renderer, and hands back its actions.
import type * as Adaptive from 'adaptivecards'
import { type Bar, drawBars } from './chart.ts'
import { h } from './dom.ts'
import type { FormHooks } from './slack-view.ts'

declare global {
  interface Window {
    readonly AdaptiveCards: typeof Adaptive
  }
}

type Loose = Record<string, unknown>
const loose = (value: unknown): Loose => (typeof value === 'object' && value !== null ? (value as Loose) : {})

/** The card inside an activity, or the card itself. */
function cardOf(value: unknown): Loose {
  const message = loose(value)
  const attachments = Array.isArray(message.attachments) ? message.attachments : []
  return attachments.length > 0 ? loose(loose(attachments[0]).content) : message
}

let registered = false
/** The renderer does not know Teams' charts: they are drawn from the same data. */
function register(): void {
  if (registered) return
  registered = true
  const { AdaptiveCards } = window
  for (const type of ['Chart.VerticalBar', 'Chart.HorizontalBar', 'Chart.Donut', 'Chart.Pie']) {
    class ChartElement extends AdaptiveCards.CardElement {
      private source: Loose = {}
      getJsonTypeName(): string {
        return type
      }
      override parse(source: unknown, context: Adaptive.SerializationContext): void {
        super.parse(source, context)
        this.source = loose(source)
      }
      protected internalRender(): HTMLElement {
        const data = (Array.isArray(this.source.data) ? this.source.data : []).map(loose)
        const bars: Bar[] = data.map((point) => ({
          label: String(point.legend ?? point.x ?? ''),
          value: Number(point.value ?? point.y ?? 0),
          tone: tones[String(point.color)],
        }))
        return drawBars(String(this.source.title ?? ''), bars)
      }
    }
    AdaptiveCards.GlobalRegistry.elements.register(type, ChartElement)
  }
}

const tones: Record<string, string> = { good: 'good', warning: 'waiting', attention: 'late' }

const host = () =>
  new window.AdaptiveCards.HostConfig({
    fontFamily: 'inherit',
    supportsInteractivity: true,
    spacing: { small: 4, default: 8, medium: 12, large: 16, extraLarge: 24, padding: 14 },
    actions: {
      maxActions: 6,
      actionsOrientation: 'horizontal',
      actionAlignment: 'left',
      buttonSpacing: 8,
      showCard: { actionMode: 'inline' },
    },
    // The renderer's own amber cannot be read on white.
    containerStyles: {
      default: { foregroundColors: { warning: { default: '#8a5a00', subtle: '#8a5a00' } } },
    },
    fontSizes: { small: 12, default: 14, medium: 16, large: 18, extraLarge: 22 },
    inputs: {
      label: {
        inputSpacing: 'small',
        requiredInputs: { weight: 'Bolder', suffix: ' *' },
        optionalInputs: { weight: 'Bolder' },
      },
    },
  })

function parse(card: Loose): Adaptive.AdaptiveCard {
  register()
  const drawn = new window.AdaptiveCards.AdaptiveCard()
  drawn.hostConfig = host()
  drawn.parse(card)
  return drawn
}

function show(
  drawn: Adaptive.AdaptiveCard,
  onAction: (element: unknown, inputs: Loose) => void,
): HTMLElement {
  drawn.onExecuteAction = (action) => {
    const { AdaptiveCards } = window
    if (action instanceof AdaptiveCards.OpenUrlAction) {
      window.open(action.url, '_blank', 'noreferrer')
      return
    }
    if (action instanceof AdaptiveCards.ExecuteAction || action instanceof AdaptiveCards.SubmitAction) {
      const kind = action instanceof AdaptiveCards.ExecuteAction ? 'execute' : 'submit'
      const data = loose(action.data)
      onAction(
        { kind, ...(kind === 'execute' && { verb: (action as Adaptive.ExecuteAction).verb }), data },
        data,
      )
    }
  }
  // Text only, as Teams' small markdown subset in our cards is links and bold.
  window.AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = markdown(text)
    result.didProcess = true
  }
  const element = drawn.render()
  if (element) bringIntoSight(element)
  return h('div', { class: 'teams' }, element ?? null)
}

/** A question that a button unfolds is seen, also where the button stood at the lower edge. */
function bringIntoSight(card: HTMLElement) {
  const visible = () => [...card.querySelectorAll('button')].filter((each) => each.offsetParent)
  card.addEventListener(
    'click',
    () => {
      const before = new Set(visible())
      setTimeout(() =>
        visible()
          .find((each) => !before.has(each))
          ?.scrollIntoView({ block: 'nearest' }),
      )
    },
    { capture: true },
  )
}

const escapeHtml = (text: string) =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? c)

/** Bold, links and backslash escapes; everything else is text. */
function markdown(source: string): string {
  const text = source
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&')
    .replace(/<\/?at>/g, '')
  const pattern =
    /\\([\\`*_{}[\]()#+\-.!|~<>&])|\*\*((?:\\.|[^*\\])+)\*\*|\[((?:\\.|[^\]\\])*)\]\((https?:[^)\s]+)\)|\r?\n/g
  const plain = (piece: string) => escapeHtml(piece.replace(/\\(.)/g, '$1'))
  let html = ''
  let last = 0
  for (const match of text.matchAll(pattern)) {
    html += escapeHtml(text.slice(last, match.index))
    if (match[1] !== undefined) html += escapeHtml(match[1])
    else if (match[2] !== undefined) html += `<strong>${plain(match[2])}</strong>`
    else if (match[4] !== undefined)
      html += `<a href="${escapeHtml(match[4])}" rel="noreferrer">${plain(match[3] ?? '')}</a>`
    else html += '<br>'
    last = match.index + match[0].length
  }
  return html + escapeHtml(text.slice(last))
}

export function drawTeams(message: unknown, onClick: (element: unknown) => void): HTMLElement {
  return show(parse(cardOf(message)), (element) => onClick(element))
}

/** Opens a Teams dialog (task module) in the page's dialog; redrawn with errors and input kept where fields have them. */
export function openTeamsDialog(dialog: HTMLDialogElement, task: unknown, hooks: FormHooks): void {
  const { title, content } = dialogOf(task)
  const inside = h('div', { class: 'inside' })
  const draw = (card: Loose) => {
    const drawn = parse(card)
    const element = show(drawn, async (_, data) => {
      const result = await hooks.submit(data)
      if (!result) return
      if (result.fieldErrors) {
        const again = dialogOf(result.fieldErrors.teams).content
        toMend(draw(again), again)
      } else if (!result.form) dialog.close()
    })
    inside.replaceChildren(element)
    for (const input of drawn.getAllInputs()) addSearch(input, card, drawn, hooks, draw)
    return drawn
  }
  dialog.replaceChildren(
    h(
      'div',
      { class: 'modal' },
      h(
        'header',
        {},
        h('h2', { id: 'dialog-title' }, title),
        h('button', { type: 'button', 'aria-label': hooks.texts.close, onclick: () => dialog.close() }, '✕'),
      ),
      inside,
    ),
  )
  draw(content)
  if (!dialog.open) dialog.showModal()
  inside.querySelector<HTMLElement>('input, select, textarea')?.focus()
}

/** Leads to the first input that is followed by what to mend. */
function toMend(drawn: Adaptive.AdaptiveCard, card: Loose): void {
  const body = Array.isArray(card.body) ? card.body.map(loose) : []
  const warns = ({ color, inlines }: Loose): boolean =>
    color === 'Warning' || (Array.isArray(inlines) && inlines.map(loose).some(warns))
  const at = body.findIndex(warns)
  const id = body
    .slice(0, Math.max(at, 0))
    .findLast((element) => String(element.type).startsWith('Input.'))?.id
  const input = drawn.getAllInputs().find((one) => one.id === id)
  input?.renderedElement?.scrollIntoView({ block: 'center' })
  input?.focus()
}

/** The task module's title and card, wherever its response holds them. */
function dialogOf(task: unknown): { title: string; content: Loose } {
  const info = loose(loose(loose(task).task).value ?? task)
  const card = loose(info.card)
  const content = Object.keys(card).length > 0 ? loose(card.content ?? card) : cardOf(task)
  return { title: String(info.title ?? ''), content }
}

/**
 * Teams searches while one types into a choice set with a query; the open-source renderer does not, so a search box
 * stands above it, and the card is drawn anew with what was found and all other input kept.
 */
function addSearch(
  input: Adaptive.Input,
  card: Loose,
  drawn: Adaptive.AdaptiveCard,
  hooks: FormHooks,
  redraw: (card: Loose) => void,
): void {
  const source = inputsOf(card.body).find((one) => one.id === input.id)
  const dataset = loose(source?.['choices.data']).dataset
  if (!source || !dataset) return
  let timer = 0
  const query = h('input', {
    type: 'search',
    class: 'ac-input',
    'data-search': String(source.id),
    placeholder: hooks.texts.searchPerson,
    'aria-label': hooks.texts.searchPerson,
    oninput: () => {
      window.clearTimeout(timer)
      timer = window.setTimeout(async () => {
        const typed = query.value
        if (!typed.trim()) return
        const found = await hooks.lookup({ dataset, data: card }, typed)
        for (const other of drawn.getAllInputs()) {
          const kept = inputsOf(card.body).find((one) => one.id === other.id)
          if (kept && other.value !== undefined) kept.value = other.value
        }
        source.choices = found.map((entry) => ({ title: entry.label, value: entry.value }))
        source.value = found.length === 1 ? found[0]?.value : undefined
        redraw(card)
        const again = document.querySelector<HTMLInputElement>(`[data-search="${String(source.id)}"]`)
        if (again) {
          again.value = typed
          again.focus()
        }
      }, 300)
    },
  })
  input.renderedElement?.before(query)
}

/** Every input of a card's body, also inside containers and columns. */
function inputsOf(body: unknown): Loose[] {
  return (Array.isArray(body) ? body : []).flatMap((value) => {
    const element = loose(value)
    return [element, ...inputsOf(element.items), ...inputsOf(element.columns)]
  })
}
