// `midwatch import`: takes a foreign board in, and tells what was odd about it. A second run makes nothing new.

import { basename, resolve } from 'node:path'

import { notFound, systemCode } from '../../../base/errors.ts'
import { boardKinds } from '../../../drivers/boards/contract.ts'
import { importBoard, type ImportReport } from '../../../lifecycle/intake/import.ts'
import { gather, oneOf, words } from '../arguments.ts'
import type { Call, Ending } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { meanwhile } from '../meanwhile.ts'
import { count } from '../labels.ts'
import { oneLine } from '../text.ts'

interface ImportOptions {
  from?: string
  table?: string
  source?: string
  agent?: string
  tier?: string
  role?: string
  label?: readonly string[]
  cwd?: string
  dryRun?: boolean
}

export function define(command: Command, act: Act): void {
  command
    .argument('[file]', 'the board; - or nothing for standard input')
    .option('--from <kind>', 'beads, list, github or arc (default: seen by its shape)')
    .option('--table <name>', 'the table of a SQLite file', 'tasks')
    .option('--source <name>', 'names the board in the keys (default: the file’s name)')
    .option('--agent <name>', 'who shall do the tasks (default: whoever fits)')
    .option('--tier <name>', 'this tier or a higher one')
    .option('--role <name>', 'an agent that can play this role')
    .option('--label <name>', 'label all of them; may be given several times', gather)
    .option('--cwd <dir>', 'where they are to be done (default: here)')
    .option('--dry-run', 'say what would be taken in, and take in nothing')
    .addHelpText(
      'after',
      '\ngh issue list --json number,title,body,labels,state,url | midwatch import -\nJSON: {"kind","imported":[{"ref","taskId"}],"known":[…],"settled":[{"ref","state"}],"refused":[{"ref","why"}],"odd":[{"ref","what"}],"dryRun"}',
    )
    .action(act(run))
}

async function run(call: Call<ImportOptions>): Promise<Ending> {
  const { options, world } = call
  const typed = call.args[0] === undefined ? '-' : String(call.args[0])
  const path = typed === '-' ? null : resolve(world.cwd, typed)
  const kind = options.from === undefined ? null : oneOf(options.from, '--from', boardKinds)
  const input = path === null ? await world.readInput() : ''
  const board = await world
    .readBoard({ path, input, kind, table: options.table ?? 'tasks' })
    .catch((error: unknown) => {
      if (systemCode(error) !== 'ENOENT') throw error
      throw notFound(
        'board.missing',
        `there is no file ${typed}`,
        'name one, or - for standard input',
      )
    })
  const fleet = await call.fleet()
  const { by } = await call.actor()
  const dryRun = options.dryRun === true
  const taking = importBoard(
    { ...fleet, folder: (folder) => fleet.host.folder(folder) },
    board,
    {
      agent: options.agent ?? null,
      tier: options.tier ?? null,
      role: options.role ?? null,
      labels: words(options.label),
      cwd: resolve(world.cwd, options.cwd ?? '.'),
      source: options.source ?? (path === null ? 'input' : basename(path)),
      by,
    },
    dryRun,
  )
  const report = await meanwhile(call, 'Taking in', taking)
  if (!dryRun) fleet.store.poke()
  if (call.json) call.print.json({ kind: board.kind, ...report, dryRun })
  else tell(call, board.kind, report, dryRun)
  return report.refused.length > 0 ? 'failed' : undefined
}

function tell(
  { print }: Call<ImportOptions>,
  kind: string,
  { imported, known, settled, refused, odd }: ImportReport,
  dryRun: boolean,
): void {
  const { paint } = print
  for (const { ref, what } of odd)
    print.line(`${paint.waiting('odd')}      ${oneLine(ref === null ? what : `${ref}: ${what}`)}`)
  for (const { ref, why } of refused)
    print.line(`${paint.bad('refused')}  ${oneLine(`${ref}: ${why}`)}`)
  const parts = [
    `${count(imported.length, 'task')} ${dryRun ? 'would be taken in' : 'taken in'}`,
    ...(known.length > 0 ? [`${known.length} taken in before`] : []),
    ...(settled.length > 0 ? [`${settled.length} settled there and left`] : []),
    ...(refused.length > 0 ? [`${refused.length} refused`] : []),
    ...(odd.length > 0 ? [`${odd.length} odd`] : []),
  ]
  print.line(`${kind}: ${parts.join(', ')}`)
}
