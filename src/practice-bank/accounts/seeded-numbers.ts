import { createHash } from 'node:crypto'

/** Draws a whole number from 0 up to, not including, this bound. */
export type Draw = (bound: number) => number

/** Makes an endless row of numbers that is the same for the same words, whatever the process or the day. */
export function seededNumbers(...words: string[]): Draw {
  let round = 0
  let block = Buffer.alloc(0)
  let offset = 0

  return (bound) => {
    if (offset + 4 > block.length) {
      block = createHash('sha256')
        .update(`${words.join('|')}|${round}`)
        .digest()
      round += 1
      offset = 0
    }
    const drawn = block.readUInt32BE(offset) % bound
    offset += 4
    return drawn
  }
}
