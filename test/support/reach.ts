import { Reach } from '../../src/notify/reach.ts'

/** Receivers of tests are on this machine. */
export const onThisMachine = new Reach(['127.0.0.0/8', '::1'])
