import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

export interface RunningProcess {
  readonly pid: number
  readonly parent: number
  readonly group: number
  /** Its command line, the arguments with a space between; empty for one that has ended. */
  readonly args: string
}

/** Lists all processes of the machine; slim images have no `ps`, and other systems than Linux no /proc. */
export function listProcesses(): RunningProcess[] {
  return existsSync('/proc/self/stat') ? readProc() : askPs()
}

function readProc(): RunningProcess[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.flatMap((pid) => {
    try {
      return [readProcess(pid)]
    } catch {
      return [] // It ended meanwhile.
    }
  })
}

function readProcess(pid: string): RunningProcess {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name before it is in parentheses, and may hold some itself.
  const [, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
  return { pid: Number(pid), parent: Number(parent), group: Number(group), args }
}

function askPs(): RunningProcess[] {
  const columns = ['-A', '-o', 'pid=,ppid=,pgid=,args=']
  const lines = execFileSync('ps', columns, { encoding: 'utf8' }).trim().split('\n')
  return lines.map((line) => {
    const [, pid, parent, group, args = ''] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s*(.*)$/.exec(line) ?? []
    return { pid: Number(pid), parent: Number(parent), group: Number(group), args }
  })
}
