// Channels `slack` and `ntfy`: hooks that people read. ntfy keeps what it sent for some hours and can be asked for it;
// a Slack-shaped hook cannot be asked.

import { hashOf } from '../../base/ids.ts'
import type { NtfyChannel, SlackChannel } from '../../model/channels.ts'
import type { Channel, Found, Letter } from './contract.ts'
import { postOnce } from './http.ts'

/** Slack cuts longer texts. */
const slackTextMax = 3_500

export const slackChannel = ({ name, url }: SlackChannel): Channel => ({
  name,
  kind: 'slack',
  deliver: ({ subject, text }, signal) => {
    const body = JSON.stringify({
      text: `*${escaped(subject)}*\n${escaped(text)}`.slice(0, slackTextMax),
    })
    return postOnce({ url, headers: {}, body }, signal)
  },
  asking: null,
})

/** https://api.slack.com/reference/surfaces/formatting#escaping */
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const ntfyTextMax = 3_500
const settleMs = 2_000
const timeoutMs = 30_000
/** What the server keeps by default. */
const since = '12h'

export function ntfyChannel(config: NtfyChannel, fleetId: string): Channel {
  const { name, url, topic, token } = config
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` }
  const tagOf = (letter: Letter) => `mw-${hashOf(`${fleetId}\n${letter.key}`).slice(0, 16)}`
  return {
    name,
    kind: 'ntfy',
    deliver(letter, signal) {
      const { subject, text, urgent } = letter
      const body = JSON.stringify({
        topic,
        title: subject.slice(0, 250),
        message: text.slice(0, ntfyTextMax),
        priority: urgent ? 5 : 3,
        tags: ['midwatch', tagOf(letter)],
      })
      return postOnce({ url, headers, body }, signal)
    },
    asking: {
      settleMs,
      ask: (letter, signal) =>
        look(
          `${url}/${encodeURIComponent(topic)}/json?poll=1&since=${since}`,
          headers,
          tagOf(letter),
          signal,
        ),
    },
  }
}

/** A topic that shows nothing of ours may keep nothing at all: then its silence proves nothing. */
async function look(
  url: string,
  headers: Readonly<Record<string, string>>,
  tag: string,
  signal: AbortSignal,
): Promise<Found> {
  try {
    const answer = await fetch(url, {
      headers,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    })
    const said = await answer.text()
    if (!answer.ok) return { found: 'unknown', why: `HTTP ${answer.status}` }
    if (said.includes(`"${tag}"`)) return { found: 'yes', receipt: tag }
    if (said.includes('"midwatch"')) return { found: 'no' }
    return {
      found: 'unknown',
      why: 'the topic shows no message of ours, so that not to find one proves nothing',
    }
  } catch (error) {
    return { found: 'unknown', why: (error as Error).message }
  }
}
