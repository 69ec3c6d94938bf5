// A store is its verbs, run by a driver's executor, page by page of the contract. Both databases share this file: what
// differs between them is how a script is run, how a change is noticed, and how the door is shut.

import { activityVerbs, quotaVerbs, sensorVerbs, spendVerbs } from './assemble-activity.ts'
import { claimOf } from './assemble-claim.ts'
import { dutiesOf, hostsOf } from './assemble-hosts.ts'
import { effectVerbs } from './assemble-effects.ts'
import { findingVerbs } from './assemble-finding.ts'
import { pulseVerbs } from './assemble-pulses.ts'
import { togetherVerbs } from './assemble-together.ts'
import { waitVerbs } from './assemble-waits.ts'
import type { Store } from './contract.ts'
import type { AccountVerbs } from './contract/accounts.ts'
import type { AgentVerbs } from './contract/agents.ts'
import type { AttemptVerbs } from './contract/attempts.ts'
import type { GateVerbs } from './contract/gates.ts'
import type { IncidentVerbs } from './contract/incidents.ts'
import type { IntakeVerbs } from './contract/intake.ts'
import type { KeepingVerbs } from './contract/keeping.ts'
import type { ReadingVerbs } from './contract/reading.ts'
import type { TroubleVerbs } from './contract/troubles.ts'
import type { ReconcileVerbs } from './contract/reconcile.ts'
import type { Executor, Owning, Script } from './script.ts'
import * as accounts from './verbs/accounts.ts'
import * as agentVerbs from './verbs/agents.ts'
import { judgeSeen, seeBounds, seeingOf } from './verbs/bounds-seen.ts'
import { releaseCooldowns } from './verbs/cooldowns.ts'
import { finish } from './verbs/finish.ts'
import { finishPlainly } from './verbs/finish-plainly.ts'
import * as folding from './verbs/fold.ts'
import * as gateVerbs from './verbs/gates.ts'
import { groundless } from './verbs/groundless.ts'
import * as holdVerbs from './verbs/hold.ts'
import * as incidentVerbs from './verbs/incidents.ts'
import * as intake from './verbs/intake.ts'
import * as keeping from './verbs/keeping.ts'
import * as kept from './verbs/kept.ts'
import * as launch from './verbs/launch.ts'
import * as listing from './verbs/listing.ts'
import { settledPast } from './verbs/past.ts'
import { provenance } from './verbs/provenance.ts'
import * as demands from './verbs/demands.ts'
import * as reading from './verbs/reading.ts'
import { endOrphanedHold, orphanedHolds } from './verbs/orphaned-holds.ts'
import * as reconciling from './verbs/reconcile.ts'
import { renew } from './verbs/renew.ts'
import * as settling from './verbs/settle.ts'
import { standing } from './verbs/standing.ts'
import * as troubling from './verbs/troubles.ts'
import * as watching from './verbs/watch.ts'
import { probeNowVerbs } from './verbs/probe-now.ts'

/** What a driver adds to the verbs. */
export type Doors = Pick<Store, 'fleetId' | 'watch' | 'hears' | 'poke' | 'ready' | 'close' | 'time'>

/** The store over an executor. */
export const assembleStore = (executor: Executor, doors: Doors): Store => ({
  ...doors,
  ...effectVerbs(executor),
  ...togetherVerbs(executor),
  ...accountsOf(executor),
  ...intakeOf(executor),
  ...attemptsOf(executor),
  ...agentsOf(executor),
  ...gatesOf(executor),
  ...hostsOf(executor),
  ...dutiesOf(executor),
  ...incidentsOf(executor),
  ...readingOf(executor),
  ...reconcileOf(executor),
  ...waitVerbs(executor),
  ...pulseVerbs(executor),
  ...activityVerbs(executor),
  ...spendVerbs(executor),
  ...quotaVerbs(executor),
  ...sensorVerbs(executor),
  ...keepingOf(executor),
  ...probeNowVerbs(executor),
  ...findingVerbs(executor),
})

// Who has nothing to write need not stand in line for the lock: what may be due is read first.
const nextDueOf = (read: Executor['read']) => () => read(reading.nextDue, 'nextDue')
const isDue = (due: number | null, now: number): boolean => due !== null && due <= now

