// A store is its verbs, run by a driver's executor. Both databases share this file: what differs between them is how
// a script is run, how a change is noticed, and how the door is shut.

import { effectVerbs } from './assemble-effects.ts'
import type { Store } from './contract.ts'
import type { Executor } from './script.ts'
import * as folding from './verbs/fold.ts'
import * as gateVerbs from './verbs/gates.ts'
import * as holdVerbs from './verbs/hold.ts'
import * as hostVerbs from './verbs/hosts.ts'
import * as incidentVerbs from './verbs/incidents.ts'
import * as intake from './verbs/intake.ts'
import * as keeping from './verbs/keeping.ts'
import * as launch from './verbs/launch.ts'
import * as lease from './verbs/lease.ts'
import * as listing from './verbs/listing.ts'
import * as mechanismVerbs from './verbs/mechanisms.ts'
import { settledPast } from './verbs/past.ts'
import * as reading from './verbs/reading.ts'
import * as settling from './verbs/settle.ts'
import { standing } from './verbs/standing.ts'
import * as watching from './verbs/watch.ts'

/** What a driver adds to the verbs. */
export type Doors = Pick<Store, 'fleetId' | 'watch' | 'poke' | 'close'>

/** The store over an executor. */
export function assembleStore(executor: Executor, doors: Doors): Store {
  const { write, read } = executor
  return {
    ...doors,
    ...effectVerbs(executor),
    enqueue: (input) => write(() => intake.enqueue(input)),
    edit: (input) => write(() => intake.edit(input)),
    hold: (input) => write(() => holdVerbs.hold(input)),
    release: (input) => write(() => holdVerbs.release(input)),
    releaseDue: (input) => write(() => holdVerbs.releaseDue(input)),
    claim: (input) => write(() => lease.claim(input)),
    renew: (input) => write(() => lease.renew(input)),
    launched: (input) => write(() => launch.launched(input)),
    confirm: (input) => write(() => launch.confirm(input)),
    note: (input) => write(() => watching.note(input)),
    say: (input) => write(() => watching.say(input)),
    askStop: (input) => write(() => watching.askStop(input)),
    end: (input) => write(() => watching.end(input)),
    settle: (input) => write(() => settling.settle(input)),
    giveBack: (input) => write(() => settling.giveBack(input)),
    settleByHand: (input) => write(() => settling.settleByHand(input)),
    gates: () => read(gateVerbs.gates),
    pin: (input) => write(() => gateVerbs.pin(input)),
    resetGate: (input) => write(() => gateVerbs.resetGate(input)),
    unfolded: async (input) => {
      const past = await read(settledPast)
      return read(() => folding.unfolded(input, past))
    },
    fold: (input) => write(() => folding.fold(input)),
    probeDue: (input) => write(() => folding.probeDue(input)),
    gateFacts: (limit) => read(() => folding.gateFacts(limit)),
    changes: (input) => read(() => folding.changes(input)),
    standing: (input) => read(() => standing(input)),
    enterHost: (input) => write(() => hostVerbs.enterHost(input)),
    pulseHost: (input) => write(() => hostVerbs.pulseHost(input)),
    leaveHost: (input) => write(() => hostVerbs.leaveHost(input)),
    hosts: () => read(hostVerbs.hosts),
    openIncident: (input) => write(() => incidentVerbs.openIncident(input)),
    resolveIncident: (input) => write(() => incidentVerbs.resolveIncident(input)),
    incidents: (filter) => read(() => incidentVerbs.incidents(filter)),
    untold: (input) => write(() => incidentVerbs.untold(input)),
    told: (input) => write(() => incidentVerbs.told(input)),
    notTold: (input) => write(() => incidentVerbs.notTold(input)),
    recordFacts: (input) => write(() => hostVerbs.recordFacts(input)),
    task: (id) => read(() => reading.task(id)),
    tasks: (filter) => read(() => listing.tasks(filter)),
    briefs: (filter) => read(() => listing.briefs(filter)),
    attempt: (id) => read(() => reading.attempt(id)),
    attemptsOf: (taskId) => read(() => reading.attemptsOf(taskId)),
    tokenFits: (id, hash) => read(() => reading.tokenFits(id, hash)),
    holdsOf: (taskId, liveOnly) => read(() => reading.holdsOf(taskId, liveOnly)),
    facts: async (filter) => {
      const past = filter.after === undefined ? 0 : await read(settledPast)
      return read(() => listing.facts(filter, past))
    },
    counts: () => read(reading.counts),
    unended: (host) => read(() => reading.unended(host)),
    openAttempts: (host) => read(() => reading.openAttempts(host)),
    endedUnsettled: (host, limit) => read(() => reading.endedUnsettled(host, limit)),
    readyDemands: () => read(reading.readyDemands),
    openDemands: () => read(reading.openDemands),
    placeOf: (taskId) => read(() => reading.placeOf(taskId)),
    nextDue: () => read(reading.nextDue),
    ownWaits: () => read(reading.ownWaits),
    openCounts: (host) => read(() => reading.openCounts(host)),
    reportMechanism: (input) => write(() => mechanismVerbs.reportMechanism(input)),
    mechanisms: () => read(mechanismVerbs.mechanisms),
    prune: (input) => write(() => keeping.prune(input)),
  }
}
