#include <mutex>
#include <utility>

#include "arguments.h"
#include "environment.h"
#include "exports.h"
#include "lanes.h"
#include "read_files.h"

namespace storwarden {

namespace {

/** Files that were read and are not handed over yet. */
struct Portion {
  std::mutex mutex;
  std::vector<std::pair<uint32_t, FileRead>> files;

  /** Whether it is the first, of which the event loop has to be told. */
  bool Add(uint32_t index, FileRead file) {
    std::lock_guard<std::mutex> lock(mutex);
    files.emplace_back(index, std::move(file));
    return files.size() == 1;
  }

  std::vector<std::pair<uint32_t, FileRead>> Take() {
    std::lock_guard<std::mutex> lock(mutex);
    return std::exchange(files, {});
  }
};

napi_value FileOf(napi_env env, const FileRead& read) {
  if (read.error != 0) return ObjectOf(env, {{"errno", TextOf(env, ErrnoName(read.error))}});
  if (read.is_directory) return ObjectOf(env, {{"names", ArrayOf(env, read.names, TextOf)}});
  return ObjectOf(env, {{"bytes", BufferOf(env, read.bytes)}});
}

void HandOver(napi_env env, Portion& portion, uint32_t on_read) {
  const auto files = portion.Take();
  if (files.empty()) return;
  const auto item = [](napi_env env, const std::pair<uint32_t, FileRead>& file) {
    return ObjectOf(env, {{"index", NumberOf(env, file.first)}, {"file", FileOf(env, file.second)}});
  };
  Environment::Of(env).CallBack(env, on_read, ArrayOf(env, files, item));
}

}  // namespace

Napi::Value ReadPaths(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return Promised(env, [&](napi_deferred deferred) {
    Environment& here = Environment::Of(env);
    const std::string lane = "read " + StringFrom(info[0], "lane");
    const std::vector<std::string> paths = StringsFrom(info[1], "path");
    const uint32_t on_read = here.Keep(FunctionFrom(info[2], "onRead"));

    const auto work = [paths, deferred, on_read, outbox = here.outbox] {
      const auto portion = std::make_shared<Portion>();
      const auto hand_over = [portion, on_read](napi_env env) { HandOver(env, *portion, on_read); };
      for (uint32_t index = 0; index < paths.size() && !outbox->IsClosed(); ++index) {
        FileRead file;
        {
          const InSystemCall counted;
          file = ReadPath(paths[index]);
        }
        if (portion->Add(index, std::move(file))) outbox->PostSoon(hand_over);
      }
      outbox->Post([hand_over, deferred, on_read](napi_env env) {
        hand_over(env);
        Environment::Of(env).Forget(on_read);
        napi_value nothing = nullptr;
        napi_get_undefined(env, &nothing);
        napi_resolve_deferred(env, deferred, nothing);
      });
    };
    const int error = Lanes::OfFiles().Run(lane, work);
    if (error == 0) return;
    here.Forget(on_read);
    throw Thrown(env, {error, "pthread_create"}, lane);
  });
}

}  // namespace storwarden
