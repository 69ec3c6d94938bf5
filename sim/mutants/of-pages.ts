// Guards of API and page, each taken out in worlds whose hosts serve them: who may do what, whether page and command line say the
// same, and what nobody may take who watches.

import { broken } from './of-laws.ts'
import type { Edit, Mutation } from './mutation.ts'

/** Half a day of much trouble at three hosts that serve their page. */
const pages = [
  ...['--seed', '1', '--days', '0.5', '--hosts', '3', '--agents', '6', '--tasks', '60'],
  ...['--faults', 'storm', '--pages'],
]
/** The same with as many facts as no client is kept that does not read. */
const eventful = [
  ...['--seed', '1', '--days', '1', '--hosts', '3', '--agents', '9', '--tasks', '200'],
  ...['--faults', 'heavy', '--pages'],
]

const access = 'src/surface/http/access/guards.ts'
const roles = 'nobody gets more than their role'
const same = 'the page shows and refuses what the command line does'
const others = 'nobody who watches holds up who works'

const edit = (file: string, text: string, becomes: string): Edit => ({ file, text, becomes })

export const pageMutations: readonly Mutation[] = [
  broken(
    'whoever is known may do everything',
    roles,
    [
      edit(
        access,
        '  if (rights.includes(who.role)) return\n',
        '  if (rights.length > 0) return\n',
      ),
    ],
    pages,
  ),
  broken(
    'a session speaks for any task',
    roles,
    [
      edit(
        access,
        '  if (who.attempt === null || who.attempt.taskId === taskId) return\n',
        '  if (who.attempt === null || taskId > 0) return\n',
      ),
    ],
    pages,
  ),
  broken(
    'the page of somebody else may read',
    roles,
    [
      edit(
        access,
        "  if (origin !== null && !isSame(origin, host)) throw foreign()\n  if (site !== null && site !== 'same-origin' && site !== 'none') throw foreign()\n",
        "  if (origin !== null && !isSame(origin, host) && site === 'none') throw foreign()\n",
      ),
    ],
    pages,
  ),
  broken(
    'any name is ours',
    roles,
    [
      edit(
        access,
        '  if (addressPattern.test(bare)) return\n',
        '  if (bare !== names[0]) return\n',
      ),
    ],
    pages,
  ),
  broken(
    'a write need not show that our page wrote it',
    roles,
    [
      edit(
        access,
        '  if (who.csrf !== null && sameSecret(given, who.csrf)) return\n',
        '  if (who.csrf !== null && !sameSecret(given, who.key)) return\n',
      ),
    ],
    pages,
  ),
  broken(
    'the page refuses to cancel what is taken',
    same,
    [edit('src/surface/can.ts', '  cancel: [settled],\n', '  cancel: [settled, taken],\n')],
    pages,
  ),
  broken(
    'the page shows live holds alone',
    same,
    [
      edit(
        'src/surface/http/handlers/tasks.ts',
        '      house.store.holdsOf(task.id, false),\n',
        '      house.store.holdsOf(task.id, true),\n',
      ),
    ],
    pages,
  ),
  broken(
    'an edit by the page is answered and not made',
    same,
    [
      edit(
        'src/surface/http/handlers/edit.ts',
        '    ...(body.priority !== undefined && { priority: body.priority }),\n',
        '    ...(body.priority !== undefined && { priority: task.priority }),\n',
      ),
    ],
    pages,
  ),
  broken(
    'a client that does not read is kept',
    others,
    [
      edit(
        'src/surface/http/facts/stream.ts',
        '            if ((controller.desiredSize ?? 0) > -backlogBytesMax) return\n',
        '            if ((controller.desiredSize ?? 0) > -64 * backlogBytesMax) return\n',
      ),
    ],
    eventful,
  ),
  broken(
    'a stranger guesses as often as he likes',
    others,
    [
      edit(
        'src/surface/http/access/rates.ts',
        'failureRate: Rate = { perSecond: 0.5, burst: 20 }',
        'failureRate: Rate = { perSecond: 0.5, burst: 2_000 }',
      ),
    ],
    pages,
  ),
  broken(
    'whatever is sent is read to its end',
    others,
    [
      edit(
        'src/surface/http/answer.ts',
        'const usualBodyBytes = 256_000\n',
        'const usualBodyBytes = 256_000_000\n',
      ),
    ],
    pages,
  ),
]
