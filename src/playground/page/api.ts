import type {
  AccountRequest,
  ActResult,
  ClickRequest,
  LookupRequest,
  MessageEntry,
  SayRequest,
  State,
  StreamEvent,
  SubmitRequest,
  TimeRequest,
} from '../wire.ts'

async function call<Result>(path: string, init?: RequestInit): Promise<Result> {
  const response = await fetch(`/playground/${path}`, init)
  if (!response.ok) throw new Error(`${path}: ${response.status}`)
  return (await response.json()) as Result
}

/** The page's language is that of the pretended client: who has chosen none is answered in it. */
const spoken = () => `language=${document.documentElement.lang}`

const post = <Result>(path: string, body: unknown) =>
  call<Result>(`${path}?${spoken()}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

export const api = {
  state: (language: string) => call<State>(`state?language=${language}`),
  messages: (person: number) => call<MessageEntry[]>(`messages?person=${person}`),
  say: (request: SayRequest) => post<ActResult>('say', request),
  click: (request: ClickRequest) => post<ActResult>('click', request),
  submit: (request: SubmitRequest) => post<ActResult>('submit', request),
  lookup: (request: LookupRequest) => post<ActResult>('lookup', request),
  home: (person: number, look: string) => post<ActResult>('home', { person, look }),
  account: (request: AccountRequest) => post<ActResult>('account', request),
  time: (request: TimeRequest) => post<{ arrived: number }>('time', request),
  file: (person: number, look: string, file: File) =>
    call<ActResult>(`file?person=${person}&look=${look}&name=${encodeURIComponent(file.name)}&${spoken()}`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: file,
    }),
  /** Messages and clock changes as they happen; the browser reconnects by itself. */
  stream: (language: string, onEvent: (event: StreamEvent) => void): (() => void) => {
    const source = new EventSource(`/playground/stream?language=${language}`)
    source.onmessage = (event) => onEvent(JSON.parse(event.data) as StreamEvent)
    return () => source.close()
  },
}
