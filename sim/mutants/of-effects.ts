// Guards of the ledger and of its sweep, each taken out by one mutation. Texts are taken from the source as they stand there.

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts are source, with its placeholders

import type { Catcher, Edit, Mutation } from './mutation.ts'

const verbs = 'src/drivers/store/verbs'
const room = 'src/lifecycle/effects'

const one = (name: string, edit: Edit, caughtBy: Catcher): Mutation => ({
  name,
  edits: [edit],
  caughtBy,
})
const sqlite = (title: string): Catcher => ({ test: 'test/drivers/store/sqlite.test.ts', title })
const row = (title: string): Catcher => ({ test: 'test/lifecycle/effects/table.test.ts', title })
const making = (title: string): Catcher => ({
  test: 'test/lifecycle/effects/perform.test.ts',
  title,
})
const fenced = (title: string): Catcher => ({
  test: 'test/lifecycle/effects/fence.test.ts',
  title,
})
const swept: Catcher = {
  test: 'test/scenarios/broken-fleet.test.ts',
  title: 'a dry run finds every wound and touches none',
}
const world: Catcher = {
  sim: ['--seed', '1', '--days', '0.5', '--hosts', '2', '--agents', '6', '--tasks', '60'],
  law: 'effects once',
}

export const effectMutations: readonly Mutation[] = [
  one(
    'a doubt about an effect is taken for a no',
    {
      file: `${verbs}/effects.ts`,
      text: "yield* moved(effect, { ...move, state: 'uncertain' })\n  yield* record(now, subjectOfEffect(doubted)",
      becomes:
        "yield* moved(effect, { ...move, askAt: null, state: 'failed' })\n  yield* record(now, subjectOfEffect(doubted)",
    },
    world,
  ),
  one(
    'a check without an answer is taken for a no',
    {
      file: `${room}/reconcile.ts`,
      text: "    : said === 'no'\n",
      becomes: "    : said !== 'yes'\n",
    },
    row('after a crash, and the check has no answer yet'),
  ),
  one(
    'who cannot be judged from here counts as gone',
    {
      file: `${room}/fence.ts`,
      text: "if (process === 'gone') return",
      becomes: "if (process !== 'lives') return",
    },
    fenced('of another host is held until its time is over'),
  ),
  one(
    'what a dead holder started is not looked at before it is called orphaned',
    {
      file: `${room}/fence.ts`,
      text: 'if (performing > 0) return',
      becomes: 'if (performing > 1e9) return',
    },
    row('after a crash, while what it started is still at it'),
  ),
  one(
    'what a dead holder started is not looked at before the world is asked',
    { file: `${room}/reconcile.ts`, text: 'at.length > 0\n', becomes: 'at.length > 1e9\n' },
    making('an effect in doubt is not asked about while what its dead holder started'),
  ),
  one(
    'who slept past its reservation makes the effect',
    {
      file: `${room}/perform.ts`,
      text: 'const made = late ? overslept : await make(effect)',
      becomes: 'const made = late && tried < 0 ? overslept : await make(effect)',
    },
    making('who slept past its reservation makes nothing'),
  ),
  one(
    'what happened is written down once or never',
    {
      file: `${room}/perform.ts`,
      text: 'if (tried >= recordTries || signal.aborted) throw error',
      becomes: 'if (tried >= 1 || signal.aborted) throw error',
    },
    making('what happened is written down with patience'),
  ),
  one(
    'other parameters under the same key are let through',
    {
      file: `${verbs}/effect-reserve.ts`,
      text: '(known.paramsHash !== paramsHash || known.kind !== kind)',
      becomes: 'known.kind !== kind',
    },
    row('same key, other parameters'),
  ),
  one(
    'the same letter under another key is let through',
    {
      file: `${verbs}/effect-reserve.ts`,
      text: 'if (noTwinSince === null) return null',
      becomes: 'if (noTwinSince !== 0) return null',
    },
    sqlite('the same effect under another key is refused where it may not have a twin'),
  ),
  one(
    'an attempt that is over reserves',
    {
      file: `${verbs}/effect-reserve.ts`,
      text: "if ('stale' in subject) return",
      becomes: "if ('stale' in subject && now < 0) return",
    },
    sqlite('an attempt that is over reserves nothing'),
  ),
  one(
    'a holder of an earlier reservation writes',
    {
      file: `${verbs}/effects.ts`,
      text: 'if (effect.epoch === epoch) return { effect, stale: null }',
      becomes: 'if (epoch > 0) return { effect, stale: null }',
    },
    row('the dead one comes back and says that it happened'),
  ),
  one(
    'what was performed may be called failed',
    {
      file: 'src/drivers/store/migrations/0005-effects.ts',
      text: "WHEN OLD.state = 'performed' AND (${differs(frozen, 'IS NOT')})",
      becomes: "WHEN OLD.state = 'none' AND (${differs(frozen, 'IS NOT')})",
    },
    sqlite('what was performed is neither changed, replaced nor deleted by any statement'),
  ),
  one(
    'effects may be deleted by any statement',
    {
      file: 'src/drivers/store/migrations/0005-effects.ts',
      text: "WHEN NOT EXISTS (SELECT 1 FROM permits WHERE name = 'prune')\n   BEGIN",
      becomes:
        "WHEN OLD.id < 0 AND NOT EXISTS (SELECT 1 FROM permits WHERE name = 'prune')\n   BEGIN",
    },
    sqlite('what was performed is neither changed, replaced nor deleted by any statement'),
  ),
  one(
    'a session settles what another one holds, through the socket',
    {
      file: 'src/surface/session/ledger.ts',
      text: 'found.holder.attemptId !== attemptId',
      becomes: 'found.id < 0',
    },
    {
      test: 'test/surface/session/ledger.test.ts',
      title: 'what another attempt holds is not this one’s to settle',
    },
  ),
  one(
    'a foreign host runs the check of another one',
    {
      file: 'src/loops/effects/loop.ts',
      text: 'holder.process !== null && holder.process.host !== host',
      becomes: "holder.process !== null && holder.process.host === ''",
    },
    {
      test: 'test/loops/effects/loop.test.ts',
      title: 'a check of another host is asked there',
    },
  ),
  one(
    'a killed session’s refused limit teaches nobody',
    {
      file: 'src/drivers/agents/claude-verdict.ts',
      text: 'if (limit !== null) return limit',
      becomes: 'if (limit !== null && ending.now < 0) return limit',
    },
    {
      test: 'test/drivers/agents/claude-limits.test.ts',
      title: 'teaches the account’s gate its limit and its reset',
    },
  ),
  one(
    'a message that did not get through counts as told',
    {
      file: 'src/loops/notify/notify.ts',
      text: "if (told.told === 'no') {",
      becomes: "if (told.told === 'no' && tries < 0) {",
    },
    {
      test: 'test/loops/notify/people.test.ts',
      title: 'nothing is told before somebody was reached',
    },
  ),
  one(
    'quiet hours are not kept',
    {
      file: 'src/loops/notify/notify.ts',
      text: '  if (until !== null) {\n    await store.tellLater',
      becomes: '  if (until !== null && tries < 0) {\n    await store.tellLater',
    },
    {
      test: 'test/loops/notify/people.test.ts',
      title: 'an urgent message breaks the quiet, and nothing else does',
    },
  ),
  one(
    'the sweep does not look at effects of ended attempts',
    {
      file: 'src/loops/reconcile/rules/effect-is-held.ts',
      text: "effect.state === 'reserved' && attemptOver",
      becomes: "effect.state === 'reserved' && !attemptOver",
    },
    swept,
  ),
  one(
    'the sweep takes a worktree with work for an empty one',
    {
      file: 'src/loops/reconcile/rules/remains-have-owners.ts',
      text: ' && (await tree.mayGo())',
      becomes: '',
    },
    swept,
  ),
  one(
    'the sweep ends attempts whose processes live',
    {
      file: 'src/loops/reconcile/rules/ended-when-gone.ts',
      text: 'if (attempt.launch === null || !(await remains.alive(attempt.launch)))',
      becomes: 'if (attempt.launch === null || (await remains.alive(attempt.launch)))',
    },
    swept,
  ),
  one(
    'the sweep leaves holds of tasks that are gone',
    {
      file: `${verbs}/orphaned-holds.ts`,
      text: 'if ((yield* lockTask(hold.taskId)) !== null) return { ended: false }',
      becomes: 'if ((yield* lockTask(hold.taskId)) === null) return { ended: false }',
    },
    sqlite('a hold whose task is gone is found and ended once'),
  ),
]
