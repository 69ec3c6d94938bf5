// Deeds of scripts and people with locks and work keys: taken for a while, given back, forced, forgotten; and answers to
// questions that somebody answered before.

import { by, type Deed, tellOf } from './contract.ts'

const holder = 'a script'

export const lockDeeds: readonly Deed[] = [
  {
    name: 'lock',
    async act({ world }, { now }) {
      const until = now + 1_200_000
      const wanted = { name: 'db', holder, attemptId: null, until, now }
      tellOf(world)(await world.store.acquireLock(wanted))
    },
  },
  // With an epoch from an old note: it has been lost meanwhile, or is no more.
  {
    name: 'renew_lock',
    async act({ world }, { now }) {
      const wanted = { name: 'db', epoch: 1, until: now + 600_000, now }
      tellOf(world)(await world.store.renewLock(wanted))
    },
  },
  {
    name: 'force_lock',
    async act({ world }, { now }) {
      tellOf(world)(await world.store.releaseLock({ name: 'db', epoch: null, by, now }))
    },
  },
  {
    name: 'claim_work',
    async act({ world }, { now }) {
      const until = now + 1_800_000
      const wanted = { key: 'report', holder, attemptId: null, taskId: null, until, now }
      tellOf(world)(await world.store.claimWork(wanted))
    },
  },
  {
    name: 'complete_work',
    async act({ world }, { now }) {
      const until = now + 3_600_000
      tellOf(world)(await world.store.completeWork({ key: 'report', holder, note: '', until, now }))
    },
  },
  // Somebody else's, from the wrong terminal.
  {
    name: 'abandon_work',
    async act({ world }, { now }) {
      const wanted = { key: 'report', holder: 'another script', now }
      tellOf(world)(await world.store.abandonWork(wanted))
    },
  },
  {
    name: 'forget_work',
    async act({ world }, { now }) {
      await world.store.forgetWork({ key: 'part 1', by, now })
    },
  },
  // Whatever waits for a person at that task, and once more what was answered.
  {
    name: 'answer',
    async act({ world }, { taskId, now }) {
      if (taskId === null) return
      for (const hold of await world.store.holdsOf(taskId, false)) {
        // No word makes anybody serve it: people know that, and end such a task.
        if (hold.release.kind === 'person' && hold.release.untilServed === true) continue
        tellOf(world)(await world.store.answer({ holdId: hold.id, by, text: 'the first', now }))
      }
    },
  },
]
