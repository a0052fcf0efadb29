import { answer, NoQuery } from '../schemas/common.ts'
import { problems } from '../schemas/problem.ts'
import { CALLER_EXAMPLE, CallerSchema, STATISTICS_EXAMPLE, StatisticsSchema } from '../schemas/statistics.ts'
import { ruled } from './ruled.ts'

const common = { tags: ['Operations'], querystring: NoQuery }

export const statistics = {
  ...common,
  ...ruled('getStatistics', 'For charts: what ends in the coming days, and what refreshing came to.'),
  summary: 'Read endings to come and rotations over time',
  response: {
    200: answer('14 days to come, 24 hours that were.', StatisticsSchema, {
      quiet: { summary: 'A quiet day', value: STATISTICS_EXAMPLE },
    }),
    ...problems(),
  },
}

export const caller = {
  ...common,
  ...ruled('getCaller', 'For tools: what to show, and what to leave out.'),
  summary: 'Ask who you are',
  response: {
    200: answer('As whom the broker knows you.', CallerSchema, {
      service: { summary: 'A service', value: CALLER_EXAMPLE },
    }),
    ...problems(),
  },
}
