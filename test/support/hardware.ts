import type { TestApi } from './api.ts'

/** A list of hardware objects, as the interface answers it. */
export interface HardwareList {
  items: Record<string, unknown>[]
  total: number | null
  state: string
  error: string | null
}

/** Asks for hardware objects as a viewer. */
export async function hardwareOf(api: TestApi) {
  const token = await api.session('viewer')
  return {
    token,
    list: async (kind: string) =>
      (await api.ask('GET', `/api/v1/hardware/${kind}`, { token })).body as HardwareList,
    get: (kind: string, id: string) =>
      api.ask('GET', `/api/v1/hardware/${kind}/${encodeURIComponent(id)}`, { token }),
  }
}
