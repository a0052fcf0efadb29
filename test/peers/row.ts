import type { Test } from 'tap'

/** Prints the figure of a row of the comparison with other token brokers. */
export function figure(t: Pick<Test, 'comment'>, row: string, text: string): void {
  t.comment(`PEERS ${row}: ${text}`)
}
