import type { ja } from './texts.ja.ts'

export const en: typeof ja = {
  summary: 'An interview needs another day',
  opening: (reasons) =>
    `Because of the pause${reasons === '' ? '' : ` (${reasons})`} these interviews do not take place as planned. They get another day.`,
  row: (interview, when) => `${interview}, ${when}`,
  detail: (name, deadline) => `With ${name}, due ${deadline}`,
  more: (count) => `and ${count} more`,
  own: 'You will hear when new times are offered. There is nothing to do now.',
  ownSlots: 'You can pick another of the times on offer. It takes a minute.',
  theirs: 'Once you offer times, they can pick one.',
  theirsSlots: 'They can pick another of your times on offer. There is nothing to do now.',
  pick: 'Pick another time',
  open: 'Open the interview',
  offer: 'Offer times',
  resting: (count) =>
    `${count} booked ${count === 1 ? 'interview is' : 'interviews are'} put off: both sides get one message and settle another time.`,
}
