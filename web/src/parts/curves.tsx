// What fired, was claimed, confirmed and settled over time: when these part, something in between is out of order. Firings
// are many, and have a scale of their own.

import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'

import { call } from '../lib/api.ts'
import { clock } from '../lib/time.ts'
import { Got } from './basics.tsx'

const names = ['fired', 'claimed', 'confirmed', 'settled', 'failed'] as const
const colours = {
  fired: '--faint',
  claimed: '--waiting',
  confirmed: '--moving',
  settled: '--good',
  failed: '--bad',
} as const

export function Curves() {
  const series = useQuery({
    queryKey: ['series'],
    queryFn: ({ signal }) => call('series', {}, signal),
    refetchInterval: 20_000,
  })
  return (
    <Got of={series}>
      {({ points }) => {
        const sums = names.map((name) => points.reduce((sum, point) => sum + point[name], 0))
        return (
          <div className="p-3">
            <ul className="mb-2 flex flex-wrap gap-x-5 text-xs text-soft">
              {names.map((name, i) => (
                <li key={name} className="flex items-center gap-1.5">
                  <span className="h-0.5 w-3" style={{ background: `var(${colours[name]})` }} />
                  <span>{name}</span>
                  <strong className="font-semibold text-ink">
                    {(sums[i] ?? 0).toLocaleString('en')}
                  </strong>
                </li>
              ))}
            </ul>
            <Plot
              data={[
                points.map((point) => Date.parse(point.at) / 1_000),
                ...names.map((name) => points.map((point) => point[name])),
              ]}
            />
          </div>
        )
      }}
    </Got>
  )
}

const css = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name)

function Plot({ data }: { data: number[][] }) {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const newest = useRef(data)
  newest.current = data
  useEffect(() => {
    const host = place.current
    if (host === null) return
    const make = () => {
      plot.current?.destroy()
      plot.current = new uPlot(
        optionsFor(host.clientWidth),
        newest.current as uPlot.AlignedData,
        host,
      )
    }
    make()
    const sizes = new ResizeObserver(() =>
      plot.current?.setSize({ width: host.clientWidth, height: 150 }),
    )
    sizes.observe(host)
    const themes = new MutationObserver(make)
    themes.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    return () => {
      sizes.disconnect()
      themes.disconnect()
      plot.current?.destroy()
    }
  }, [])
  useEffect(() => plot.current?.setData(data as uPlot.AlignedData), [data])
  return (
    <div
      ref={place}
      role="img"
      aria-label="Fired, claimed, confirmed, settled and failed over the last three hours"
    />
  )
}

function optionsFor(width: number): uPlot.Options {
  const axis = {
    stroke: css('--faint'),
    grid: { stroke: css('--line'), width: 1 },
    ticks: { show: false },
    font: '11px system-ui',
  }
  return {
    width,
    height: 150,
    legend: { show: false },
    cursor: { show: false },
    scales: {
      y: { range: (_, _least, most) => [0, Math.max(4, most)] },
      fired: { range: (_, _least, most) => [0, Math.max(4, most * 1.1)] },
    },
    axes: [
      {
        ...axis,
        values: (_, times) => times.map((at) => clock(new Date(at * 1_000).toISOString())),
      },
      { ...axis, size: 30, incrs: [1, 2, 5, 10, 20, 50, 100, 500, 1_000] },
    ],
    series: [
      {},
      ...names.map((name) => ({
        stroke: css(colours[name]),
        width: name === 'fired' ? 1 : 1.5,
        points: { show: false },
        ...(name === 'fired' && { scale: 'fired', dash: [3, 3] }),
      })),
    ],
  }
}
