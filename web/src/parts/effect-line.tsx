// One thing that was done to the world, or may have been.

import { Link } from '@tanstack/react-router'

import type { Answer } from '../../../src/surface/http/contract.ts'
import { useNow } from '../lib/time.ts'
import { Chip, type Tone, When } from './basics.tsx'

type Effect = Answer<'listEffects'>['effects'][number]

const tones: Readonly<Record<string, Tone>> = {
  performed: 'good',
  reserved: 'moving',
  failed: 'aside',
  uncertain: 'bad',
}

export function EffectLine({ one }: { one: Effect }) {
  const now = useNow()
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 gap-y-1 px-3 py-2">
      <span className="w-20">
        <Chip tone={tones[one.state] ?? 'plain'}>{one.state}</Chip>
      </span>
      <span className="min-w-0 font-mono break-all">{one.key}</span>
      <span className="text-soft">{one.kind}</span>
      {one.taskId !== null && (
        <Link to="." search={{ task: one.taskId }} className="text-soft underline">
          task {one.taskId}
        </Link>
      )}
      <span className="min-w-0 flex-1 truncate text-soft" title={one.reason ?? ''}>
        {one.reason ?? ''}
      </span>
      <span className="text-xs text-faint">
        <When iso={one.settledAt ?? one.reservedAt} now={now} />
      </span>
    </li>
  )
}
