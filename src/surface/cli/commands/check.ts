// `midwatch check`: the sentinel once, for cron. Where one lives it only looks; else it probes overdue gates, opens and resolves
// the incidents of post-conditions, and tells people of what nobody was told. It restarts nothing and files no task.

import type { Call, Ending } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { eyesOf, gather } from '../status/report.ts'
import { coloursOf, outlookOf } from '../status/outlook.ts'
import { plainText } from '../text.ts'

export function define(command: Command, act: Act): void {
  command
    .option('--strict', 'exit 1 unless all is green')
    .addHelpText('after', '\nExit 1 when red. JSON: {"colour","red","yellow","acted"}')
    .action(act(check))
}

async function check(call: Call<{ strict?: boolean }>): Promise<Ending> {
  const { world, print } = call
  const fleet = await call.fleet()
  const report = await gather(eyesOf(world, fleet.dir), fleet)
  const outlook = await outlookOf(fleet)
  const acted = outlook.sentinel.state !== 'watching'
  const died = report.dispatchers.filter((one) => one.died)
  const colours = coloursOf(outlook, report.dispatchers)
  const red = [...new Set([...report.red, ...colours.red])]
  if (acted)
    await world.checkOnce(fleet, {
      findings: outlook.findings,
      died: died.map((one) => one.host),
      // The dead-man switch hears that work would be done, not only that none is in trouble.
      well: red.length === 0 && report.dispatchers.some((one) => one.running),
    })
  const colour = red.length > 0 ? 'red' : colours.yellow.length > 0 ? 'yellow' : 'green'
  if (call.json) print.json({ colour, red, yellow: colours.yellow, acted })
  else {
    print.line(colour)
    for (const sentence of [...red, ...colours.yellow]) print.line(`! ${plainText(sentence)}`)
  }
  return colour === 'red' || (call.options.strict === true && colour !== 'green')
    ? 'failed'
    : 'done'
}
