// Law: a look that could not tell is no answer. The hold of a check is released by a look that truly found it met, or by a
// person; and whatever was seen, it waits since when it was put, and for what it was put for.

import { metIn } from '../checker.ts'
import { by as person } from '../deeds/contract.ts'
import { partOf } from '../part.ts'
import type { Checker } from './contract.ts'
import type { Journal } from './journal.ts'

interface Put {
  readonly since: number
  readonly release: string
  readonly command: string | null
}

const putIn = partOf<Journal, Map<number, Put>>(() => new Map())

export const looks: Checker = {
  law: 'a look that could not tell is no answer',
  invariants: [25],
  fact({ world, journal, accuse }, { at, taskId, body }) {
    const put = putIn(journal)
    if (body.kind === 'task.held' && body.release.kind === 'check') {
      const { probe } = body.release
      const command = probe.look === 'command' ? probe.command : null
      put.set(body.holdId, { since: at, release: JSON.stringify(body.release), command })
    }
    if (body.kind !== 'hold.released') return
    const known = put.get(body.holdId)
    if (known === undefined || known.command === null) return
    world.truth.count('check released')
    if (body.by.startsWith('check') ? !metIn(world).has(known.command) : body.by !== person)
      accuse(`hold ${body.holdId} was released by ${body.by}, and no look found it met`, taskId)
  },
  end({ journal, accuse }, { holds }) {
    const put = putIn(journal)
    for (const { id, taskId, since, release } of [...holds.values()].flat()) {
      const known = put.get(id)
      if (known === undefined) continue
      if (known.since !== since || known.release !== JSON.stringify(release))
        accuse(`hold ${id} does not wait as it was put: ${JSON.stringify(release)}`, taskId)
    }
  },
}
