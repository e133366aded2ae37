{
  'targets': [{ 'includes': ['storwarden.gypi'] }],
}
