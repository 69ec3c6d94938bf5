// One thing that was done to the world, or may have been.

import { Link } from '@tanstack/react-router'
import { useState } from 'react'

import type { Answer } from '../../../src/surface/http/contract.ts'
import { call } from '../lib/api.ts'
import { useNow } from '../lib/time.ts'
import { AskFirst } from './ask-first.tsx'
import { Act, Chip, type Tone, When } from './basics.tsx'

type Effect = Answer<'listEffects'>['effects'][number]

const tones: Readonly<Record<string, Tone>> = {
  performed: 'good',
  reserved: 'moving',
  failed: 'aside',
  uncertain: 'bad',
}

export function EffectLine({ one }: { one: Effect }) {
  const now = useNow()
  const [said, setSaid] = useState<'performed' | 'failed' | null>(null)
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
      <span
        className="order-last min-w-0 basis-full text-soft empty:hidden md:order-none md:flex-1 md:basis-0 md:truncate md:empty:block"
        title={one.reason ?? ''}
      >
        {one.reason ?? ''}
      </span>
      <span className="text-xs text-faint">
        <When iso={one.settledAt ?? one.reservedAt} now={now} />
      </span>
      {one.state === 'uncertain' && (
        <span className="flex gap-1.5">
          <Act onPress={() => setSaid('performed')}>It happened</Act>
          <Act onPress={() => setSaid('failed')} danger>
            It did not
          </Act>
        </span>
      )}
      {said && (
        <AskFirst
          title={`${one.key}: ${said === 'performed' ? 'it happened' : 'it did not happen'}`}
          word={said === 'performed' ? 'It happened' : 'It did not'}
          danger={said === 'failed'}
          field={{ label: 'How you know (stands with it as a fact)', needed: true }}
          deed={(reason) => call('resolveEffect', { key: one.key, said, reason })}
          onClose={() => setSaid(null)}
        >
          <p>
            {said === 'performed'
              ? 'Everybody who asks again is told that it was done, and it is not done once more.'
              : 'It may be made again at once. If it did happen after all, it happens twice: look first.'}
          </p>
        </AskFirst>
      )}
    </li>
  )
}
