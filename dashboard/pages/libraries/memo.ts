import { Component, h, type FunctionComponent } from 'preact'

/** A component that is drawn again only when a property of it is another one. */
export function memo<P extends object>(inner: FunctionComponent<P>): FunctionComponent<P> {
  class Memo extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      const names = new Set([...Object.keys(this.props), ...Object.keys(next)])
      return [...names].some((name) => this.props[name as keyof P] !== next[name as keyof P])
    }

    override render() {
      return h(inner, this.props)
    }
  }
  return Memo as unknown as FunctionComponent<P>
}
