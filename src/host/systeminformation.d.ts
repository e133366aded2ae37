// The package has types of the whole, and none of its parts.
declare module 'systeminformation/lib/cpu.js' {
  export const cpu: typeof import('systeminformation').cpu
}
declare module 'systeminformation/lib/osinfo.js' {
  export const osInfo: typeof import('systeminformation').osInfo
}
declare module 'systeminformation/lib/system.js' {
  export const system: typeof import('systeminformation').system
}
