// What was consumed, by agent and day, as far as the clients tell; and which limits stand in the way now.

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'

import { call } from '../lib/api.ts'
import { full, humane, useNow } from '../lib/time.ts'
import { Chip, Empty, Got, PageHead, Section } from '../parts/basics.tsx'

const dollars = (value: number): string => (value === 0 ? '' : `$${value.toFixed(2)}`)

export function Spend() {
  const now = useNow()
  const spend = useQuery({
    queryKey: ['attempts', 'spend'],
    queryFn: ({ signal }) => call('spend', {}, signal),
  })
  return (
    <div className="mx-auto max-w-5xl">
      <PageHead title="Spend and quota" />
      <Got of={spend} rows={5}>
        {({ agents, days, limits, lookedAt }) => (
          <div className="grid gap-4">
            <Section title="Limits in the way now">
              {limits.length === 0 ? (
                <Empty>No account, model or budget is at its limit.</Empty>
              ) : (
                <ul className="divide-y divide-line">
                  {limits.map((one) => (
                    <li key={one.lane} className="px-3 py-2">
                      <Chip tone="waiting">
                        {one.until ? `until ${full(one.until)}` : 'a person ends it'}
                      </Chip>{' '}
                      <span className="font-mono">{one.lane}</span>
                      <p className="text-soft">{humane(one.reason, now)}</p>
                    </li>
                  ))}
                </ul>
              )}
            </Section>
            <Section title="By agent" aside={`of the newest ${lookedAt} attempts of each`}>
              <ul className="divide-y divide-line">
                {agents.map((one) => (
                  <li key={one.agent} className="flex gap-4 px-3 py-1.5">
                    <Link
                      to="."
                      search={{ agent: one.agent }}
                      className="w-40 font-medium hover:underline"
                    >
                      {one.agent}
                    </Link>
                    <span className="w-20 text-right">{dollars(one.costUsd)}</span>
                    <span className="flex-1 text-right text-soft">
                      {(one.inputTokens + one.outputTokens).toLocaleString('en')} tokens
                    </span>
                    <span className="w-24 text-right text-soft">{one.attempts} attempts</span>
                  </li>
                ))}
              </ul>
            </Section>
            <Section title="By day">
              {days.length === 0 ? (
                <Empty>No client has told what it consumed.</Empty>
              ) : (
                <ul className="py-1">
                  {days.map((one) => {
                    const most = Math.max(...days.map(({ tokens }) => tokens), 1)
                    return (
                      <li
                        key={one.day}
                        className="grid grid-cols-[6rem_1fr_8rem] items-center gap-3 px-3 py-0.5"
                      >
                        <span className="text-soft">{one.day}</span>
                        <span
                          className="h-2 rounded-sm bg-accent"
                          style={{ width: `${(one.tokens / most) * 100}%` }}
                        />
                        <span className="text-right text-soft">
                          {dollars(one.costUsd)} {one.tokens.toLocaleString('en')}
                        </span>
                      </li>
                    )
                  })}
                </ul>
              )}
            </Section>
          </div>
        )}
      </Got>
    </div>
  )
}
