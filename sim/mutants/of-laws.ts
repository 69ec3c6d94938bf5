// One mutation for each law of the simulated world that none of the others breaks there: a law that nothing has ever broken might
// judge nothing. Some are guards whose tests catch them as well.

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts are source, with its placeholders

import { present } from '../../src/base/assert.ts'
import type { Edit, Mutation } from './mutation.ts'
import { effectMutations } from './of-effects.ts'
import { roomMutations } from './of-rooms.ts'
import { storeMutations } from './of-store.ts'
import { townMutations } from './of-town.ts'

/** A world of half a day in which much goes wrong. */
export const stormy = [
  ...['--seed', '1', '--days', '0.4', '--hosts', '3', '--agents', '5', '--tasks', '50'],
  ...['--faults', 'storm'],
]
/** A world with a calm window. */
const windowed = ['--seed', '5', '--days', '1', '--hosts', '1', '--agents', '6', '--tasks', '160']

/** A world that lasts for some days. */
const lasting = ['--seed', '1', '--days', '3', '--hosts', '2', '--agents', '3', '--tasks', '20']

const known = [...storeMutations, ...roomMutations, ...effectMutations, ...townMutations]

/** A mutation of another list, as the world sees it. */
export const inWorld = (
  list: readonly Mutation[],
  name: string,
  law: string,
  sim: readonly string[] = stormy,
): Mutation => {
  const { edits } = present(
    list.find((one) => one.name === name),
    `there is a mutation “${name}”`,
  )
  return { name: `${name}, in the simulated world`, edits, caughtBy: { sim, law } }
}

export const broken = (
  name: string,
  law: string,
  edits: readonly Edit[],
  sim: readonly string[] = stormy,
): Mutation => ({ name, edits, caughtBy: { sim, law } })

const verbs = 'src/drivers/store/verbs'

export const lawMutations: readonly Mutation[] = [
  {
    name: 'a loss is recorded of who renewed meanwhile',
    edits: [
      {
        file: 'src/lifecycle/settle/settle.ts',
        text: '    leaseUntil,\n',
        becomes: '',
      },
    ],
    caughtBy: {
      test: 'test/lifecycle/settle/lost.test.ts',
      title: 'who renewed since its lease was read is not lost, and who did not is',
    },
  },
  inWorld(known, 'a claim does not look at the cap of its host', 'caps are held'),
  inWorld(known, 'a probing lane lets in more than its canary', 'a gate lets in what it may'),
  inWorld(known, 'a message that did not get through counts as told', 'one message per incident'),
  inWorld(known, 'giveBack does not look at the fence', 'settled once and never again'),
  inWorld(known, 'who began before shows that others pass', 'no task pays for an outage'),
  {
    name: 'an outage counts as often as a task met it',
    edits: [
      {
        file: 'src/lifecycle/settle/budget.ts',
        text: 'othersPassed(one, compare, history[i + 1]?.id)',
        becomes: 'othersPassed(one, compare)',
      },
    ],
    caughtBy: {
      test: 'test/lifecycle/settle/budget.test.ts',
      title:
        'the same uncharged class three times is the task’s only where others passed after each',
    },
  },
  inWorld(
    known,
    'a settlement tells nobody who waits for it',
    'where only verbs write, no row breaks a law',
  ),
  inWorld(
    known,
    'a convoy lands with the last of its members, whatever became of the others',
    'a convoy lands once, with everything done',
  ),
  inWorld(
    known,
    'a claim takes tasks that are not ready',
    'no assertion breaks and no error escapes',
  ),
  broken('a task becomes ready unsaid', 'every arrow is legal and leaves one fact', [
    {
      file: `${verbs}/task.ts`,
      text: "  yield* record(now, { taskId: task.id }, { kind: 'task.ready' })\n",
      becomes: '',
    },
  ]),
  broken(
    'nobody looks whether a window is open',
    'calm tasks are taken only where it is calm',
    [
      {
        file: `${verbs}/bounds-judge.ts`,
        text: '  calmRefusal(demand, seen, input) ??\n',
        becomes: '',
      },
    ],
    windowed,
  ),
  broken(
    'a lock is taken along by whoever comes, and taken from who holds it',
    'locks and work keys have one holder at a time',
    [
      {
        file: `${verbs}/bounds-judge.ts`,
        text: '  lockRefusal(demand, seen, input) ??\n',
        becomes: '',
      },
      {
        file: `${verbs}/locks.ts`,
        text: "  if (row !== undefined && standing === 'held') {\n    const own",
        becomes:
          "  if (row !== undefined && standing === 'held' && row.holder === holder) {\n    const own",
      },
    ],
  ),
  broken(
    'the newest due time is accounted for, and fires nothing',
    'a due time makes its task once, and none passes unsaid',
    [
      {
        file: 'src/model/schedule.ts',
        text: '  return { fires: fires.toReversed(), missed, cursor: newest, nextAt }\n',
        becomes:
          '  return { fires: fires.slice(1).toReversed(), missed, cursor: newest, nextAt }\n',
      },
    ],
    lasting,
  ),
  broken('a task pays without end', 'attempts of a task are bounded', [
    {
      file: 'src/lifecycle/settle/budget.ts',
      text: 'new Set([...counted].slice(0, rules.attemptsMax))',
      becomes: 'new Set(counted)',
    },
    {
      file: 'src/lifecycle/settle/budget.ts',
      text: '    counted.size >= rules.attemptsMax &&',
      becomes: '    counted.size >= 3 * rules.attemptsMax &&',
    },
  ]),
  broken('a gate that passes again keeps its incident', 'every incident is resolved', [
    {
      file: `${verbs}/fold.ts`,
      text: '  if (incident === incidentOfLane(lane.lane))\n    yield* moveIncident',
      becomes: '  if (incident === by)\n    yield* moveIncident',
    },
  ]),
  broken('a lane that fails is tried again at once', 'no futile loop', [
    {
      file: 'src/lifecycle/gate/shut.ts',
      text: '  const until = waitsFrom(lane, at) + rules.jitter(nth(waitsMs, wait))\n',
      becomes: '  const until = waitsFrom(lane, at) + 0 * rules.jitter(nth(waitsMs, wait))\n',
    },
    {
      file: 'src/lifecycle/gate/shut.ts',
      text: '  return at + rules.jitter(nth(waitsOf(rule, back.waitsMs, starts), wait))\n',
      becomes: '  return at + 0 * rules.jitter(nth(waitsOf(rule, back.waitsMs, starts), wait))\n',
    },
  ]),
  broken('a person is asked and not told', 'no hold and no gate without a release', [
    {
      file: `${verbs}/release.ts`,
      text: '  if ((yield* first(anyHold, { taskId: hold.taskId })) !== undefined) return false\n',
      becomes: '',
    },
  ]),
]
