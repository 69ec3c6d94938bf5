// One mutation for each law of the simulated world that judges an invariant from what people were answered, from what reached the
// store, and from what really ran.

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts are source, with its placeholders

import { gateMutations } from './of-gates.ts'
import { broken, inWorld } from './of-laws.ts'
import type { Mutation } from './mutation.ts'
import { outsideMutations } from './of-outside.ts'
import { storeMutations } from './of-store.ts'
import { waitMutations } from './of-waits.ts'

const verbs = 'src/drivers/store/verbs'

/** Half a day at three hosts in which nothing much goes wrong. */
const windy = [
  ...['--seed', '2', '--days', '0.5', '--hosts', '3', '--agents', '5', '--tasks', '60'],
  ...['--faults', 'heavy'],
]
/** A day in which people prune. */
const pruned = [
  ...['--seed', '1', '--days', '1', '--hosts', '2', '--agents', '5', '--tasks', '50'],
  ...['--faults', 'heavy'],
]
/** So much to do that the same is wanted twice before it is done. */
const crowded = [
  ...['--seed', '1', '--days', '0.3', '--hosts', '2', '--agents', '5', '--tasks', '220'],
  ...['--faults', 'light'],
]
/** Work that runs longer than it may. */
const apart = ['--swarm', '1', '--seed', '6']
/** Hosts with their supervisors and sentinels, where much goes wrong. */
const watched = ['--swarm', '1', '--seed', '56', '--supervised']
/** Three hosts with short leases, where much goes wrong. */
const hasty = ['--swarm', '1', '--seed', '56']
/** Two hosts with more to do than they can, whose configuration is edited all day. */
const edited = [
  ...['--seed', '3', '--days', '2', '--hosts', '2', '--agents', '5', '--tasks', '80'],
  ...['--faults', 'storm'],
]
/** Agents with accounts, some of whose sessions say back what they were given. */
const trusting = [
  ...['--seed', '1', '--days', '0.5', '--hosts', '2', '--agents', '6', '--tasks', '50'],
  ...['--faults', 'storm', '--accounts'],
]
/** Work of many minutes, looked at often. */
const busy = ['--swarm', '1', '--seed', '80']
/** A day with little to do, each host with its supervisor and its sentinel. */
const idle = [
  ...['--seed', '1', '--days', '0.5', '--hosts', '2', '--agents', '3', '--tasks', '6'],
  ...['--faults', 'light', '--supervised'],
]

