// A real IMAP server (Dovecot) on loopback over a Maildir of the test's. Where the machine has none the tests are skipped
// with that sentence, except in CI.

import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

import { freePort } from './free-port.ts'
import { until } from './until.ts'

export interface Imap {
  readonly port: number
  readonly user: string
  readonly password: string
  /** The Maildir of the inbox. */
  readonly inbox: string
  stop(): Promise<void>
}

/** Why there is no IMAP server here; null when there is one. */
export function whyNoImap(): string | null {
  if (spawnSync('dovecot', ['--version']).status === 0) return null
  if (process.env['CI'] === 'true') throw new Error('in CI dovecot may not be missing')
  return 'there is no dovecot here (Debian: dovecot-imapd)'
}

export async function startImap(): Promise<Imap> {
  const base = mkdtempSync(join(tmpdir(), 'midwatch-imap-'))
  const asRoot = process.getuid?.() === 0
  const name = asRoot ? 'nobody' : userInfo().username
  const group = asRoot ? 'nogroup' : spawnSync('id', ['-gn'], { encoding: 'utf8' }).stdout.trim()
  const inbox = join(base, 'mail', 'bob')
  const folders = [
    join(base, 'mail'),
    inbox,
    ...['cur', 'new', 'tmp'].map((one) => join(inbox, one)),
  ]
  for (const folder of folders) mkdirSync(folder, { recursive: true })
  if (asRoot) {
    const [uid, gid] = ['-u', '-g'].map((flag) =>
      Number(spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' }).stdout),
    )
    for (const folder of folders) chownSync(folder, uid ?? 0, gid ?? 0)
    chmodSync(base, 0o755)
  }
  const port = await freePort()
  writeFileSync(join(base, 'dovecot.conf'), configuration(base, port, name, group))
  const server = spawn('dovecot', ['-F', '-c', join(base, 'dovecot.conf')], { stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  await until(() => answers(port))
  return {
    port,
    user: 'bob',
    password: 'pw',
    inbox,
    async stop() {
      server.kill('SIGTERM')
      await ended
      rmSync(base, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

const configuration = (base: string, port: number, name: string, group: string): string => `
base_dir = ${base}/run
state_dir = ${base}/run
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
log_path = ${base}/log
mail_location = maildir:${base}/mail/%u
first_valid_uid = 0
first_valid_gid = 0
mail_max_userip_connections = 100
mail_uid = ${name}
mail_gid = ${group}
default_internal_user = ${name}
default_login_user = ${name}
default_internal_group = ${group}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
service anvil {
  chroot =
}
passdb {
  driver = static
  args = password=pw
}
userdb {
  driver = static
  args = uid=${name} gid=${group} home=${base}/mail/%u
}
namespace inbox {
  inbox = yes
  mailbox Sent {
    auto = subscribe
    special_use = \\Sent
  }
}
`

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('data', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
