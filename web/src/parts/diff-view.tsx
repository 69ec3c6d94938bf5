// What a task's sessions changed in its worktree.

import { useQuery } from '@tanstack/react-query'

import { call, Trouble } from '../lib/api.ts'
import { Empty, Failed } from './basics.tsx'

const look = (line: string): string =>
  line.startsWith('+') && !line.startsWith('+++')
    ? 'text-good bg-good-wash'
    : line.startsWith('-') && !line.startsWith('---')
      ? 'text-bad bg-bad-wash'
      : /^(diff|index|@@|\+\+\+|---)/.test(line)
        ? 'text-faint'
        : ''

export function DiffView({ id }: { id: number }) {
  const diff = useQuery({
    queryKey: ['task', id, 'diff'],
    queryFn: ({ signal }) => call('diffTask', { id }, signal),
  })
  if (diff.error instanceof Trouble && diff.error.status === 404)
    return <Empty>{diff.error.message}.</Empty>
  if (diff.error) return <Failed error={diff.error} />
  if (!diff.data) return <Empty>Looking</Empty>
  if (diff.data.diff === '') return <Empty>It has changed nothing in {diff.data.path}.</Empty>
  return (
    <div className="p-3">
      <p className="mb-2 text-xs text-soft">
        <span className="font-mono">{diff.data.branch}</span> in {diff.data.path}
        {diff.data.cut && '; only its beginning is shown'}
      </p>
      <pre
        className="max-h-[60dvh] overflow-auto rounded-md bg-sunken py-2 font-mono text-xs leading-5"
        tabIndex={0}
      >
        {diff.data.diff.split('\n').map((line, i) => (
          <div key={i} className={`px-3 ${look(line)}`}>
            {line || ' '}
          </div>
        ))}
      </pre>
    </div>
  )
}
