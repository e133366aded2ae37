/** Which program a User-Agent header names, the ones first that others claim to be as well. */
const PROGRAMS: readonly (readonly [RegExp, string])[] = [
  [/Edg\/(\d+)/, 'Edge'],
  [/OPR\/(\d+)/, 'Opera'],
  [/Firefox\/(\d+)/, 'Firefox'],
  [/HeadlessChrome\/(\d+)/, 'Chrome'],
  [/Chrome\/(\d+)/, 'Chrome'],
  [/Version\/(\d+)[^ ]* .*Safari\//, 'Safari'],
]
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux|X11/, 'Linux'],
]

/** The browser and its system in a few words; what is no browser as it calls itself. */
export function browserOf(agent: string): string {
  for (const [pattern, name] of PROGRAMS) {
    const version = pattern.exec(agent)?.[1]
    if (version === undefined) continue
    const system = SYSTEMS.find(([one]) => one.test(agent))?.[1]
    return system === undefined ? `${name} ${version}` : `${name} ${version}, ${system}`
  }
  return agent.split(' ')[0] ?? agent
}
