/** Counts what the tests in the virtual machine say in TAP, and tells each with the time it took. */
export class GuestTests {
  #passed = 0
  #failed = 0
  #isPlanned = false
  /** The result whose diagnostics are being read. */
  #result = ''
  #tell

  constructor(tell) {
    this.#tell = tell
  }

  line(line) {
    const [, not, name] = /^(not )?ok \d+ - (.*)$/.exec(line) ?? []
    if (name !== undefined) {
      if (not === undefined) this.#passed++
      else this.#failed++
      this.#result = `${not === undefined ? 'ok' : 'not ok'}: ${name}`
      return
    }
    const [, ms] = /^ {2}duration_ms: ([\d.]+)$/.exec(line) ?? []
    if (ms !== undefined && this.#result !== '') {
      this.#tell(`${this.#result} (${(Number(ms) / 1000).toFixed(1)} s)`)
      this.#result = ''
      return
    }
    if (/^1\.\.\d+$/.test(line)) this.#isPlanned = true
    // An error outside of a test: node:test takes it for a remark, and says that all went well.
    else if (/^# (?:Error|Warning): /.test(line)) this.#tell(line.slice(2))
    else if (!/^#|^TAP|^ +(?:---|\.\.\.|type:)/.test(line)) this.#tell(line)
  }

  /**
   * What there was, given the exit status of the tests, or null when the machine went before they had ended. That
   * they ended badly is a failure by itself: what comes after an error between two tests is not run and not counted.
   */
  end(status) {
    const isComplete = this.#isPlanned && this.#passed + this.#failed > 0
    if (!isComplete || (status !== 0 && this.#failed === 0)) {
      this.#failed++
      this.#tell(status === null ? 'not ok: the machine' : `not ok: the tests ended with ${status}`)
    }
    return { passed: this.#passed, failed: this.#failed }
  }
}
