import t from 'tap'
import { createBatcher } from '../../src/store/batcher.ts'

const never = { failsAlone: () => false }

t.test('calls of one turn share a statement; outputs are in the order of inputs', async (t) => {
  const batches: number[][] = []
  const run = createBatcher<number, number>(async (inputs) => {
    batches.push([...inputs])
    return inputs.map((input) => input * 2)
  }, never)
  t.same(await Promise.all([1, 2, 3].map(run)), [2, 4, 6])
  t.same(batches, [[1, 2, 3]])
})

t.test(
  'what comes while statements are under way goes together into the next; at most two are',
  async (t) => {
    const batches: number[][] = []
    const gates: (() => void)[] = []
    const run = createBatcher<number, number>(async (inputs) => {
      batches.push([...inputs])
      await new Promise<void>((open) => gates.push(open))
      return [...inputs]
    }, never)
    const outputs = []
    for (let input = 0; input < 5; input += 1) {
      outputs.push(run(input))
      await new Promise((resolve) => setImmediate(resolve))
    }
    t.same(batches, [[0], [1]])
    gates[0]?.()
    await outputs[0]
    await new Promise((resolve) => setImmediate(resolve))
    t.same(batches, [[0], [1], [2, 3, 4]])
    for (const open of gates) open()
    t.same(await Promise.all(outputs), [0, 1, 2, 3, 4])
  },
)

t.test('a batch is bounded', async (t) => {
  const sizes: number[] = []
  const run = createBatcher<number, number>(async (inputs) => {
    sizes.push(inputs.length)
    return [...inputs]
  }, never)
  const inputs = Array.from({ length: 450 }, (_, index) => index)
  t.same(await Promise.all(inputs.map(run)), inputs)
  t.equal(Math.max(...sizes), 200)
})

t.test('trouble of the database is told to all, and the next batch runs', async (t) => {
  let fails = true
  const run = createBatcher<number, number>(async (inputs) => {
    if (fails) throw new Error('down')
    return [...inputs]
  }, never)
  const results = await Promise.allSettled([1, 2].map(run))
  t.same(
    results.map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  fails = false
  t.equal(await run(3), 3)
})

t.test('an input that fails on its own does not fail the others', async (t) => {
  const run = createBatcher<number, number>(
    async (inputs) => {
      if (inputs.includes(13)) throw new Error('unlucky')
      return [...inputs]
    },
    { failsAlone: () => true },
  )
  const results = await Promise.allSettled([12, 13, 14].map(run))
  t.same(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
  t.same(
    results.filter((result) => result.status === 'fulfilled').map(({ value }) => value),
    [12, 14],
  )
})
