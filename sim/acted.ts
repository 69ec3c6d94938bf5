// What the rooms know, and how often each of it acted in a run: a fault that never happens, a class that nothing ends with, or
// a refusal that nobody meets is a check that checks nothing.

import { failureClasses } from '../src/model/failure.ts'
import { gateStates } from '../src/model/gate.ts'
import { laneRules } from '../src/model/lane-rules.ts'
import { attemptArrows, taskArrows } from '../src/model/transitions.ts'
import { count } from './checkers/journal.ts'
import { faultNames } from './faults/all.ts'
import { deeds } from './deeds/all.ts'
import { pageDeeds } from './deeds/of-pages.ts'
import type { RunReport } from './run.ts'

/** Refusals that the simulated fleet cannot meet, each with the reason. */
export const neverMet: Readonly<Record<string, string>> = {
  'gate.shut':
    'the tick sees it first; a claim that races a shut is seldom (store conformance plays it)',
  'gate.pinned':
    'the tick sees it first; a claim that races a pin is seldom (store conformance plays it)',
  'attempt.renewed':
    'who is back just while its loss is recorded is seldom (store conformance plays it)',
  'gate.unfolded':
    'each round folds before it claims; the race is seldom (store conformance plays it)',
  'cap.agent': 'told by the tick to save a claim in vain; the claim’s own cap.full is counted',
  'cap.host': 'told by the tick to save a claim in vain; the claim’s own cap.full is counted',
  'demand.unserved': 'told by the tick alone, which claims nothing for it',
  'schedule.other': 'the hosts of the world share one configuration (store conformance plays it)',
  'schedule.moved': 'who was late looks again and tells nobody (store conformance plays it)',
  'review.over':
    'who decides on an old offer while a later one waits is seldom (store conformance plays it)',
  'convoy.landing': 'who joins a convoy just while it lands is seldom (store conformance plays it)',
  'calm.unknown': 'the windows of the world stay configured (store conformance plays it)',
}

/** Rules that the simulated fleet cannot break, each with the reason. */
export const neverActs: Readonly<Record<string, string>> = {
  'rule unknown → fleet':
    'a good ending anywhere in the fleet clears it (test/lifecycle/gate/breaker.test.ts plays it)',
}

/** How the effects of sessions went, in the world and in the ledger. */
const effectEnds = ['performed', 'known', 'died before', 'died after', 'asked yes', 'asked no']

/** What sessions that review came to, and what became of convoys. */
const together = [
  'reviews offered',
  'decided approve',
  'decided changes',
  'decided reject',
  'review undecided',
  'convoys landed',
]

/** What caps of money and of labels came to, and that they were judged. */
const bounded = [
  'claim of a capped label',
  'claim within a budget',
  'claim past a budget',
  'budget shut',
  'budget is back',
  'budget asked about a task',
  'session at its cap',
]

/** What sessions added, and how they were refused more. */
const added = [
  'addition',
  'addition met',
  'addition refused session.too_deep',
  'addition refused session.too_many',
  'addition refused provenance.budget',
]

/** How reports came. */
const reported = [
  'report by the post',
  'report by the desk',
  'report made good',
  'report looked for',
]

/** How what sessions print was bounded. */
const printed = ['output given back', 'stream kept within its room']

/** What became of worktrees. */
const inWorktrees = ['work in a worktree', 'worktree stays', 'worktree removed']
/** What came by the page: to whom, and what it came to. */
const byPage = [
  ...['page served', 'page not served', 'page compared', 'operator signed in', 'viewer signed in'],
  ...['cancel', 'done', 'fail', 'edit', 'hold'].map((act) => `page did ${act}`),
  ...['cancel', 'done', 'fail', 'edit', 'hold', 'release'].map((act) => `page refused ${act}`),
  ...['viewer', 'session'].flatMap((who) => [`${who} answered`, `${who} refused`]),
  ...['nobody refused', 'foreign page refused'],
  ...['guesses held back', 'heap refused', 'stream dropped', 'stream kept'],
]

/** What sensors saw, and what came of it. */
const sensed = [
  ...['sees', 'fails', 'garbles', 'hangs', 'floods'].map((how) => `look that ${how}`),
  'sensor brought',
  'sensor met',
  'sensor at its budget',
  'sensor beside one that ails',
  'sensor refused provenance.own_output',
]

const releases = [
  'hold time (backoff)',
  'hold time (cooldown)',
  'hold time (not_before)',
  'hold after',
  'hold person',
  'hold check',
  'hold lock',
  'gate probed',
  'gate reset',
  'pin over',
  'gate passes by evidence',
]

/** What the workload wants and schedules do, by the names the checkers count it under. */
const wanted = ['calm task taken', 'lock taken', 'work claimed', 'schedule fired']

/**
 * What a daemon says of its sessions goes wrong in every way: it never arrives, its answer is lost, it comes twice, or late. Most tasks
 * are settled with the end of their attempt (`finish`); `settle` alone is seldom.
 */
const crossed = ['renew', 'pulseHost', 'end', 'finish', 'giveBack'].flatMap((verb) =>
  ['undone', 'done', 'doubled', 'late'].map((how) => `store ${how} ${verb}`),
)

/** What became of work whose agents were taken out of the configuration. */
const unserved = ['nobody serves it any more', 'an agent serves it again']

/** Everything that must act, by the names it is counted under. `refusals` are the codes that the source knows. */
export const mustAct = (refusals: readonly string[]): readonly string[] => [
  ...faultNames.map((name) => `fault ${name}`),
  ...[...deeds, ...pageDeeds].map(({ name }) => `deed ${name}`),
  ...failureClasses.map((name) => `class ${name}`),
  ...taskArrows.map(({ from, to }) => `task ${from} → ${to}`),
  ...attemptArrows.map(({ from, to }) => `attempt ${from} → ${to}`),
  ...gateStates.map((state) => `gate ${state}`),
  ...laneRules
    .map((rule) => `rule ${rule.class} → ${rule.lane}`)
    .filter((rule) => !(rule in neverActs)),
  ...effectEnds.map((what) => `effect ${what}`),
  ...together,
  ...bounded,
  ...added,
  ...reported,
  ...printed,
  ...inWorktrees,
  ...sensed,
  ...releases.map((what) => `release ${what}`),
  ...byPage,
  ...wanted,
  ...unserved,
  ...crossed,
  'secret said back',
  ...refusals.filter((code) => !(code in neverMet)).map((code) => `refusal ${code}`),
]

/** Adds what acted in a run. */
export function addActed(acted: Map<string, number>, { counts, journal }: RunReport): void {
  for (const [what, n] of counts) {
    count(acted, what, n)
    const code = /^(?:claim|look|person) refused (.+)$/.exec(what)?.[1]
    if (code !== undefined) count(acted, `refusal ${code}`, n)
  }
  for (const [arrow, n] of journal.arrows) count(acted, arrow, n)
  for (const [name, n] of journal.classes) count(acted, `class ${name}`, n)
  for (const [state, n] of journal.gates) count(acted, `gate ${state}`, n)
  for (const [rule, n] of journal.rules) count(acted, `rule ${rule}`, n)
  for (const [what, n] of journal.releases) count(acted, `release ${what}`, n)
  for (const [what, n] of journal.refusals) count(acted, `refusal ${what.split(' ')[1]}`, n)
}
