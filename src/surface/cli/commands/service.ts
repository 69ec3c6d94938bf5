// `midwatch service`: hands the fleet to systemd, which starts it with the machine and again when its supervisor stands still.

import { failed, usage } from '../../../base/errors.ts'
import type { ServiceManager } from '../../../drivers/service/contract.ts'
import { unitNames, unitsOf } from '../../../model/service-units.ts'
import { durationMs } from '../arguments.ts'
import type { Call, Ending } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'

interface ServiceOptions {
  system?: boolean
  print?: boolean
  checkEvery?: string
}

export function define(command: Command, act: Act): void {
  const scoped = (inner: Command) =>
    inner.option('--system', 'units of the system instead of those of this user')
  scoped(command.command('install').summary('write the units and start them'))
    .option('--print', 'only print them')
    .option('--check-every <duration>', 'how often the timer looks', '5m')
    .addHelpText('after', '\nJSON: {"folder","units":[{"name","text"}]}')
    .action(act(install))
  scoped(command.command('status').summary('whether the units are there and run'))
    .addHelpText('after', '\nExit 1 unless it runs. JSON: {"service","timer"}')
    .action(act(status))
  scoped(command.command('uninstall').summary('stop the units and take them away'))
    .addHelpText('after', '\nSessions go on. JSON: {"removed"}')
    .action(act(uninstall))
}

const managerOf = ({ world, options }: Call<ServiceOptions>): Promise<ServiceManager> =>
  world.serviceManager(options.system === true)

async function install(call: Call<ServiceOptions>): Promise<void> {
  const { world, options, print } = call
  const dir = await call.fleetDir()
  const { config } = await (await world.configSource(dir, 'allow')).load()
  const path = world.env['PATH'] ?? ''
  if (/[\n\r]/.test(`${dir}${path}`))
    throw usage('service.path', 'a path with a line break fits into no unit', 'rename it')
  const system = options.system === true
  const units = unitsOf({
    ...{ fleet: config.name, dir, path, system },
    command: world.command,
    user: world.userName(),
    checkEveryMs: durationMs(options.checkEvery ?? '5m', '--check-every'),
  })
  if (options.print === true) {
    if (call.json) return print.json({ folder: null, units })
    for (const { name, text } of units) print.line(`# ${name}\n${text}`)
    return
  }
  const names = unitNames(config.name)
  const { folder } = await (await managerOf(call)).install(units, [names.service, names.timer])
  if (call.json) return print.json({ folder, units })
  print.line(`${names.service} runs; ${names.timer} looks now and then. Units lie in ${folder}.`)
  if (!system)
    print.line('`loginctl enable-linger` keeps them running after you log out, and from boot on.')
}

async function fleetName(call: Call<ServiceOptions>): Promise<string> {
  const dir = await call.fleetDir()
  return (await (await call.world.configSource(dir, 'allow')).load()).config.name
}

async function status(call: Call<ServiceOptions>): Promise<Ending> {
  const names = unitNames(await fleetName(call))
  const manager = await managerOf(call)
  const [service, timer] = [await manager.state(names.service), await manager.state(names.timer)]
  if (call.json) call.print.json({ service, timer })
  else {
    call.print.line(`${names.service}: ${service}`)
    call.print.line(`${names.timer}: ${timer}`)
  }
  return service === 'active' ? 'done' : 'failed'
}

async function uninstall(call: Call<ServiceOptions>): Promise<void> {
  const names = unitNames(await fleetName(call))
  const manager = await managerOf(call)
  const stop = [names.timer, names.service]
  const removed = await manager.uninstall(Object.values(names), stop)
  if (!removed && !call.json)
    throw failed(
      'service.none',
      `${names.service} is not installed`,
      '`midwatch service install` installs it; --system where it is one of the system',
    )
  if (call.json) return call.print.json({ removed })
  call.print.line(`${names.service} is stopped and gone. Sessions go on.`)
}