const intakeOf = ({ write, read }: Executor): IntakeVerbs => ({
  enqueue: (input) => write(() => intake.enqueue(input)),
  provenance: (taskId) => read(() => provenance(taskId)),
  edit: (input) => write(() => intake.edit(input)),
  hold: (input) => write(() => holdVerbs.hold(input)),
  release: (input) => write(() => holdVerbs.release(input)),
  releaseDue: async (input) =>
    isDue(await nextDueOf(read)(), input.now)
      ? await write(() => holdVerbs.releaseDue(input))
      : { released: 0 },
})

const ownsAttempt = ({ attemptId }: { attemptId: number }) => ({ owns: [`attempt ${attemptId}`] })
const ownsTask = ({ taskId }: { taskId: number }) => ({ owns: [`task ${taskId}`] })
const ownsBoth = ({ attemptId, taskId }: { attemptId: number; taskId: number }) => ({
  owns: [`attempt ${attemptId}`, `task ${taskId}`],
})

/** Plainly and in one trip, where trips are dear and nothing stands in the way; else with all there may be to it. */
const plainlyOr =
  ({ inOneTrip, write }: Executor) =>
  <T>(how: Owning, plainly: () => Script<T | null>, wholly: () => Script<T>): Promise<T> =>
    inOneTrip === undefined
      ? write(wholly, how)
      : inOneTrip(plainly, how).then((done) => done ?? write(wholly, how))

const attemptsOf = ({ write, ...executor }: Executor): AttemptVerbs => ({
  ...plainVerbs(plainlyOr({ write, ...executor })),
  claim: claimOf({ write, ...executor }),
  renew: (input) => write(() => renew(input), 'quiet'),
  note: (input) => write(() => watching.note(input), ownsAttempt(input)),
  say: (input) => write(() => watching.say(input)),
  askStop: (input) => write(() => watching.askStop(input)),
  end: (input) => write(() => watching.end(input), ownsAttempt(input)),
  settle: (input) => write(() => settling.settle(input), ownsTask(input)),
  giveBack: (input) => write(() => settling.giveBack(input)),
  settleByHand: (input) => write(() => settling.settleByHand(input)),
})

const plainVerbs = (
  say: ReturnType<typeof plainlyOr>,
): Pick<AttemptVerbs, 'launched' | 'confirm' | 'finish'> => ({
  launched: (input) =>
    say(
      { ...ownsAttempt(input), inStep: true },
      () => launch.launchPlainly(input),
      () => launch.launched(input),
    ),
  confirm: (input) =>
    say(
      { ...ownsAttempt(input), inStep: true },
      () => launch.confirmPlainly(input),
      () => launch.confirm(input),
    ),
  finish: (input) =>
    say(
      ownsBoth(input),
      () => finishPlainly(input),
      () => finish(input),
    ),
})

const gatesOf = ({ write, read }: Executor): GateVerbs => ({
  gates: () => read(gateVerbs.gates, 'gates'),
  pin: (input) => write(() => gateVerbs.pin(input)),
  resetGate: (input) => write(() => gateVerbs.resetGate(input)),
  releaseCooldowns: (input) => write(() => releaseCooldowns(input)),
  unfolded: async (input) => {
    const past = await read(settledPast, 'past')
    const named = `unfolded ${input.after} ${input.limit} ${past}`
    return read(() => folding.unfolded(input, past), named)
  },
  fold: (input) => write(() => folding.fold(input)),
  recovered: (input) => write(() => gateVerbs.recovered(input)),
  probeDue: async (input) =>
    isDue(await nextDueOf(read)(), input.now) || (await read(folding.anyRamp, 'anyRamp'))
      ? await write(() => folding.probeDue(input))
      : { probing: [] },
  gateFacts: (limit) => read(() => folding.gateFacts(limit)),
  changes: (input) => read(() => folding.changes(input)),
  standing: (input) => read(() => standing(input)),
})

const incidentsOf = ({ write, read }: Executor): IncidentVerbs => ({
  openIncident: (input) => write(() => incidentVerbs.openIncident(input)),
  resolveIncident: (input) => write(() => incidentVerbs.resolveIncident(input)),
  incidents: (filter) =>
    read(
      () => incidentVerbs.incidents(filter),
      `incidents ${filter.openOnly} ${filter.before} ${filter.limit}`,
    ),
  groundless: (input) => read(() => groundless(input), `groundless ${input.limit}`),
  incident: (which) => read(() => incidentVerbs.incident(which)),
  untold: async (input) =>
    (await read(incidentVerbs.anyUntold, 'anyUntold'))
      ? await write(() => incidentVerbs.untold(input))
      : [],
  told: (input) => write(() => incidentVerbs.told(input)),
  tellLater: (input) => write(() => incidentVerbs.tellLater(input)),
  notTold: (input) => write(() => incidentVerbs.notTold(input)),
})

