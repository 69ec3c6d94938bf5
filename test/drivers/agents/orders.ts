// Minimal settings, work orders and endings for the adapters' tests.

import type {
  AgentSettings,
  Ending,
  StreamSummary,
  WorkOrder,
} from '../../../src/drivers/agents/contract.ts'
import type { Order } from '../../../src/model/task.ts'

export function settings(over: Partial<AgentSettings> = {}): AgentSettings {
  return {
    name: 'a1',
    adapter: 'command',
    model: null,
    permissions: 'edit',
    program: null,
    args: null,
    env: {},
    ...over,
  }
}

export function work(order: Partial<Order> = {}, over: Partial<WorkOrder> = {}): WorkOrder {
  return {
    taskId: 7,
    attemptId: 12,
    title: 'Count the files',
    order: {
      run: null,
      prompt: null,
      cwd: '/repo',
      timeoutMs: null,
      verify: null,
      once: false,
      ...order,
    },
    history: [],
    attemptDir: '/fleet/.midwatch/attempts/12',
    asRoot: false,
    limitMs: 7_200_000,
    ...over,
  }
}

export const silent: StreamSummary = {
  started: false,
  modelOutput: false,
  result: null,
  signals: [],
  usage: null,
}

export function ending(over: Partial<Ending> = {}): Ending {
  return {
    exitCode: 0,
    signal: null,
    stoppedBy: null,
    summary: silent,
    outHead: '',
    outTail: '',
    errHead: '',
    errTail: '',
    durationMs: 1_000,
    now: Date.UTC(2026, 10, 20, 9, 0),
    ...over,
  }
}
