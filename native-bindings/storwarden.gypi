# The target, for the build and for the one with sanitizers.
{
  'target_name': 'storwarden',
  'sources': [
    'src/addon.cc',
    'src/arguments.cc',
    'src/environment.cc',
    'src/errors.cc',
    'src/export_read.cc',
    'src/export_read_attributes.cc',
    'src/export_send_each.cc',
    'src/export_sg_io.cc',
    'src/export_uevents.cc',
    'src/export_unix_sockets.cc',
    'src/lanes.cc',
    'src/notify.cc',
    'src/outbox.cc',
    'src/permitted.cc',
    'src/read_attributes.cc',
    'src/read_files.cc',
    'src/send_each.cc',
    'src/sg_io.cc',
    'src/tcp_listeners.cc',
    'src/uevents.cc',
    'src/unix_sockets.cc',
    'src/values.cc',
  ],
  # Plain Node-API of this version: one build serves every later Node.
  'defines': [
    'NAPI_VERSION=8',
    'NAPI_CPP_EXCEPTIONS',
    # Nothing can be thrown in an environment that is being ended, and nothing has to.
    'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
  ],
  'include_dirs': ['<!(node -p "require(\'node-addon-api\').include_dir")'],
  'cflags': ['-Wall', '-Wextra', '-Wno-unused-parameter', '-Wno-cast-function-type', '-fvisibility=hidden'],
  'cflags_cc!': ['-fno-exceptions'],
  'cflags_cc': ['-std=c++17', '-fexceptions'],
  # Threads may sit in a system call when a worker of Node unloads the addon: its code has to stay.
  'ldflags': ['-Wl,-z,nodelete'],
}
