// What the sessions of a task print: the end of one of them, or the lines of it that contain what somebody looks for.

import { useState } from 'react'

import type { Answer } from '../../../src/surface/http/contract.ts'
import { LogSearch } from './log-search.tsx'
import { LogTail, type Stream } from './log-tail.tsx'

type Attempts = Answer<'showTask'>['attempts']

export function LogView({ attempts }: { attempts: Attempts }) {
  const [id, setId] = useState(attempts.at(-1)?.id ?? 0)
  const [stream, setStream] = useState<Stream>('out')
  const [wanted, setWanted] = useState('')
  return (
    <div className="grid gap-2 p-3">
      <div className="flex flex-wrap items-center gap-2">
        <select
          aria-label="Attempt"
          value={id}
          onChange={(event) => setId(Number(event.target.value))}
          className="rounded-md border border-line bg-ground px-1.5 py-1"
        >
          {attempts.toReversed().map((one) => (
            <option key={one.id} value={one.id}>
              attempt {one.id}: {one.class ?? one.state}
            </option>
          ))}
        </select>
        {(['out', 'err'] as const).map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={stream === name}
            onClick={() => setStream(name)}
            className={`rounded-md border px-2 py-1 ${stream === name ? 'border-accent text-ink' : 'border-line text-soft'}`}
          >
            {name === 'out' ? 'output' : 'errors'}
          </button>
        ))}
        <input
          type="search"
          data-search
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
          placeholder="Search all of it"
          aria-label="Search the log"
          className="min-w-0 flex-1 rounded-md border border-line bg-ground px-2 py-1"
        />
      </div>
      {wanted.length > 1 ? (
        <LogSearch key={`${id} ${stream}`} id={id} stream={stream} text={wanted} />
      ) : (
        <LogTail key={`${id} ${stream}`} id={id} stream={stream} />
      )}
    </div>
  )
}
