#include <utility>

#include "exports.h"
#include "read_files.h"
#include "read_in_portions.h"

namespace storwarden {

namespace {

/** A file, and the position of its path. */
using PathRead = std::pair<uint32_t, FileRead>;

napi_value FileOf(napi_env env, const FileRead& read) {
  if (read.error != 0) return ObjectOf(env, {{"errno", TextOf(env, ErrnoName(read.error))}});
  if (read.is_directory) return ObjectOf(env, {{"names", ArrayOf(env, read.names, TextOf)}});
  return ObjectOf(env, {{"bytes", BufferOf(env, read.bytes)}});
}

napi_value PathReadOf(napi_env env, const PathRead& read) {
  return ObjectOf(env, {{"index", NumberOf(env, read.first)}, {"file", FileOf(env, read.second)}});
}

}  // namespace

Napi::Value ReadPaths(const Napi::CallbackInfo& info) {
  return ReadInPortions<PathRead>(info, PathReadOf, [](const Napi::Value& value) {
    return [paths = StringsFrom(value, "path")](auto add, auto is_closed) {
      for (uint32_t index = 0; index < paths.size() && !is_closed(); ++index) {
        FileRead file;
        {
          const InSystemCall counted;
          file = ReadPath(paths[index]);
        }
        add({index, std::move(file)});
      }
    };
  });
}

}  // namespace storwarden
