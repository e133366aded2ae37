# The addon once more, for the tests, with AddressSanitizer and UndefinedBehaviorSanitizer.
{
  'targets': [
    {
      'includes': ['../storwarden.gypi'],
      'cflags!': ['-O3'],
      'cflags': [
        '-O1',
        '-g',
        '-fno-omit-frame-pointer',
        '-fsanitize=address,undefined',
        '-fno-sanitize=vptr',
        '-fno-sanitize-recover=undefined',
      ],
      'ldflags': ['-fsanitize=address,undefined'],
    },
  ],
}
