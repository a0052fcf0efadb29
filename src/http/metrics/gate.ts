import type { Meter } from '../../core/ports.ts'
import { type Instruments, NO_LABELS } from './instruments.ts'

export function gateMetrics({ gauge }: Instruments): Pick<Meter, 'gate'> {
  const plain = (name: string, help: string) => gauge({ name, help, labels: NO_LABELS })
  const open = plain(
    'token_broker_gate_open',
    'Whether refresh tokens are presented: 0 while the gate is closed or braked.',
  )
  const held = plain('token_broker_refreshing_held', 'Whether refreshing is held by hand.')
  const score = plain(
    'token_broker_gate_score',
    'What the gate has counted against the bank; it closes at 3.',
  )
  const window = plain(
    'token_broker_refresh_window',
    'How many refreshes this replica may have in flight now.',
  )
  const tell: Meter['gate'] = (gate) => {
    open({}, Number(gate.open))
    held({}, Number(gate.held))
    score({}, gate.score)
    window({}, gate.window)
  }
  tell({ open: true, held: false, score: 0, window: 0 })
  return { gate: tell }
}
