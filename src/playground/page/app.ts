// The page: choose who you are, talk, see what arrives, move the date. It draws what the adapters really produced
// and sends clicks back as the platform would.
import type { Language } from '../../kernel/language.ts'
import type { ActResult, ClockEntry, Drawn, Look, MessageEntry, PersonEntry } from '../wire.ts'
import { api } from './api.ts'
import { byId, h } from './dom.ts'
import { drawSlack, openSlackModal } from './slack-view.ts'
import { drawTeams, openTeamsDialog } from './teams-view.ts'
import { texts } from './texts.ts'

let language: Language = localStorage.getItem('language') === 'en' ? 'en' : 'ja'
let look: Look = localStorage.getItem('look') === 'teams' ? 'teams' : 'slack'
let people: readonly PersonEntry[] = []
let zone = 'Asia/Tokyo'
let me: PersonEntry | undefined
let tab: 'chat' | 'home' = 'chat'
let shown: MessageEntry[] = []
let stopStream = () => {}
const unread = new Map<number, number>()
const arrived: MessageEntry[] = []

const messageList = byId('messages', HTMLOListElement)
const arrivalList = byId('arrivals', HTMLOListElement)
const homePanel = byId('home', HTMLDivElement)
const chatPanel = byId('chat', HTMLDivElement)
const words = byId('words', HTMLInputElement)
const dialog = byId('dialog', HTMLDialogElement)
const find = byId('find', HTMLInputElement)
const date = byId('date', HTMLInputElement)
const status = byId('status', HTMLParagraphElement)
const t = () => texts[language]

