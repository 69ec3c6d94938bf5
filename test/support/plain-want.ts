import type { Want } from '../../src/lifecycle/intake/enqueue.ts'

/** A want of the agent `shell` that says nothing of what it need not say. */
export const plainWant: Want = {
  title: 'a task',
  run: 'true',
  prompt: null,
  agent: 'shell',
  tier: null,
  role: null,
  labels: [],
  priority: 0,
  notBefore: null,
  after: [],
  afterAny: [],
  key: null,
  verify: null,
  cwd: '/',
  timeoutMs: null,
  attempts: null,
  once: false,
  anyway: false,
  againOf: null,
  by: 'test',
}
