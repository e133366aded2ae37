# What the addon is made of, for the build and for the one with sanitizers.
{
  'target_defaults': {
    'defines': ['NAPI_VERSION=8', 'NAPI_CPP_EXCEPTIONS'],
    'include_dirs': ['<!(node -p "require(\'node-addon-api\').include_dir")'],
    'cflags': ['-Wall', '-Wextra', '-Wno-unused-parameter', '-Wno-cast-function-type', '-fvisibility=hidden'],
    'cflags_cc!': ['-fno-exceptions'],
    'cflags_cc': ['-std=c++17', '-fexceptions'],
    # Threads may sit in a system call when a worker of Node unloads the addon: its code has to stay.
    'ldflags': ['-Wl,-z,nodelete'],
  },
}
