import type { ja } from './talk-texts.ja.ts'

export const en: typeof ja = {
  opened: 'Your conversation is ready. Enter it by the button below.',
  enter: 'Enter the conversation',
  chats:
    'Not all of you use the same chat, so there cannot be one conversation. This is how to reach each other.',
  platform: 'In this chat a group conversation cannot be opened from here. This is how to reach each other.',
  permission:
    'Hagukumi may not open group conversations yet (for the administrator: mpim:write in Slack). This is how to reach each other.',
  account:
    "Somebody's account is no longer in use, so the conversation could not be opened. This is how to reach each other.",
  later: 'Slack could not be reached just now. Please try again a little later.',
  chat: 'Open the chat',
  inside: 'please ring them',
  unread: 'Hagukumi does not read this conversation.',
}
