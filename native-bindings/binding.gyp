{
  'includes': ['sources.gypi'],
  'targets': [
    {
      'target_name': 'storwarden',
      'sources': [
        'src/addon.cc',
        'src/environment.cc',
        'src/errors.cc',
        'src/export_read.cc',
        'src/export_sg_io.cc',
        'src/export_uevents.cc',
        'src/lanes.cc',
        'src/notify.cc',
        'src/outbox.cc',
        'src/permitted.cc',
        'src/read_files.cc',
        'src/sg_io.cc',
        'src/uevents.cc',
      ],
    },
  ],
}
