// Guards of incidents 30 to 44: of endings and gates. Texts are taken from the source as they stand there.

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts are source, with its placeholders

import type { Guarded } from './mutation.ts'

const classify = 'src/drivers/agents/classify/classify.ts'

type Edits = readonly (readonly [file: string, text: string, becomes: string])[]
const gated =
  (scenario: string) =>
  (incident: string, guard: string, edits: Edits): Guarded => ({
    ...{ incident, scenario, title: `(incident ${incident})` },
    without: { guard, edits: edits.map(([file, text, becomes]) => ({ file, text, becomes })) },
  })
const limits = gated('scenarios/gates/limits')
const outages = gated('scenarios/gates/outages')

export const gateIncidents: readonly Guarded[] = [
  limits('30', 'what a model wrote is searched for errors', [
    [
      classify,
      'if (exitCode === 0) return typed ?? findOnZero(look)',
      'if (exitCode === 0) return typed ?? findByText(look) ?? findOnZero(look)',
    ],
  ]),
  limits('31', 'any word of a limit is one', [
    [
      'src/drivers/agents/claude-stream.ts',
      "if (asObject(event['rate_limit_info'])?.['status'] === 'rejected') keep",
      'keep',
    ],
    [
      'src/drivers/agents/classify/tools/claude-events.ts',
      'const found = findingOfResult(result, errors, outside)',
      "const found = findingOfSignals(errors, '') ?? findingOfResult(result, errors, outside)",
    ],
  ]),
  limits('32', 'a stated reset is not waited for', [
    [
      'src/lifecycle/gate/shut.ts',
      'Math.min(resetAt, at + longestResetMs) + rules.afterReset()',
      'at + longestResetMs + rules.afterReset()',
    ],
  ]),
  limits('33', 'a reset that keeps moving is believed at full pace', [
    ['src/lifecycle/gate/shut.ts', 'wait === 0 ? at : at + nth(back.waitsMs, wait - 1)', 'at'],
  ]),
  limits('34', 'a gate that is due is not probed', [
    [
      'src/loops/dispatch/gates.ts',
      'store.probeDue({ now: clock.now() })',
      'store.probeDue({ now: 0 })',
    ],
  ]),
  limits('35', 'a limit of one account stops the fleet', [
    [
      'src/model/lane-rules.ts',
      "rule('rate_limited', 'account', 1",
      "rule('rate_limited', 'fleet', 1",
    ],
  ]),
  outages('36', 'a start of any kind clears every streak', [
    [
      'src/lifecycle/gate/breaker.ts',
      '!reaches(stage, proofOf(kind, one.class))',
      "!reaches(stage, 'order') && one.at < 0",
    ],
  ]),
  outages('37', 'what a task is at fault for charges its agent', [
    ['src/model/lane-rules.ts', "if (blame === 'task') return null\n", ''],
    [
      'src/model/lane-rules.ts',
      "rule('tool_permission', 'agent', 3, person, 'end'),",
      "rule('tool_permission', 'agent', 3, person, 'end'),\n  rule('task_failed', 'agent', 1, person, 'end'),",
    ],
  ]),
  outages('38', 'an outage of the network is charged to tasks', [
    ['src/model/failure.ts', "network: row('provider', 'lane'", "network: row('provider', 'task'"],
    ['src/lifecycle/settle/budget.ts', 'return others === 0 || havePassed', 'return others >= 0'],
  ]),
  outages('39', 'many losses are many incidents', [
    ['src/model/lane-rules.ts', 'massLoss = { count: 3', 'massLoss = { count: 300'],
  ]),
  limits('40', 'what a client complains of outweighs its result', [
    [
      classify,
      "(typed.class !== 'success' || exitCode === 0 || stoppedOutside)",
      "typed.class !== 'success'",
    ],
    [
      classify,
      'if (exitCode === 0) return typed ?? findOnZero(look)',
      'if (exitCode === 0) return findByText(look) ?? typed ?? findOnZero(look)',
    ],
  ]),
  limits('41', 'an exit 0 is believed', [
    [classify, 'const from = failsOnZero ?', 'const from = failsOnZero && said.length > 1e9 ?'],
  ]),
  limits('42', 'a stream that breaks off on exit 0 is success', [
    [
      classify,
      "? finding('task_failed', `It began (${typed.what}) and never reported an end.`)",
      "? finding('success', 'It began.')",
    ],
  ]),
  outages('43', 'limits may be shorter than what clients need to give up', [
    [
      'src/model/limits.ts',
      'return l.silenceMs < Math.min(120_000, most) || l.firstWordMs < Math.min(60_000, most)',
      'return most < 0',
    ],
  ]),
  {
    incident: '44',
    without: 'nobody waits between attempts',
    scenario: 'scenarios/gates/outages',
    title: '(incident 44)',
  },
]
