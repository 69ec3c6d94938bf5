// The simulated mail server and the channel to it: what really lies in the mailbox, by key. It refuses, loses the line
// before or after a letter arrived, and is away for a while; senders die at any passage. The checker counts.

import type { Clock } from '../src/base/clock.ts'
import { type Channel, type Letter, nothing, unknown } from '../src/drivers/channels/contract.ts'
import type { Holders } from '../src/drivers/effects/contract.ts'
import type { Message } from '../src/drivers/notifiers/contract.ts'
import type { Outside } from '../src/outside.ts'
import type { Chance } from './chance.ts'
import type { Machine } from './machine.ts'
import { type Life, mortal } from './mortal.ts'
import { simulatedNotifier } from './notifier.ts'
import { partOf } from './part.ts'
import type { Process } from './processes.ts'
import { takeReport } from './reporting.ts'
import type { World } from './world.ts'

/** How often each key arrived. */
export const mailboxOf = partOf<World, Map<string, number>>(() => new Map())

const lineBreaks = 0.08
const refuses = 0.05

/** The outside as one daemon sees it. */
export function simulatedOutside(
  world: World,
  machine: Machine,
  life: Life,
  process: Process,
  clock: Clock,
): Outside {
  const open = (name: string): Channel => {
    const chance = world.chance.split(`${name} ${machine.name} ${process.pid} ${world.time.nowMs}`)
    return channelOf(name, world, machine, life, clock, chance)
  }
  const [post, desk] = [open('post'), open('desk')]
  return {
    holders: holdersOf(machine, process),
    channel: (_config, name) => [post, desk].find((one) => one.name === name) ?? null,
    ways: ({ report }) => [
      { channel: post, severity: 'notice' },
      ...(report == null ? [] : [{ channel: desk, severity: 'urgent' as const }]),
    ],
  }
}

function channelOf(
  name: string,
  world: World,
  machine: Machine,
  life: Life,
  clock: Clock,
  chance: Chance,
): Channel {
  const isAway = () => world.services.deafPeople || machine.ails.networkDown
  const people = simulatedNotifier(world, machine, life)
  const server = mortal(
    {
      async deliver(letter: Letter) {
        const { key, data } = letter
        const { report } = data
        if (name === 'desk' && report === undefined)
          return nothing('it takes reports alone', 'soon')
        if (isAway() || chance.happens(refuses)) return nothing('the server is away', 'soon')
        if (chance.happens(lineBreaks)) return unknown('the line broke before it was taken')
        const mailbox = mailboxOf(world)
        mailbox.set(key, (mailbox.get(key) ?? 0) + 1)
        if (typeof report === 'string')
          takeReport(world, life, {
            ...{ due: Date.parse(report), channel: name, date: clock.now(), host: machine.name },
          })
        else await people.tell(messageIn(letter), never)
        await clock.sleep(chance.whole(50, 5_000))
        if (chance.happens(lineBreaks)) return unknown('the line broke after it was taken')
        return { did: 'performed' as const, receipt: '250', output: '' }
      },
      async ask({ key }: { key: string }) {
        if (isAway()) return { found: 'unknown' as const, why: 'the server is away' }
        return mailboxOf(world).has(key)
          ? { found: 'yes' as const, receipt: key }
          : { found: 'no' as const }
      },
    },
    life,
  )
  return {
    name,
    kind: 'mail',
    deliver: (letter) => server.deliver(letter),
    asking: { settleMs: 5_000, ask: (letter) => server.ask(letter) },
  }
}

const never = new AbortController().signal

/** What the people read. */
function messageIn({ data, text, subject }: Letter): Message {
  const said = (name: string) => String(data[name] ?? '')
  return {
    fleet: said('fleet'),
    what: said('incidentWhat') === 'resolved' ? 'resolved' : 'opened',
    key: said('incident'),
    title: subject,
    text,
    needsPerson: said('incidentNeedsPerson') === '1',
    openedAt: Date.parse(said('incidentOpenedAt')),
    resolvedAt: null,
  }
}

/** Who holds effects on this machine, seen from one process of it. */
export function holdersOf(machine: Machine, { pid, startTicks }: Process): Holders {
  const me = () => {
    const { name: host, bootId } = machine
    return { host, bootId, pidSpace: 'pid:[1]', pid, startTicks }
  }
  return {
    me,
    caller: me,
    standing(holder) {
      if (holder.host !== machine.name) return 'elsewhere'
      if (holder.bootId !== machine.bootId) return 'gone'
      return machine.processes.lives(holder.pid, holder.startTicks) ? 'lives' : 'gone'
    },
    performing: () => [], // a letter is sent by its daemon alone
    end: async () => [],
  }
}