const time = (iso: string, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(language === 'ja' ? 'ja-JP' : 'en-GB', { timeZone: zone, ...options }).format(
    new Date(iso),
  )
const hour = (iso: string) => time(iso, { hour: '2-digit', minute: '2-digit' })
const day = (iso: string) => time(iso, { month: 'long', day: 'numeric', weekday: 'short' })

let statusTimer = 0
function say(text: string, forMs = 4000) {
  status.textContent = text
  window.clearTimeout(statusTimer)
  statusTimer = window.setTimeout(() => {
    status.textContent = ''
  }, forMs)
}

/** Runs one act of the chosen person; a failure is said, never silent. */
async function act(run: () => Promise<ActResult>): Promise<ActResult | undefined> {
  try {
    const result = await run()
    if (result.form) openForm(result.form)
    if (result.home) drawHome(result.home)
    return result
  } catch (error) {
    say(error instanceof TypeError ? t().offline : t().failed)
    return undefined
  }
}

const clicked = (message: string | undefined) => (element: unknown) => {
  const person = me
  if (!person) return
  void act(() => api.click({ person: person.id, look, ...(message && { message }), element })).then(() => {
    // Home shows the present state: what was clicked there may have changed it.
    if (message === undefined && tab === 'home' && !dialog.open) void showHome()
  })
}

function openForm(form: { slack: unknown; teams: unknown }) {
  const person = me
  if (!person) return
  const source = tab === 'home' ? undefined : lastClicked
  const open = look === 'slack' ? openSlackModal : openTeamsDialog
  open(dialog, look === 'slack' ? form.slack : form.teams, {
    texts: t(),
    lookup: async (element, query) =>
      (await act(() => api.lookup({ person: person.id, look, element, query })))?.options ?? [],
    submit: async (submission) => {
      const result = await act(() =>
        api.submit({ person: person.id, look, ...(source && { message: source }), submission }),
      )
      if (result && !result.fieldErrors && !result.form && tab === 'home') void showHome()
      return result
    },
  })
}

let lastClicked: string | undefined

function draw(drawn: Drawn, onClick: (element: unknown) => void): HTMLElement {
  return look === 'slack' ? drawSlack(drawn.slack, onClick) : drawTeams(drawn.teams, onClick)
}

function messageItem(message: MessageEntry, fresh: boolean): HTMLLIElement {
  const bot = message.from === 'bot'
  const body = h('div', { class: 'body' })
  if (message.letter)
    body.append(
      h('p', {}, '✉ ', message.text ?? ''),
      h('a', { class: 'attached', href: message.letter, target: '_blank', rel: 'noopener' }, t().openLetter),
    )
  else if (message.text) body.append(message.text)
  if (message.drawn)
    body.append(
      draw(message.drawn, (element) => {
        lastClicked = message.id
        clicked(message.id)(element)
      }),
    )
  if (message.file)
    body.append(
      h('p', {}, message.file.comment),
      h(
        'a',
        { class: 'attached', href: message.file.url, download: message.file.name },
        '📄 ',
        message.file.name,
      ),
    )
  return h(
    'li',
    { class: `message ${message.from}${fresh ? ' fresh' : ''}`, 'data-id': message.id, tabindex: -1 },
    h('span', { class: 'face', 'aria-hidden': 'true' }, bot ? 'は' : (me?.name ?? '').slice(0, 1)),
    h(
      'p',
      { class: 'by' },
      bot ? t().bot : (me?.name ?? ''),
      bot && h('span', { class: 'app' }, t().app),
      h('time', { datetime: message.at }, hour(message.at)),
    ),
    body,
  )
}

function drawMessages(freshId?: string) {
  const items: HTMLElement[] = []
  let last = ''
  for (const message of shown) {
    const on = day(message.at)
    if (on !== last) items.push(h('li', { class: 'day' }, on))
    last = on
    items.push(messageItem(message, message.id === freshId))
  }
  if (items.length === 0) items.push(h('li', { class: 'empty' }, t().noMessages))
  const held = messageList.contains(document.activeElement)
  messageList.replaceChildren(...items)
  messageList.scrollTop = messageList.scrollHeight
  // Whoever pressed a button by keyboard goes on from what it brought.
  if (held) focusMessage(freshId)
}

function focusMessage(id?: string) {
  const items = [...messageList.querySelectorAll<HTMLElement>('li.message')]
  const item = items.find((one) => one.dataset.id === id) ?? items.at(-1)
  item?.focus({ preventScroll: true })
}

function drawHome(home: Drawn) {
  homePanel.replaceChildren(draw(home, clicked(undefined)))
}

async function showHome() {
  const person = me
  if (person) await act(() => api.home(person.id, look))
}

function drawPeople() {
  const wanted = find.value.normalize('NFKC').trim().toLowerCase()
  const groups = new Map<string, PersonEntry[]>()
  for (const person of people) {
    const hay =
      `${person.name} ${person.kana} ${person.section} ${person.title} ${person.number}`.toLowerCase()
    if (wanted && !hay.includes(wanted) && !hay.replaceAll(' ', '').includes(wanted.replaceAll(' ', '')))
      continue
    groups.set(person.section, [...(groups.get(person.section) ?? []), person])
  }
  byId('people', HTMLDivElement).replaceChildren(
    ...[...groups].flatMap(([section, members]) => [
      h('h3', {}, section),
      ...members.map((person) => {
        const count = unread.get(person.id) ?? 0
        return h(
          'button',
          {
            type: 'button',
            'data-person': person.number,
            'aria-current': person.id === me?.id ? 'true' : undefined,
            onclick: () => void become(person),
          },
          h('span', {}, person.name, ' ', h('span', { class: 'title' }, person.title)),
          ...person.roles.map((role) => h('span', { class: `role ${role}` }, t()[role])),
          !person.account && !person.guest && h('span', { class: 'role none' }, t().noAccount),
          count > 0 && h('span', { class: 'unread' }, String(count)),
        )
      }),
    ]),
  )
}

function drawArrivals() {
  const items: HTMLElement[] = []
  let last = ''
  for (const message of arrived.slice(-150).reverse()) {
    const on = day(message.at)
    if (on !== last) items.push(h('li', { class: 'between' }, on))
    last = on
    const person = people.find((entry) => entry.id === message.personId)
    if (!person) continue
    items.push(
      h(
        'li',
        {},
        h(
          'button',
          { type: 'button', onclick: () => void become(person) },
          h(
            'span',
            { class: 'to' },
            `${person.name}（${person.title}）`,
            h('time', { datetime: message.at }, hour(message.at)),
          ),
          h('span', { class: 'line' }, message.drawn?.summary ?? message.text ?? ''),
        ),
      ),
    )
  }
  arrivalList.replaceChildren(...(items.length ? items : [h('li', { class: 'empty' }, t().noArrivals)]))
}

function showWho(person: PersonEntry) {
  me = person
  byId('who', HTMLHeadingElement).textContent = person.name
  byId('post', HTMLSpanElement).textContent = `${person.section}　${person.title}`
  const account = byId('account', HTMLButtonElement)
  account.textContent = person.account ? t().takeAccount : t().giveAccount
  account.hidden = person.guest === true
  byId('without', HTMLParagraphElement).textContent = person.guest ? t().byLetter : t().withoutAccount
  // Who has no chat has nothing here to write into.
  document.body.dataset.account = person.account ? 'yes' : 'none'
  drawQuick()
}

async function become(person: PersonEntry) {
  showWho(person)
  localStorage.setItem('person', person.number)
  unread.delete(person.id)
  shown = await api.messages(person.id).catch(() => [])
  if (me?.id !== person.id) return
  drawMessages()
  drawPeople()
  if (tab === 'home') await showHome()
}

function drawQuick() {
  const conductor = me?.roles.includes('conductor')
  const clerk = me?.roles.includes('clerk')
  const officer = me?.roles.includes('hr')
  const phrases =
    language === 'ja'
      ? [
          '面談',
          ...(conductor ? ['面談 部下'] : []),
          ...(clerk ? ['庶務'] : []),
          ...(officer ? ['面談 全庁', '面談 設定', '送信予定', '気がかり', '休止'] : []),
          '研修',
          ...(officer ? ['研修計画', 'お知らせ'] : []),
          'ヘルプ',
        ]
      : [
          'interview',
          ...(conductor ? ['interview team'] : []),
          ...(clerk ? ['clerk'] : []),
          ...(officer ? ['interview all', 'interview setup', 'outlook', 'to look at', 'pause'] : []),
          'training',
          ...(officer ? ['training plan', 'announcements'] : []),
          'help',
        ]
  byId('quick', HTMLDivElement).replaceChildren(
    ...phrases.map((phrase) => h('button', { type: 'button', onclick: () => void talk(phrase) }, phrase)),
  )
}

async function talk(text: string) {
  const person = me
  if (!person) return
  if (tab === 'home') choose('chat')
  await act(() => api.say({ person: person.id, look, text }))
}

function choose(next: 'chat' | 'home') {
  tab = next
  for (const name of ['chat', 'home'] as const)
    byId(`tab-${name}`, HTMLButtonElement).setAttribute('aria-selected', String(name === tab))
  chatPanel.hidden = tab !== 'chat'
  homePanel.hidden = tab !== 'home'
  if (tab === 'home') void showHome()
  else messageList.scrollTop = messageList.scrollHeight
}

function drawClock(clock: ClockEntry) {
  const now = byId('now', HTMLElement as unknown as new () => HTMLTimeElement)
  now.textContent = clock.shown
  now.dateTime = clock.now
  byId('closed', HTMLSpanElement).textContent = clock.closed
  date.value = clock.date
}

function receive(message: MessageEntry) {
  if (message.personId === me?.id) {
    const at = shown.findIndex((entry) => entry.id === message.id)
    if (at >= 0) shown[at] = message
    else shown.push(message)
    drawMessages(message.id)
  }
  const known = arrived.findIndex((entry) => entry.id === message.id)
  if (known >= 0) arrived[known] = message
  else if (message.arrived) {
    arrived.push(message)
    if (message.personId !== me?.id) unread.set(message.personId, (unread.get(message.personId) ?? 0) + 1)
    drawPeople()
  }
  drawArrivals()
}

async function move(to: Parameters<typeof api.time>[0]['to']) {
  const buttons = [...byId('clock', HTMLFormElement).querySelectorAll('button')]
  for (const button of buttons) button.disabled = true
  say(t().moving, 60_000)
  try {
    const { arrived: count } = await api.time({ to })
    say(t().moved(count))
    if (tab === 'home') await showHome()
  } catch {
    say(t().failed)
  } finally {
    for (const button of buttons) button.disabled = false
  }
}

function drawTexts() {
  document.documentElement.lang = language
  for (const element of document.querySelectorAll<HTMLElement>('[data-text]')) {
    const text = t()[element.dataset.text as 'send']
    if (typeof text === 'string') element.textContent = text
  }
  byId('language', HTMLButtonElement).textContent = t().language
  byId('language', HTMLButtonElement).lang = language === 'ja' ? 'en' : 'ja'
  find.placeholder = t().findPerson
  words.placeholder = t().sayLabel
}

function drawLook() {
  document.body.dataset.look = look
  const radio = document.querySelector<HTMLInputElement>(`input[name=look][value=${look}]`)
  if (radio) radio.checked = true
}

/** People come, move and get new duties while the page is open. */
async function refreshPeople() {
  const state = await api.state(language).catch(() => undefined)
  if (!state) return
  people = state.people
  const now = people.find((person) => person.id === me?.id)
  if (now) showWho(now)
  drawPeople()
  drawArrivals()
}

async function load() {
  drawTexts()
  drawLook()
  stopStream()
  const state = await api.state(language)
  people = state.people
  zone = state.zone
  drawClock(state.clock)
  arrived.splice(0, arrived.length, ...state.messages.filter((message) => message.arrived))
  drawArrivals()
  const number = localStorage.getItem('person')
  const start =
    people.find((person) => person.number === number) ??
    people.find((person) => person.roles.includes('conductor')) ??
    people[0]
  if (start) await become(start)
  stopStream = api.stream(language, (event) => {
    switch (event.type) {
      case 'message':
        receive(event.message)
        break
      case 'clock':
        drawClock(event.clock)
        void refreshPeople()
        break
      case 'people':
        void refreshPeople()
        break
      default:
        event satisfies never
    }
  })
}

byId('say', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault()
  const text = words.value
  words.value = ''
  void talk(text)
})
byId('file', HTMLInputElement).addEventListener('change', (event) => {
  const input = event.target as HTMLInputElement
  const file = input.files?.[0]
  const person = me
  if (file && person) void act(() => api.file(person.id, look, file))
  input.value = ''
})
byId('clock', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault()
  if (date.value) void move({ date: date.value })
})
for (const button of document.querySelectorAll<HTMLButtonElement>('[data-time]'))
  button.addEventListener('click', () => void move(button.dataset.time as 'hour' | 'morning' | 'week'))
byId('account', HTMLButtonElement).addEventListener('click', () => {
  const person = me
  if (person) void act(() => api.account({ person: person.id, has: !person.account }))
})
for (const radio of document.querySelectorAll<HTMLInputElement>('input[name=look]'))
  radio.addEventListener('change', () => {
    look = radio.value === 'teams' ? 'teams' : 'slack'
    localStorage.setItem('look', look)
    drawLook()
    drawMessages()
    if (tab === 'home') void showHome()
  })
byId('language', HTMLButtonElement).addEventListener('click', () => {
  language = language === 'ja' ? 'en' : 'ja'
  localStorage.setItem('language', language)
  void load()
})
dialog.addEventListener('close', () => {
  // The button that opened it may have been drawn anew meanwhile.
  if (document.activeElement === document.body && tab === 'chat') focusMessage(lastClicked)
})
find.addEventListener('input', drawPeople)
for (const name of ['chat', 'home'] as const) {
  const button = byId(`tab-${name}`, HTMLButtonElement)
  button.addEventListener('click', () => choose(name))
  button.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') choose(tab === 'chat' ? 'home' : 'chat')
  })
}

load().catch(() => say(t().offline, 60_000))
