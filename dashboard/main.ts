import type { Numbers } from '../src/numbers.ts'
import { AlertList, type Alert } from './alerts.ts'
import { EventStream, request, RequestError, type Frame } from './client.ts'
import { byId } from './dom.ts'
import { showDrives, type Drive } from './drives.ts'
import { showLibraries, type Library } from './libraries.ts'
import { showNumbers } from './numbers.ts'
import { showTargets, type Session, type Target } from './targets.ts'

interface Listing<Item> {
  items: readonly Item[]
  error: string | null
}

const alerts = new AlertList(async (id) => {
  await request(`/monitoring/alerts/${id}/acknowledge`, {}).catch(complain)
})

const stream = new EventStream(onFrame, (connected) => {
  byId('connection').textContent = connected ? 'live' : 'disconnected, trying again'
  byId('connection').className = connected ? 'good' : 'critical'
  if (connected) void refresh().catch(complain)
})

/** Reads everything that is shown; afterwards the stream tells what changes. */
async function refresh(): Promise<void> {
  const [numbers, pending, firing] = await Promise.all([
    request<Numbers>('/monitoring/metrics'),
    request<{ alerts: Alert[] }>('/monitoring/alerts?state=pending&limit=1000'),
    request<{ alerts: Alert[] }>('/monitoring/alerts?state=firing&limit=1000'),
    refreshHardware(),
  ])
  showNumbers(numbers)
  alerts.replace([...pending.alerts, ...firing.alerts])
}

async function refreshHardware(): Promise<void> {
  const [libraries, drives, targets, sessions] = await Promise.all([
    request<Listing<Library>>('/hardware/libraries'),
    request<Listing<Drive>>('/hardware/drives'),
    request<Listing<Target>>('/hardware/targets'),
    request<Listing<Session>>('/hardware/sessions'),
  ])
  showLibraries(libraries.items, libraries.error)
  showDrives(drives.items, drives.error)
  showTargets(targets.items, sessions.items, targets.error)
}

function onFrame({ type, data }: Frame): void {
  if (type === 'alert') alerts.update(data as unknown as Alert)
  if (type === 'metrics') {
    showNumbers(data as unknown as Numbers)
    void refreshHardware().catch(complain)
  }
}

/** Shows the console to who is logged in, and the form to everybody else. */
async function enter(): Promise<void> {
  let me: { must_change_password: boolean }
  try {
    me = await request('/auth/me')
  } catch (error) {
    if (!(error instanceof RequestError) || error.status !== 401) throw error
    reveal('login')
    await offerProvider()
    return
  }
  if (me.must_change_password) {
    reveal('new-password')
    return
  }
  reveal('console')
  stream.start()
}

/** Why the identity provider has brought nobody in, by the word that the daemon sends the browser back with. */
const failures = new Map([
  ['unavailable', 'The identity provider does not answer.'],
  ['failed', 'The login at the identity provider did not succeed. Try again.'],
  ['refused', 'The identity provider gives you no role here.'],
  ['too_many_failures', 'Too many logins have failed. Try again in some minutes.'],
])

/** Shows the button of the identity provider, where there is one. */
async function offerProvider(): Promise<void> {
  const failure = failures.get(new URLSearchParams(window.location.search).get('login') ?? '')
  if (failure !== undefined) byId('login-error').textContent = failure
  const { label } = await request<{ label: string | null }>('/auth/oidc')
  byId('oidc').hidden = label === null
  const link = byId('oidc').querySelector('a')
  if (link !== null) link.textContent = label
}

function reveal(part: 'login' | 'new-password' | 'console'): void {
  byId('login').hidden = part !== 'login'
  byId('new-password').hidden = part !== 'new-password'
  byId('console').hidden = part !== 'console'
  byId('logout').hidden = part === 'login'
}

function complain(error: unknown): void {
  if (error instanceof RequestError && error.status === 401) {
    stream.stop()
    reveal('login')
    return
  }
  byId('connection').textContent = error instanceof Error ? error.message : String(error)
  byId('connection').className = 'critical'
}

byId('login').addEventListener('submit', (event) => {
  event.preventDefault()
  const fields = new FormData(event.target as HTMLFormElement)
  byId('login-error').textContent = ''
  request('/auth/login', Object.fromEntries(fields))
    .then(enter)
    .catch((error: unknown) => {
      byId('login-error').textContent = error instanceof Error ? error.message : String(error)
    })
})

byId('new-password').addEventListener('submit', (event) => {
  event.preventDefault()
  const form = event.target as HTMLFormElement
  byId('new-password-error').textContent = ''
  request('/auth/password', Object.fromEntries(new FormData(form)))
    .then(() => {
      form.reset()
    })
    .then(enter)
    .catch((error: unknown) => {
      byId('new-password-error').textContent =
        error instanceof Error ? error.message : String(error)
    })
})

byId('logout').addEventListener('click', () => {
  stream.stop()
  void request('/auth/logout', {})
    .catch(complain)
    .finally(() => {
      reveal('login')
    })
})

enter().catch(complain)
