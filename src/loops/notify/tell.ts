// Tells one message to people: the first way that succeeds is enough, each way at most once, by the ledger. A way of which
// nobody can say whether it went through is used a second time only when no other is left, and the message says so.

import { isoTime } from '../../base/when.ts'
import { ownKeyPrefix } from '../../model/effect.ts'
import type { Letter } from '../../drivers/channels/contract.ts'
import type { Message } from '../../drivers/notifiers/contract.ts'
import type { EffectDeps } from '../../lifecycle/effects/deps.ts'
import { send } from '../../lifecycle/effects/send.ts'
import { type Way, type Went, wentHow } from './route.ts'

/** How the telling of a message went. */
export type Told =
  | { readonly told: 'yes'; readonly by: string }
  | { readonly told: 'later'; readonly after: number }
  | { readonly told: 'no'; readonly notifier: string; readonly why: string }

/** How long an answer to a doubt is waited for before the next way is tried. */
const waitMs = 5_000

/** `incidentId` is the identity of what is told of: the same opening or end is one message, however often it is tried. */
export async function tellPeople(
  deps: EffectDeps,
  incidentId: number,
  message: Message,
  ways: readonly Way[],
  signal: AbortSignal,
): Promise<Told> {
  let wrong: { notifier: string; why: string } | null = null
  const lost: Way[] = []
  for (const way of ways) {
    const went = await tellBy(deps, way, incidentId, message, '', signal)
    if (went.went === 'through') return { told: 'yes', by: way.channel.name }
    if (went.went === 'wait') return { told: 'later', after: went.until }
    wrong ??= { notifier: way.channel.name, why: went.why }
    if (went.lost) lost.push(way)
  }
  const [last] = lost
  if (last !== undefined) {
    const went = await tellBy(deps, last, incidentId, message, 'again', signal)
    if (went.went === 'through') return { told: 'yes', by: `${last.channel.name}, perhaps twice` }
    if (went.went === 'wait') return { told: 'later', after: went.until }
  }
  return wrong === null ? { told: 'yes', by: 'nobody' } : { told: 'no', ...wrong }
}

async function tellBy(
  deps: EffectDeps,
  { channel }: Way,
  incidentId: number,
  message: Message,
  again: '' | 'again',
  signal: AbortSignal,
): Promise<Went> {
  const identity = { incident: incidentId, what: message.what, channel: channel.name, again }
  const key = [`${ownKeyPrefix}incident`, incidentId, message.what, channel.name, again]
    .filter((part) => part !== '')
    .join(':')
  const ended = await send(
    deps,
    channel,
    {
      letter: letterOf(key, message, again),
      identity,
      holder: { attemptId: null, process: deps.holders.me() },
      by: 'notify',
      noTwinMs: null,
      limits: { waitMs, tries: 1 },
    },
    signal,
  )
  return wentHow(ended, deps.clock.now())
}

function letterOf(key: string, message: Message, again: '' | 'again'): Letter {
  const { fleet, what, title, text, needsPerson, openedAt } = message
  const hint =
    again === '' ? '' : '(Perhaps for the second time: nobody knows whether the first arrived.)\n'
  return {
    key,
    subject: `[${fleet}] ${what === 'resolved' ? 'over: ' : ''}${title}`,
    text: hint + text,
    to: [],
    urgent: needsPerson && what === 'opened',
    data: {
      fleet,
      incident: message.key,
      incidentWhat: what,
      incidentTitle: title,
      incidentNeedsPerson: needsPerson ? '1' : '0',
      incidentOpenedAt: isoTime(openedAt),
    },
  }
}
