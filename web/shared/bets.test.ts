import { expect, test } from 'vitest'
import type { PoolJson } from '../gen/opentote/v1/racing_pb'
import { networksOf } from '../board/parts/market'
import { betName, pool, rankName, sells } from './bets'

const online: PoolJson = { bet: 'E_TRIO', network: 'NETWORK_ONLINE' }
const abroad: PoolJson = { bet: 'SIMPLE_GAGNANT_INTERNATIONAL', network: 'NETWORK_COMMON' }

test('a pool that a host abroad shares out is of both networks', () => {
  expect([sells('online', abroad), sells('retail', abroad)]).toEqual([true, true])
  expect([sells('online', online), sells('retail', online)]).toEqual([true, false])
  expect(pool([online, abroad], 'SIMPLE_GAGNANT', 'retail')).toBe(abroad)
  expect(pool([online, abroad], 'TRIO', 'retail')).toBeUndefined()
  expect(networksOf([online])).toEqual(['online'])
  expect(networksOf([online, abroad])).toEqual(['online', 'retail'])
})

test('an international bet has the name of its kind', () => {
  expect(betName('COUPLE_ORDRE_INTERNATIONAL')).toBe('COUPLE_ORDRE')
  expect(rankName('COUPLE_ORDRE_INTERNATIONAL', 'COUPLE_ORDRE')).toBe('')
})
