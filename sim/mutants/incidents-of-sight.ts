// Guards of incidents 45 to 65: of seeing, effects, cost and launch. Texts are taken from the source as they stand there.

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts are source, with its placeholders

import type { Guarded } from './mutation.ts'

const wrapper = 'src/drivers/launchers/local/forked-wrapper.ts'

export const sightIncidents: readonly Guarded[] = [
  {
    incident: '45',
    without: 'a failover goes into an account that is known to be dead',
    scenario: 'scenarios/gates/failover',
    title: '(incident 45)',
  },
  {
    incident: '46',
    without: {
      guard: 'a standstill is told and nobody restarts',
      edits: [
        {
          file: 'src/loops/sentinel/standstill.ts',
          text: "if (role !== 'supervisor')\n",
          becomes: "if (role !== 'supervisor' && nowMs < 0)\n",
        },
      ],
    },
    scenario: 'scenarios/sim/five-alerts',
    title: 'five alerts of one shut gate',
  },
  {
    incident: '47',
    without: 'a message that was told is told again',
    scenario: 'scenarios/sim/five-alerts',
    title: 'five alerts of one shut gate',
  },
  {
    incident: '48',
    without: 'a message that did not get through counts as told',
    scenario: 'scenarios/sim/unheard',
    title: '(incident 48)',
  },
  {
    incident: '49',
    without: {
      guard: 'what was started counts as long as it is not negative',
      edits: [
        {
          file: 'src/model/expect.ts',
          text: 'now - oldestReadyAt < startedMs || recent.confirmed > 0',
          becomes: 'now - oldestReadyAt < startedMs || recent.confirmed >= 0',
        },
      ],
    },
    scenario: 'scenarios/sim/post-conditions',
    title: 'is accused where it is broken',
  },
  {
    incident: '50',
    without: 'a watcher that slept judges what it did not see',
    scenario: 'scenarios/idle-week',
    title: 'a sentinel that itself slept for hours judges nobody',
  },
  {
    incident: '51',
    without: {
      guard: 'who stands still looks like who has nothing to do',
      edits: [
        {
          file: 'src/loops/sentinel/silence.ts',
          text: "silentMs >= patienceMs ? 'red'",
          becomes: "silentMs >= 1e9 * patienceMs ? 'red'",
        },
      ],
    },
    scenario: 'scenarios/idle-week',
    title: 'a dispatcher that stands still is red',
  },
  {
    incident: '52',
    without: {
      guard: 'the dead-man switch is pinged whatever stands still',
      edits: [
        {
          file: 'src/loops/sentinel/deadman.ts',
          text: 'if (to === null || standstill || !isWell()) return',
          becomes: 'if (to === null) return',
        },
      ],
    },
    scenario: 'scenarios/sim/gone-host',
    title: '(incident 52)',
  },
  {
    incident: '53',
    without: 'nobody is told of a window that lets none through',
    scenario: 'scenarios/sim/calm-week',
    title: 'for seven days no window opens',
  },
  {
    incident: '54',
    without: {
      guard: 'why says nothing of windows',
      edits: [
        {
          file: 'src/loops/dispatch/why.ts',
          text: '        ...(await calmGates(deps, task.demand, now)),\n',
          becomes: '',
        },
      ],
    },
    scenario: 'scenarios/why-not',
    title: 'two tasks that stand alike for two causes',
  },
  {
    incident: '55',
    without: 'the same letter under another key is let through',
    scenario: 'scenarios/one-mail',
    title: '(incident 55)',
  },
  {
    incident: '56',
    without: {
      guard: 'what was performed may be reserved again',
      edits: [
        {
          file: 'src/lifecycle/effects/perform.ts',
          text: "if (reserved.yours && effect.state === 'reserved') {",
          becomes: "if (reserved.yours || effect.state === 'performed') {",
        },
      ],
    },
    scenario: 'scenarios/one-mail',
    title: 'five sessions of one task, and three that other people wanted',
  },
  {
    incident: '57',
    without: 'a cap that is reached is charted and shuts nothing',
    scenario: 'scenarios/sim/spent',
    title: '(incident 57)',
  },
  {
    incident: '58',
    without: {
      guard: 'what a session complains of has no file of its own',
      edits: [
        { file: wrapper, text: '"$dir/out", "$dir/err")', becomes: '"$dir/out", "$dir/out")' },
      ],
    },
    scenario: 'scenarios/processes',
    title: '(incident 58)',
  },
  {
    incident: '59',
    without: {
      guard: 'how a program ended is not recorded',
      edits: [{ file: wrapper, text: '128 + $signal : $code >> 8', becomes: '128 + $signal : 0' }],
    },
    scenario: 'scenarios/processes',
    title: '(incident 59)',
  },
  {
    incident: '60',
    without: {
      guard: 'a missing folder is told as the start was refused',
      edits: [
        {
          file: 'src/lifecycle/launch/preflight.ts',
          text: "if (folder !== 'ok')",
          becomes: "if (folder === 'no_access')",
        },
        {
          file: 'src/drivers/launchers/local/ask.ts',
          text: 'return (await cwdRefusal(error, order)) ??',
          becomes: 'return (order.cwd === null ? await cwdRefusal(error, order) : null) ??',
        },
      ],
    },
    scenario: 'scenarios/processes',
    title: '(incident 60)',
  },
  {
    incident: '61',
    without: {
      guard: 'the blanks around a variable are cut',
      edits: [
        {
          file: 'src/drivers/launchers/local/spawner-frame.ts',
          text: '`${name}=${value}\\0`',
          becomes: '`${name}=${value.trim()}\\0`',
        },
      ],
    },
    scenario: 'scenarios/launched',
    title: 'with nothing around it',
  },
  {
    incident: '62',
    without: 'uncommitted files keep no worktree',
    scenario: 'scenarios/worktree',
    title: 'survives the sweep and every collection',
  },
  {
    incident: '63',
    without: {
      guard: 'who does not heed SIGTERM is left alone',
      edits: [
        {
          file: 'src/drivers/processes/empty.ts',
          text: "if (left.length > 0) {\n    signals.push('SIGKILL')",
          becomes: "if (left.length > 1e9) {\n    signals.push('SIGKILL')",
        },
      ],
    },
    scenario: 'scenarios/processes',
    title: '(incident 63)',
  },
  {
    incident: '64',
    without: {
      guard: 'an order stands among the arguments',
      edits: [
        {
          file: 'src/drivers/agents/prompt-client.ts',
          text: 'args: [...words, ...args],',
          becomes: 'args: [...words, ...args, workOrderText(work, mayAct)],',
        },
      ],
    },
    scenario: 'scenarios/processes',
    title: '(incident 64)',
  },
  {
    incident: '65',
    without: {
      guard: 'a session without its token is a person',
      edits: [
        {
          file: 'src/surface/cli/actor.ts',
          text: "Boolean(env[tokenVariable] || env['MIDWATCH_ATTEMPT'])",
          becomes: 'Boolean(env[tokenVariable])',
        },
      ],
    },
    scenario: 'scenarios/own-gate',
    title: 'by the command line moves neither gate nor lock',
  },
]
