/** Something that the machine for the tests takes is not on this one; the message says what. */
export class MissingError extends Error {
  constructor(message) {
    super(message)
    this.name = 'MissingError'
  }
}
