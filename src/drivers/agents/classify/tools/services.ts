// What is known of the services that run sessions for others: systemd, containers, tmux. Their own codes and messages are
// facts of the launch.

import { anyOf, atStart } from '../patterns.ts'
import { codes } from '../tool.ts'
import type { ToolKnowledge } from '../tool.ts'

/** systemd-run and units. 200–245 are systemd's own codes for what failed before the program ran. */
export const systemd: ToolKnowledge = {
  names: ['systemd-run', 'systemd', 'systemctl', 'systemd_run', 'loginctl'],
  rows: [
    {
      class: 'argument_error',
      when: anyOf(
        /unrecognized option/,
        /invalid option/,
        /Unknown (?:assignment|property)/,
        /Failed to parse/,
        /Invalid unit name/,
        /Cannot set property/,
        /unknown assignment/,
      ),
    },
    {
      class: 'resource_exhausted',
      when: /oom-kill|status=9\/KILL.*oom|MemoryMax|TasksMax|status=20[57]\//i,
    },
    {
      class: 'timeout',
      when: anyOf(
        /result 'timeout'/,
        /timed out\. (?:Terminating|Killing|Stopping)/,
        /RuntimeMaxSec/,
        /service runtime time limit/,
      ),
    },
    {
      class: 'launch_failed',
      when: anyOf(
        /Failed to (?:connect|start|execute|find|get|create)/,
        /status=2\d\d\//,
        /Unit .*(?:not found|already|masked)/,
        /Access denied/,
        /authentication required/,
        /has not been booted with systemd/,
      ),
    },
    { class: 'interrupted', when: /code=killed, status=\d+\/(?:KILL|TERM|HUP|INT)/i },
    {
      class: 'task_failed',
      when: anyOf(
        /code=exited, status=\d/,
        /result 'exit-code'/,
        /code=dumped/,
        /result 'core-dump'/,
      ),
    },
  ],
  exitCode: (code) =>
    code >= 200 && code <= 245 ? { class: 'launch_failed', or: ['resource_exhausted'] } : null,
  failsAs: 'launch_failed',
  failsOnZero: /^Running (?:as unit|scope as unit): \S+\s*$|Failed to/i,
  runsCommands: true,
}

/** docker and podman: 125 is their own failure, 126 and 127 a program that could not run in the container. */
export const container: ToolKnowledge = {
  names: [
    'docker',
    'podman',
    'nerdctl',
    'buildah',
    'docker-compose',
    'docker compose',
    'kubectl',
    'crun',
    'runc',
  ],
  rows: [
    {
      class: 'argument_error',
      when: /^(?:\w+: )?(?:unknown (?:shorthand )?flag|invalid reference format|invalid argument|flag provided|requires at least|"docker \w+" requires|unknown command)/i,
    },
    {
      class: 'resource_exhausted',
      when: anyOf(
        /no space left/,
        /"?OOMKilled"?\s*[:=]\s*"?true/,
        /cannot allocate memory/,
        /pids limit/,
        /too many open files/,
        /\boom\b/,
      ),
    },
    { class: 'rate_limited', when: /toomanyrequests|pull rate limit/i },
    {
      class: 'network',
      when: anyOf(
        /dial tcp/,
        /lookup .*no such host/,
        /TLS handshake timeout/,
        /i\/o timeout/,
        /connection refused.*registry/,
        /Client\.Timeout exceeded/,
        /net\/http:/,
      ),
    },
    {
      class: 'launch_failed',
      when: anyOf(
        /Cannot connect to the Docker daemon/,
        /Is the docker daemon running/,
        /pull access denied/,
        /manifest (?:unknown|for)/,
        /No such (?:image|container)/,
        /repository does not exist/,
        /OCI runtime/,
        /executable file not found/,
        /statfs /,
        /invalid mount/,
        /container name .* is already in use/,
        /error mounting/,
        /port is already allocated/,
        /permission denied while trying to connect/,
        /unauthorized:/,
        /short-name/,
        /unable to (?:find|start)/,
        /Error response from daemon/,
        /image not known/,
      ),
    },
  ],
  exitCode: codes({
    125: {
      class: 'launch_failed',
      or: ['argument_error', 'resource_exhausted', 'rate_limited', 'network'],
    },
  }),
  runsCommands: true,
}

/** tmux prints that it could not connect and exits 0; a session that is taken or gone is a conflict. */
export const tmux: ToolKnowledge = {
  names: ['tmux', 'screen', 'zellij'],
  rows: [
    {
      class: 'session_conflict',
      when: /^duplicate session/i,
    },
    { class: 'resource_exhausted', when: /fork failed|out of (?:ptys|memory)|too many|no space/i },
    {
      class: 'argument_error',
      when: atStart(
        /unknown command/,
        /usage: tmux/,
        /.*(?:unknown|invalid) (?:option|flag)/,
        /too (?:many|few) arguments/,
        /command \S+: /,
      ),
    },
    {
      class: 'launch_failed',
      when: atStart(
        /can't find (?:session|window|pane)/,
        /error (?:connecting|creating)/,
        /no server running/,
        /lost server/,
        /server exited/,
        /open terminal failed/,
        /create (?:window|session|pane) failed/,
        /couldn't create/,
        /.*missing or unsuitable terminal/,
        /no sessions/,
        /failed to connect/,
      ),
    },
  ],
  failsAs: 'launch_failed',
  failsOnZero: atStart(
    /error (?:connecting|creating)/,
    /couldn't create/,
    /no server running/,
    /server exited/,
    /lost server/,
    /create \w+ failed/,
  ),
}
