// `midwatch report`: what happened while nobody looked, as text, Markdown or one page of HTML.

import { usage } from '../../../base/errors.ts'
import { gatherReport } from '../../report/gather.ts'
import { pageOf } from '../../report/page.ts'
import { wordsOf } from '../../report/words.ts'
import { durationMs } from '../arguments.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'

export function define(command: Command, act: Act): void {
  command
    .option('--since <duration>', 'how far back', '24h')
    .option('--format <format>', 'text, md or html', 'text')
    .addHelpText(
      'after',
      '\nJSON: {"fleet","since","until","totals","done","failures","incidents","waiting","spend","course"}',
    )
    .action(act(report))
}

async function report(call: Call<{ since: string; format: string }>): Promise<void> {
  const { options, print, world } = call
  const backMs = durationMs(options.since, '--since')
  if (!['text', 'md', 'html'].includes(options.format))
    throw usage('usage.format', `there is no format ${options.format}`, 'text, md or html')
  const { store, config, clock } = await call.fleet()
  const now = clock.now()
  const found = await gatherReport(store, config.name, now - backMs, now)
  if (call.json) return print.json(found)
  const text =
    options.format === 'html'
      ? pageOf(found)
      : wordsOf(found, options.format === 'md' ? 'md' : 'text')
  world.out.write(text)
}
