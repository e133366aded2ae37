#include <mutex>
#include <utility>

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

Napi::Object FileOf(Napi::Env env, const FileRead& read) {
  Napi::Object file = Napi::Object::New(env);
  if (read.error != 0) {
    file.Set("errno", ErrnoName(read.error));
  } else if (read.is_directory) {
    Napi::Array names = Napi::Array::New(env, read.names.size());
    for (uint32_t at = 0; at < read.names.size(); ++at) {
      const Napi::HandleScope scope(env);
      names[at] = read.names[at];
    }
    file.Set("names", names);
  } else {
    file.Set("bytes", Napi::Buffer<char>::Copy(env, read.bytes.data(), read.bytes.size()));
  }
  return file;
}

void HandOver(Napi::Env env, Portion& portion, uint32_t on_read) {
  const auto files = portion.Take();
  if (files.empty()) return;
  Napi::Array array = Napi::Array::New(env, files.size());
  for (uint32_t at = 0; at < files.size(); ++at) {
    const Napi::HandleScope scope(env);
    Napi::Object item = Napi::Object::New(env);
    item.Set("index", files[at].first);
    item.Set("file", FileOf(env, files[at].second));
    array[at] = item;
  }
  Environment::Of(env).Call(env, on_read, array);
}

}  // namespace

Napi::Value ReadPaths(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return Promised(env, [&](const Napi::Promise::Deferred& deferred) {
    Environment& here = Environment::Of(env);
    const std::string lane = "read " + StringOf(info[0], "lane");
    const std::vector<std::string> paths = StringsOf(info[1], "path");
    const uint32_t on_read = here.Keep(FunctionOf(info[2], "onRead"));

    const auto work = [paths, deferred, on_read, outbox = here.outbox] {
      const auto portion = std::make_shared<Portion>();
      const auto hand_over = [portion, on_read](Napi::Env env) { HandOver(env, *portion, on_read); };
      for (uint32_t index = 0; index < paths.size() && !outbox->IsClosed(); ++index) {
        FileRead file;
        {
          const InSystemCall counted;
          file = ReadPath(paths[index]);
        }
        if (portion->Add(index, std::move(file))) outbox->PostSoon(hand_over);
      }
      outbox->Post([hand_over, deferred, on_read](Napi::Env env) {
        hand_over(env);
        Environment::Of(env).Forget(on_read);
        deferred.Resolve(env.Undefined());
      });
    };
    const int error = Lanes::OfFiles().Run(lane, work);
    if (error == 0) return;
    here.Forget(on_read);
    throw ErrorOf(env, {error, "pthread_create"}, lane);
  });
}

}  // namespace storwarden
