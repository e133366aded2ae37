import type { PageProps } from '../../shell/pages.ts'
import { linkTo } from '../../shell/router.ts'
import { Missing } from '../../ui/missing.tsx'
import { ObjectAlerts } from '../../ui/object-alerts.tsx'
import { PageHead } from '../../ui/panel.tsx'
import { Blank, ListingNotice, Shown } from '../../ui/states.tsx'
import { SubPages } from '../../ui/sub-pages.tsx'
import { words } from '../../words/index.ts'
import { ArrayPage } from './array.tsx'
import { useStorage, type StorageListings } from './data.ts'
import { DiskPage } from './disk.tsx'
import { Disks } from './disks.tsx'
import { EnclosurePage, Enclosures } from './enclosures.tsx'
import { FilesystemPage } from './filesystem.tsx'
import { GroupPage } from './group.tsx'
import { Arrays, Filesystems, Groups } from './lists.tsx'
import { CreateLink, Repositories, RepositoryPage } from './repositories.tsx'
import { ServicePage, Services } from './services.tsx'
import './storage.css'

const texts = words.storage

type View = Exclude<keyof typeof texts.views, 'label'>

const views = Object.keys(texts.views).filter((id): id is View => id !== 'label')

/** Disks, arrays, volume groups and file systems, and what carries them. */
export default function StoragePage({ rest: [view, id] }: PageProps) {
  const storage = useStorage()
  const shown = views.find((one) => one === view) ?? 'filesystems'
  return (
    <Shown of={storage}>
      {(all) =>
        id === undefined ? (
          <Overview view={shown} all={all} onChanged={storage.refresh} />
        ) : (
          <One view={shown} id={id} all={all} />
        )
      }
    </Shown>
  )
}

interface OverviewProps {
  view: View
  all: StorageListings
  onChanged: () => void
}

function listingOf(view: View, all: StorageListings) {
  return view === 'volume-groups' ? all.groups : all[view]
}

function Overview({ view, all, onChanged }: OverviewProps) {
  const listing = listingOf(view, all)
  const isEmpty = listing.items.length === 0 && view !== 'enclosures'
  const unread = listing.state === 'failed' || listing.state === 'pending'
  return (
    <>
      <PageHead title={words.navigation.storage}>
        {view === 'repositories' && <CreateLink />}
      </PageHead>
      {view === 'filesystems' && (
        <ObjectAlerts
          label={texts.alerts}
          of={({ source }) => source === 'storage'}
          most={4}
          more={{
            text: words.overview.more,
            link: linkTo('alerts', [], { source: 'storage', state: 'firing' }),
          }}
        />
      )}
      <Missing listings={{ arrays: all.arrays }} onChanged={onChanged} />
      <SubPages
        label={texts.views.label}
        current={view}
        pages={views.map((id) => ({
          ...{ id, text: texts.views[id], link: linkTo('storage', [id]) },
          count: listingOf(id, all).total?.toString() ?? null,
        }))}
      />
      <ListingNotice listing={listing} />
      {isEmpty && !unread && (
        <Blank icon="empty" title={texts.none[view]} text={texts.noneText[view]} />
      )}
      {!isEmpty &&
        (view === 'enclosures' ? (
          <Enclosures all={all} />
        ) : (
          <div class="stacked">
            <List view={view} all={all} />
          </div>
        ))}
    </>
  )
}

type Tabled = Exclude<View, 'enclosures'>

function List({ view, all }: { view: Tabled; all: StorageListings }) {
  switch (view) {
    case 'filesystems':
      return <Filesystems all={all} />
    case 'repositories':
      return <Repositories all={all} />
    case 'volume-groups':
      return <Groups all={all} />
    case 'arrays':
      return <Arrays all={all} />
    case 'disks':
      return <Disks all={all} />
    case 'services':
      return <Services all={all} />
  }
}

function One({ view, id, all }: { view: View; id: string; all: StorageListings }) {
  const item = <T extends { id: string }>({ items }: { items: readonly T[] }) =>
    items.find((one) => one.id === id)
  const [disk, array, group] = [item(all.disks), item(all.arrays), item(all.groups)]
  const [mount, enclosure] = [item(all.filesystems), item(all.enclosures)]
  const [unit, repository] = [item(all.services), item(all.repositories)]
  if (view === 'disks' && disk) return <DiskPage key={id} disk={disk} all={all} />
  if (view === 'arrays' && array) return <ArrayPage key={id} array={array} all={all} />
  if (view === 'volume-groups' && group) return <GroupPage key={id} group={group} all={all} />
  if (view === 'filesystems' && mount) return <FilesystemPage key={id} mount={mount} all={all} />
  if (view === 'repositories' && repository) {
    return <RepositoryPage key={id} repository={repository} />
  }
  if (view === 'enclosures' && enclosure) {
    return <EnclosurePage key={id} enclosure={enclosure} all={all} />
  }
  if (view === 'services' && unit) return <ServicePage key={id} unit={unit} />
  const states = words.common.states
  return (
    <Blank icon="empty" title={states.missing} text={states.missingWhy}>
      <a href={linkTo('storage', [view])}>{texts.views[view]}</a>
    </Blank>
  )
}
