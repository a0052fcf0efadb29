/** Times that are none, or at the end of time. */
export const TIMES = [
  '2016-12-31T23:59:60Z',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '2027-02-29T00:00:00Z',
  '2027-01-01T00:00:00+23:59',
]

/** Values that have broken somebody's service before. */
export const NASTY: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  2 ** 53,
  1e308,
  '',
  ' ',
  '\0',
  'a\r\nb',
  '\ud800',
  '😀'.repeat(60),
  'x'.repeat(5_000),
  '__proto__',
  "'; drop table consents; --",
  '%00',
  '../../etc/passwd',
  ...TIMES,
  'javascript:alert(1)',
  [],
  [[]],
  {},
  { a: { b: { c: [] } } },
  Array.from({ length: 500 }, () => 0),
]
