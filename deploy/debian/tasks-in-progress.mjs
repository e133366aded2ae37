// Prints how many tasks the daemon of this machine carries out, nothing when there is no daemon; fails when it cannot
// be told. For the package, which stops it.
import { localUrl, settingsOf } from './dist/src/cli/settings.js'

const config = await settingsOf({}, { env: {} })
try {
  const signal = AbortSignal.timeout(5000)
  const answer = await fetch(`${localUrl(config)}/metrics`, { signal })
  const [, count] =
    /^storwarden_tasks_in_progress(?:\{.*\})? (\d+)/m.exec(await answer.text()) ?? []
  process.stdout.write(count ?? 'unknown')
} catch (error) {
  if (error.cause?.code !== 'ECONNREFUSED') throw error
}
