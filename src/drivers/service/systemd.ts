// systemd as it is: unit files in its folder, and `systemctl` for everything else.

import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

import { failed, systemCode } from '../../base/errors.ts'
import type { ServiceManager } from './contract.ts'

export interface SystemdOptions {
  readonly system: boolean
  readonly env: Readonly<Record<string, string | undefined>>
}

const timeoutMs = 120_000

export function systemd({ system, env }: SystemdOptions): ServiceManager {
  const folder = system
    ? '/etc/systemd/system'
    : join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'systemd', 'user')
  const ask = (...words: string[]) => systemctl(system ? words : ['--user', ...words])

  async function must(...words: string[]): Promise<void> {
    const { code, said } = await ask(...words)
    if (code === 0) return
    throw failed(
      'service.systemctl',
      `systemctl ${words.join(' ')} failed: ${said}`,
      system
        ? 'run it as root, on a machine that was booted with systemd'
        : 'a user’s systemd must run: `loginctl enable-linger` keeps it after logout; or use --system',
    )
  }

  return {
    async install(units, start) {
      try {
        mkdirSync(folder, { recursive: true })
        for (const { name, text } of units) writeFileSync(join(folder, name), text, { mode: 0o644 })
      } catch (error) {
        const code = systemCode(error)
        if (code === null) throw error
        throw failed(
          'service.unwritable',
          `${folder} cannot be written (${code})`,
          system ? 'run it as root' : 'make it writable for this user',
          error,
        )
      }
      await must('daemon-reload')
      await must('enable', '--now', ...start)
      return { folder }
    },
    async uninstall(names, stop) {
      const there = names.filter((name) => existsSync(join(folder, name)))
      if (there.length === 0) return false
      await must('disable', '--now', ...stop.filter((name) => there.includes(name)))
      for (const name of there) rmSync(join(folder, name), { force: true })
      await must('daemon-reload')
      return true
    },
    async state(name) {
      if (!existsSync(join(folder, name))) return 'not installed'
      return (await ask('is-active', name)).said || 'unknown'
    },
  }
}

function systemctl(words: readonly string[]): Promise<{ code: number; said: string }> {
  return new Promise((resolve) => {
    execFile('systemctl', words, { timeout: timeoutMs }, (error, out, err) => {
      const said = `${out}${err}`.trim().split('\n').at(-1) ?? ''
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1
      resolve({ code, said: said === '' && error !== null ? error.message : said })
    })
  })
}
