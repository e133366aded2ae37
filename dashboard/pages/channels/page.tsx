import { useResource } from '../../live/resource.ts'
import type { PageProps } from '../../shell/pages.ts'
import { PageHead } from '../../ui/panel.tsx'
import { Shown } from '../../ui/states.tsx'
import { words } from '../../words/index.ts'
import './channels.css'
import { ChannelList } from './list.tsx'
import { DeliveryLog } from './log.tsx'
import { MessagePage } from './message.tsx'

/** Who is told of alerts, whether that works, and what was told; or one message. */
export default function ChannelsPage({ rest: [section, id] }: PageProps) {
  return section === 'messages' && id !== undefined ? <MessagePage key={id} id={id} /> : <Whole />
}

function Whole() {
  const channels = useResource('GET /monitoring/channels', {}, ['metrics', 'alert'])
  return (
    <>
      <PageHead title={words.navigation.channels} />
      <Shown of={channels}>
        {({ channels: all }) => (
          <>
            <ChannelList channels={all} onTested={channels.refresh} />
            <DeliveryLog channels={all.map(({ name }) => name)} />
          </>
        )}
      </Shown>
    </>
  )
}
