// What an ended attempt had reserved is put in doubt: it is asked about before anything is done again.

import type { Rule } from '../law.ts'

const pageSize = 200
/** The dispatcher does this by itself; it is left its time. */
const patienceMs = 60_000

export const effectIsHeld: Rule = {
  name: 'effect-is-held',
  law: 'an effect is reserved by somebody who may yet say what became of it',
  async find({ store, clock, now }) {
    const open = await store.openEffects({ now, limit: pageSize })
    const orphaned = open.filter(
      ({ effect, attemptOver }) =>
        effect.state === 'reserved' && attemptOver && effect.reservedAt < now - patienceMs,
    )
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