const readingOf = ({ read }: Executor): ReadingVerbs => ({
  task: (id) => read(() => reading.task(id), `task ${id}`),
  tasks: (filter) => read(() => listing.tasks(filter)),
  briefs: (filter) => read(() => listing.briefs(filter)),
  attempt: (id) => read(() => reading.attempt(id), `live attempt ${id}`),
  attemptsOf: (taskId) => read(() => reading.attemptsOf(taskId)),
  attemptsAmong: (ids, host) => read(() => reading.attemptsAmong(ids, host)),
  tokenFits: (id, hash) => read(() => reading.tokenFits(id, hash)),
  holdsOf: (taskId, liveOnly) => read(() => reading.holdsOf(taskId, liveOnly)),
  facts: async (filter) => {
    const past = filter.after === undefined ? 0 : await read(settledPast, 'past')
    const { after, ...others } = filter
    const isFeed = after !== undefined && Object.keys(others).join() === 'limit'
    // Who follows the facts asks the same again and again until there is a new one.
    const named = isFeed ? `facts ${after} ${filter.limit} ${past}` : undefined
    return read(() => listing.facts(filter, past), named)
  },
  counts: () => read(reading.counts, 'counts'),
  oldestReady: () => read(reading.oldestReady, 'oldestReady'),
  unended: (host) => read(() => reading.unended(host), `live unended ${host}`),
  endedUnsettled: (host, limit) =>
    read(() => reading.endedUnsettled(host, limit), `endedUnsettled ${host} ${limit}`),
  readyDemands: () => read(demands.readyDemands, 'readyDemands'),
  boundNow: async (input) => judgeSeen(await read(() => seeBounds(input), seeingOf(input)), input),
  readyWith: (demandId, limit) => read(() => demands.readyWith(demandId, limit)),
  openDemands: () => read(demands.openDemands),
  placeOf: (taskId) => read(() => reading.placeOf(taskId)),
  nextDue: nextDueOf(read),
  ownWaits: () => read(reading.ownWaits),
  openCounts: (host) => read(() => reading.openCounts(host), `openCounts ${host}`),
})

const keepingOf = ({ write, read }: Executor): KeepingVerbs => ({
  keepConfig: (input) => write(() => kept.keepConfig(input)),
  configOf: (attemptId) => read(() => kept.configOf(attemptId)),
  prune: (input) => write(() => keeping.prune(input)),
  prunable: (input) => read(() => keeping.prunable(input)),
})

const reconcileOf = ({ write, read }: Executor): ReconcileVerbs & TroubleVerbs => ({
  troubles: () => read(troubling.troubles, 'troubles'),
  keepTroubles: (changes) => write(() => troubling.keepTroubles(changes)),
  broken: (input) => read(() => reconciling.broken(input)),
  mend: (input) => write(() => reconciling.mend(input)),
  changedRows: async (input) => {
    const past = await read(settledPast)
    return read(() => reconciling.changedRows(input, past))
  },
  patrol: (input) => read(() => reconciling.patrol(input), `patrol ${input.after} ${input.limit}`),
  rowsAfter: (input) => read(() => reconciling.rowsAfter(input)),
  orphanedHolds: (limit) => read(() => orphanedHolds(limit)),
  endOrphanedHold: (input) => write(() => endOrphanedHold(input)),
})

const accountsOf = ({ write, read }: Executor): AccountVerbs => ({
  chooseAccount: (input) => write(() => accounts.chooseAccount(input)),
  unchooseAccount: (input) => write(() => accounts.unchooseAccount(input)),
  choices: async ({ now }) =>
    (await read(accounts.choices, 'choices')).filter(({ until }) => until > now),
})

const agentsOf = ({ read }: Executor): AgentVerbs => ({
  lanes: (names) => read(() => agentVerbs.lanes(names)),
  lately: (input) => read(() => agentVerbs.lately(input)),
})
