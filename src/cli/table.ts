import { type Paint, paint, type Terminal } from './io.ts'
import { cutTo, harmless, widthOf } from './printable.ts'

export interface Column<Row> {
  readonly title: string
  readonly of: (row: Row) => string
  readonly paint?: (row: Row) => Paint | null
  readonly right?: boolean
  /** May be cut where the terminal is narrow. */
  readonly flexible?: boolean
  /** Left out where the terminal is too narrow still; the highest first. */
  readonly leaveOut?: number
}

export interface Table<Row> {
  /** The lines of some rows, under the titles where they are the first. */
  lines(rows: readonly Row[]): readonly string[]
  /** The titles of the columns that did not fit. */
  leftOut(): readonly string[]
}

const GAP = 2
const LEAST = 8

interface Placed<Row> {
  readonly column: Column<Row>
  readonly width: number
}

/** Makes a table that grows by pages: its columns are as wide as the widest value so far. */
export function createTable<Row>(columns: readonly Column<Row>[], terminal: Terminal): Table<Row> {
  const widest = new Map(columns.map((column) => [column, column.title.length]))
  let placed: readonly Placed<Row>[] = []
  let isBegun = false

  function lines(rows: readonly Row[]): readonly string[] {
    for (const [column, width] of widest)
      widest.set(column, Math.max(width, ...rows.map((row) => widthOf(harmless(column.of(row))))))
    placed = place(columns, widest, terminal)
    const titles = isBegun ? [] : [line(({ column, width }) => titleOf(column, width))]
    isBegun = true
    return [...titles, ...rows.map((row) => line(({ column, width }) => cellOf(column, width, row)))]
  }

  const titleOf = ({ title, right }: Column<Row>, width: number) =>
    paint(terminal, pad(cutTo(title, width), width, right), 'bold')

  const cellOf = (column: Column<Row>, width: number, row: Row) =>
    paint(
      terminal,
      pad(cutTo(harmless(column.of(row)), width), width, column.right),
      column.paint?.(row) ?? null,
    )

  const line = (cell: (placed: Placed<Row>) => string) => placed.map(cell).join(' '.repeat(GAP)).trimEnd()

  return {
    lines,
    leftOut: () =>
      columns.filter((one) => !placed.some(({ column }) => column === one)).map(({ title }) => title),
  }
}

function pad(text: string, width: number, right = false): string {
  const room = ' '.repeat(Math.max(0, width - widthOf(text)))
  return right ? room + text : text + room
}

/** Cuts the widest flexible column while the line is too long, and then leaves columns out. */
function place<Row>(
  columns: readonly Column<Row>[],
  widest: ReadonlyMap<Column<Row>, number>,
  terminal: Terminal,
): readonly Placed<Row>[] {
  const wished = columns.map((column) => ({ column, width: widest.get(column) ?? 0 }))
  if (terminal.columns === null) return wished
  const cut = cutWidest(wished, terminal.columns)
  const [first] = columns
    .filter(({ leaveOut }) => leaveOut !== undefined)
    .sort((one, other) => (other.leaveOut ?? 0) - (one.leaveOut ?? 0))
  if (lengthOf(cut) <= terminal.columns || first === undefined) return cut
  return place(
    columns.filter((column) => column !== first),
    widest,
    terminal,
  )
}

function cutWidest<Row>(placed: readonly Placed<Row>[], most: number): readonly Placed<Row>[] {
  const surplus = lengthOf(placed) - most
  const [widest] = placed
    .filter(({ column, width }) => column.flexible && width > LEAST)
    .sort((one, other) => other.width - one.width)
  if (surplus <= 0 || widest === undefined) return placed
  const narrower = { ...widest, width: widest.width - 1 }
  return cutWidest(
    placed.map((one) => (one === widest ? narrower : one)),
    most,
  )
}

function lengthOf<Row>(placed: readonly Placed<Row>[]): number {
  return placed.reduce((sum, { width }) => sum + width + GAP, -GAP)
}