export const invariantMutations: readonly Mutation[] = [
  broken(
    'whoever dies often is given up',
    'every host gets its dispatcher back',
    [
      {
        file: 'src/loops/supervise/restart.ts',
        text: 'waitsMs[Math.min(short, waitsMs.length) - 1] ?? 0',
        becomes: 'short < 3 ? (waitsMs[0] ?? 0) : 7_200_000',
      },
    ],
    hasty,
  ),
  broken(
    'a lease is out after half of it',
    'nobody’s living work is called lost',
    [
      {
        file: 'src/loops/dispatch/losses.ts',
        text: 'const spanMs = limits.leaseMs + limits.leaseGraceMs',
        becomes: 'const spanMs = limits.leaseMs / 2',
      },
    ],
    hasty,
  ),
  broken(
    'a duty is taken from whoever has it',
    'what only one host may do, one does',
    [
      {
        file: 'src/model/duty.ts',
        text: 'duty === undefined || duty.host === host || duty.until <= now',
        becomes: 'duty === undefined || duty.host === host || now > 0',
      },
    ],
    windy,
  ),
  broken('whoever waits for himself is let', 'waiting makes no circle', [
    {
      file: `${verbs}/waiting.ts`,
      text: '  if (circle === null) return null\n',
      becomes: '  if (circle === null || circle.length > 0) return null\n',
    },
  ]),
  broken('a check that is broken counts as met', 'a look that could not tell is no answer', [
    {
      file: `${verbs}/waits.ts`,
      text: "  if (look.answer !== 'met') return { ok: true, released: false, state }\n",
      becomes: "  if (look.answer === 'not_yet') return { ok: true, released: false, state }\n",
    },
  ]),
  inWorld(
    waitMutations,
    'a hold that nothing serves is put',
    'nobody waits for what has come, or for what nothing brings',
  ),
  broken('what a want waits for is forgotten', 'a want is taken whole or not at all', [
    {
      file: 'src/lifecycle/intake/enqueue.ts',
      text: '    holds: [...holdsOf(want, now), ...unserved],\n',
      becomes: '    holds: unserved,\n',
    },
  ]),
  inWorld(
    storeMutations,
    'a key does not keep a second task out',
    'one key makes one task',
    crowded,
  ),
  broken('a changed file is never in force', 'the configuration in force is a valid one', [
    {
      file: 'src/loops/config/watch.ts',
      text: '    if (loaded.hash === current.hash) return\n',
      becomes: '    if (loaded.hash.length > 0) return\n',
    },
  ]),
  broken('a second daemon is let in', 'one daemon for each host', [
    {
      file: `${verbs}/hosts.ts`,
      text: '  if (holder?.running && holder.pid !== pid && input.holderAlive(holder))\n',
      becomes:
        '  if (holder?.running && holder.pid !== pid && input.holderAlive(holder) && now < 0)\n',
    },
  ]),
  broken(
    'what is young is pruned',
    'ids only grow, and rows go only by pruning',
    [
      {
        file: `${verbs}/keeping.ts`,
        text: "WHERE t.state = 'settled' AND t.settled_at < ${arg('before')} AND ${unneeded}\n      ORDER BY",
        becomes:
          "WHERE t.state = 'settled' AND t.settled_at < ${arg('before')} + 2588400000 AND ${unneeded}\n      ORDER BY",
      },
    ],
    pruned,
  ),
  broken(
    'who uses its CPU alone is taken for idle',
    'quiet work is not stopped',
    [
      {
        file: 'src/lifecycle/watch/pulse.ts',
        text: "...(share >= workingLoad && { moved: 'cpu' as const })",
        becomes: '',
      },
    ],
    busy,
  ),
  broken(
    'a session has all the time that it wants',
    'a lost database takes no limit from a session',
    [
      {
        file: 'src/lifecycle/watch/follow.ts',
        text: 'stopWish({ ranMs, limitMs, asked: null }) ?? (await take())',
        becomes: 'await take()',
      },
      {
        file: 'src/lifecycle/watch/follow.ts',
        text: 'over ? deps.pollMs : Math.min(deps.pollMs, session.limitMs - ranMs)',
        becomes: 'deps.pollMs',
      },
    ],
    apart,
  ),
  inWorld(
    gateMutations,
    'a changed agent is trusted unproven',
    'what is new is proven before it is trusted',
  ),
  broken(
    'where nothing is ready, no start is missed',
    'what waits is not called broken',
    [
      {
        file: 'src/model/expect.ts',
        text: '    if (startedMs === null || oldestReadyAt === null || !takable) return null\n    if (now - oldestReadyAt < startedMs',
        becomes: '    if (startedMs === null) return null\n    if (now - oldestReadyAt < startedMs',
      },
    ],
    idle,
  ),
  inWorld(
    outsideMutations,
    'a restart is asked for before anybody is told',
    'people are told before a restart is asked for',
    watched,
  ),
  broken(
    'nobody looks whether ready work is served',
    'ready work has somebody who could take it',
    [
      {
        file: 'src/loops/reconcile/rules/ready-is-served.ts',
        text: '    if (lacking === undefined) return []\n',
        becomes: '    if (lacking === undefined || atOnceMax > 0) return []\n',
      },
    ],
    edited,
  ),
  broken(
    'a configuration counts at once',
    'ready work has somebody who could take it',
    [
      {
        file: 'src/daemon-deps.ts',
        text: 'const sureAfterMs = 60_000\n',
        becomes: 'const sureAfterMs = 0\n',
      },
    ],
    edited,
  ),
  broken(
    'an agent that is back is not noticed',
    'ready work has somebody who could take it',
    [
      {
        file: 'src/loops/holds/loop.ts',
        text: 'const served = isDue ? await releaseServed(deps) : 0',
        becomes: 'const served = isDue && nowMs < 0 ? await releaseServed(deps) : 0',
      },
    ],
    edited,
  ),
  broken(
    'what a session says back is kept as it is',
    'no secret is written down',
    [
      {
        file: 'src/lifecycle/watch/discreet.ts',
        text: '  if (hide === null) return { deps,',
        becomes: '  if (hide === null || secrets.length > 0) return { deps,',
      },
    ],
    trusting,
  ),
  broken(
    'what a session says of itself is kept as it is',
    'no secret is written down',
    [
      {
        file: 'src/model/secret.ts',
        text: '  return hideOf(secretsOf(env, named)) ?? ((text) => text)\n',
        becomes: '  return hideOf(secretsOf(env, named).slice(0, 0)) ?? ((text) => text)\n',
      },
    ],
    trusting,
  ),
  broken(
    'a configuration is kept with its values',
    'no secret is written down',
    [
      {
        file: 'src/drivers/config/redact.ts',
        text: "name === 'PATH' || reference.test(value) ? value : mask",
        becomes: "name === 'PATH' || value.length > 0 ? value : mask",
      },
    ],
    trusting,
  ),
]
