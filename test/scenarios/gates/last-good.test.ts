// S3, its third way out: a client refuses a required flag that a changed configuration brought, and the agent goes on with
// the configuration that worked last: no task waits, nobody pays, and a person is told once.

import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { Binary } from '../../surface/cli/binary.ts'

let binary: Binary
let dir: string
beforeAll(async () => {
  binary = await Binary.build()
  dir = await binary.fleet()
})
afterAll(() => binary.end([dir]))

const events = [
  { type: 'system', subtype: 'init', session_id: 's', claude_code_version: '2.1.75' },
  { type: 'assistant', message: { model: 'm', content: [{ type: 'text', text: 'Done.' }] } },
  {
    type: 'result',
    subtype: 'success',
    is_error: false,
    num_turns: 1,
    result: 'Done.',
    usage: { input_tokens: 3, output_tokens: 2 },
  },
]

/** A client whose help lists --model and which refuses it all the same. */
const client = `#!/bin/sh
case " $* " in
  *' --version '*) echo '2.1.75 (Claude Code)'; exit 0;;
  *' --help '*) printf '%s\\n' '  -p, --print' '  --output-format <f>' '  --verbose' '  --permission-mode <m>' '  --allowedTools <t>' '  --model <m>'; exit 0;;
  *' --model '*) echo "error: unknown option '--model'" >&2; exit 1;;
esac
cat > /dev/null
cat <<'EVENTS'
${events.map((event) => JSON.stringify(event)).join('\n')}
EVENTS
`

const configure = (model: string) =>
  writeFileSync(
    join(dir, 'midwatch.yaml'),
    `name: scratch
backoff: [1h]
attempts: 1
limits: { stopGrace: 5s, poll: 200ms }
agents:
  ann: { adapter: claude, program: ${join(dir, 'client')}, slots: 1${model} }
`,
  )
const work = async () => {
  await binary.json(['add', 'a task', '--prompt', 'go'], { cwd: dir })
  return await binary.run(['up', '--until-idle'], { cwd: dir })
}

test('an agent whose new model setting is refused goes on without it at once, and its owner is told', async () => {
  writeFileSync(join(dir, 'client'), client)
  chmodSync(join(dir, 'client'), 0o755)
  configure('')
  expect((await work()).out).toMatch(/All tasks are done/)
  configure(', model: opus')
  expect((await work()).out).toMatch(/All tasks are done/)
  const { tasks } = await binary.json(['list'], { cwd: dir })
  for (const task of tasks) expect(task).toMatchObject({ outcome: 'done' })
  const { incidents } = await binary.json(['incidents'], { cwd: dir })
  expect(incidents).toMatchObject([
    { key: 'config:ann', title: expect.stringMatching(/model opus → none/) },
  ])
  const { gates } = await binary.json(['gate', 'list'], { cwd: dir })
  expect(gates.filter(({ state }: { state: string }) => state === 'pinned')).toEqual([])
  configure(', permissions: plan')
  expect((await work()).out).toMatch(/All tasks are done/)
}, 60_000)
