// `midwatch stop`: three strengths. Alone: the dispatcher of this host ends, sessions go on. With --sessions: they are
// stopped, too, until proven gone. With --all --now: the fleet is pinned, so that nothing begins again, and every
// session of every host is stopped.

import { formatDuration } from '../../../base/duration.ts'
import { failed, usage } from '../../../base/errors.ts'
import type { HostRow } from '../../../drivers/store/contract/shapes.ts'
import { fleetLane } from '../../../model/gate.ts'
import type { Call, Ending } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { count } from '../labels.ts'
import { livingDaemon } from '../living-daemon.ts'
import { meanwhile } from '../meanwhile.ts'
import type { AllEmptied, Fleet, World } from '../world.ts'

interface StopOptions {
  sessions?: boolean
  all?: boolean
  now?: boolean
  reason?: string
}

export function define(command: Command, act: Act): void {
  command
    .option('--sessions', 'also stop the sessions of this host')
    .option('--all', 'with --now: stop every session and pin the fleet')
    .option('--now', 'with --all')
    .option('--reason <text>', 'why the fleet is pinned')
    .addHelpText(
      'after',
      '\nJSON: {"daemon":"stopped"|"not running"|"running","sessions":{"stopped","survivors"}|null,"pinned"}',
    )
    .action(act(stop))
}

async function stop(call: Call<StopOptions>): Promise<Ending> {
  const { all, now } = call.options
  if ((all === true) !== (now === true))
    throw usage(
      'usage.all_now',
      '--all and --now belong together',
      '`midwatch stop --all --now` stops every session and pins the fleet',
    )
  return all === true ? await stopAllNow(call) : await stopHere(call)
}

async function stopHere(call: Call<StopOptions>): Promise<Ending> {
  const fleet = await call.fleet()
  const row = await livingDaemon(call, fleet, fleet.host.name)
  if (row !== null) await endDaemon(call, fleet, row)
  const daemon = row === null ? 'not running' : 'stopped'
  if (!call.json)
    call.print.line(
      row === null
        ? 'No dispatcher is running on this host.'
        : `The dispatcher (process ${row.pid}) has stopped.`,
    )
  const emptied = call.options.sessions === true ? await emptyHere(call, fleet) : null
  if (call.json) call.print.json({ daemon, sessions: emptied && shape(emptied), pinned: false })
  else if (emptied !== null) tellEmptied(call, emptied)
  else await tellLeft(call, fleet)
  return emptied !== null && emptied.survivors.length > 0 ? 'failed' : 'done'
}

/** The wish to stop is written down first, so that whoever judges the endings knows whose they are. */
async function emptyHere(call: Call, fleet: Fleet): Promise<AllEmptied> {
  const { store, clock, host } = fleet
  const { by } = await call.actor()
  const attemptIds = (await store.unended(host.name)).map(({ id }) => id)
  await store.askStop({ attemptIds, reason: 'stop --sessions', by, now: clock.now() })
  return empty(call, fleet)
}

/** An agent that does not end by itself takes the whole grace: that is said, so that nobody waits in the dark. */
function empty(call: Call, fleet: Fleet): Promise<AllEmptied> {
  const grace = formatDuration(fleet.config.limits.stopGraceMs)
  const what = `Stopping sessions; what is left of one after ${grace} is killed`
  return meanwhile(call, what, call.world.emptyAllSessions(fleet))
}

async function stopAllNow(call: Call<StopOptions>): Promise<Ending> {
  const fleet = await call.fleet()
  const { store, clock } = fleet
  const { by } = await call.actor()
  const reason = call.options.reason ?? `stop --all --now by ${by}`
  await store.pin({ lane: fleetLane, by, reason, until: null, now: clock.now() })
  const open = await store.unended(null)
  await store.askStop({
    attemptIds: open.map(({ id }) => id),
    reason,
    by,
    now: clock.now(),
  })
  store.poke()
  const emptied = await empty(call, fleet)
  const elsewhere = new Set(
    open.filter(({ host }) => host !== fleet.host.name).map(({ host }) => host),
  )
  const daemon =
    (await livingDaemon(call, fleet, fleet.host.name)) === null ? 'not running' : 'running'
  if (call.json) call.print.json({ daemon, sessions: shape(emptied), pinned: true })
  else {
    tellEmptied(call, emptied)
    if (elsewhere.size > 0)
      call.print.line(`The dispatchers of ${[...elsewhere].join(', ')} were asked to stop theirs.`)
    call.print.line('The fleet is pinned: nothing begins until `midwatch gate reset fleet`.')
  }
  return emptied.survivors.length > 0 ? 'failed' : 'done'
}

const patienceMs = 60_000
const lookMs = 50
const noteAfterMs = 1_000

async function endDaemon({ world, print }: Call, { clock }: Fleet, row: HostRow): Promise<void> {
  await world.askToEnd(row)
  const asked = clock.monotonicMs()
  for (let noted = false; await someLives(world, row); await clock.sleep(lookMs)) {
    const waitedMs = clock.monotonicMs() - asked
    if (waitedMs > noteAfterMs && !noted) {
      print.note(`Waiting for the dispatcher (process ${row.pid}) to end …`)
      noted = true
    }
    if (waitedMs > patienceMs)
      throw failed(
        'stop.deaf',
        `the dispatcher (process ${row.pid}) was asked to stop and still runs after ${patienceMs / 1_000} s`,
        `look at its output; \`kill -9 ${row.pid}\` is safe: sessions go on and nothing is lost`,
      )
  }
}

/** The dispatcher is gone when its supervisor is. */
async function someLives(world: World, row: HostRow): Promise<boolean> {
  if (await world.daemonLives(row)) return true
  return row.under !== undefined && (await world.daemonLives({ ...row, ...row.under }))
}

const shape = ({ emptied, survivors }: AllEmptied) => ({ stopped: emptied, survivors })

function tellEmptied({ print }: Call, { emptied, survivors }: AllEmptied): void {
  print.line(
    emptied === 0 && survivors.length === 0
      ? 'No session was running.'
      : `${count(emptied, 'session')} stopped.`,
  )
  if (survivors.length > 0)
    print.line(
      print.paint.bad(
        `${count(survivors.length, 'process', 'processes')} could not be ended: ${survivors.join(', ')}`,
      ),
    )
}

async function tellLeft({ print }: Call, { store, host }: Fleet): Promise<void> {
  const left = (await store.unended(host.name)).length
  if (left > 0)
    print.line(
      `${count(left, 'session')} may still run; \`midwatch stop --sessions\` ends ${left === 1 ? 'it' : 'them'}.`,
    )
}
