// What an ended attempt had reserved is put in doubt: it is asked about before anything is done again.

import type { Effect } from '../../../model/effect.ts'
import type { Rule } from '../law.ts'

interface Open {
  readonly effect: Effect
  readonly attemptOver: boolean
}

const pageSize = 200
/** The dispatcher does this by itself; it is left its time. */
const patienceMs = 60_000

export const effectIsHeld: Rule = {
  name: 'effect-is-held',
  law: 'an effect is reserved by somebody who may yet say what became of it',
  async find({ store, clock, now }) {
    const orphaned: Open[] = []
    // All of them: behind a page of what is rightly held the orphans are found, too.
    for (let after: number | undefined = 0; after !== undefined; ) {
      const page: readonly Open[] = await store.openEffects({ now, after, limit: pageSize })
      orphaned.push(...page.filter((one) => isOrphaned(one, now)))
      after = page.length < pageSize ? undefined : page.at(-1)?.effect.id
    }
    return orphaned.map(({ effect: { key, epoch, check, params, holder } }) => ({
      subject: `effect ${key}`,
      what: `it is reserved by attempt ${holder.attemptId}, which is over`,
      async mend() {
        const at = clock.now()
        // A letter is asked about by its channel, a command by its check; the rest a person is asked.
        const canBeAsked = check !== null || typeof params['channel'] === 'string'
        const told = await store.doubtEffect({
          key,
          epoch,
          reason: 'its attempt is over',
          askAt: canBeAsked ? at : null,
          tellPerson: !canBeAsked,
          now: at,
        })
        if (!told.ok || told.effect.state !== 'uncertain') return null
        return canBeAsked ? 'in doubt; it will be asked about' : 'in doubt; a person is asked'
      },
    }))
  },
}

const isOrphaned = ({ effect, attemptOver }: Open, now: number): boolean =>
  effect.state === 'reserved' && attemptOver && effect.reservedAt < now - patienceMs
