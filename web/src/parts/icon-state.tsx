// States of tasks and attempts as chips.

import { Chip, type Tone } from './basics.tsx'

interface TaskLike {
  readonly state: string
  readonly outcome: string | null
  readonly verified: boolean | null
}

const tones: Readonly<Record<string, Tone>> = {
  held: 'waiting',
  ready: 'plain',
  taken: 'moving',
  done: 'good',
  failed: 'bad',
  cancelled: 'aside',
}

export function TaskState({ task }: { task: TaskLike }) {
  const word = task.outcome ?? task.state
  return (
    <Chip tone={tones[word] ?? 'plain'}>
      {word}
      {task.verified === true && ' ✓'}
    </Chip>
  )
}

export const gateTone = (state: string): Tone =>
  state === 'passing'
    ? 'good'
    : state === 'probing'
      ? 'moving'
      : state === 'shut'
        ? 'waiting'
        : 'bad'

export const endTone = (name: string | null): Tone =>
  name === null
    ? 'moving'
    : name === 'success'
      ? 'good'
      : name === 'interrupted' || name === 'lost'
        ? 'aside'
        : 'bad'
