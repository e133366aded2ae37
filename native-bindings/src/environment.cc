#include "environment.h"

#include "values.h"

namespace storwarden {

Environment::~Environment() {
  for (const auto& [number, weak] : sockets) {
    if (const auto socket = weak.lock()) socket->Stop();
  }
}

Environment& Environment::Of(napi_env env) {
  void* data = nullptr;
  napi_get_instance_data(env, &data);
  return *static_cast<Environment*>(data);
}

uint32_t Environment::Keep(const Napi::Function& callback) {
  callbacks_.emplace(++last_, Napi::Persistent(callback));
  return last_;
}

void Environment::CallBack(napi_env env, uint32_t callback, napi_value argument) {
  const auto found = callbacks_.find(callback);
  if (found != callbacks_.end()) Call(env, found->second, argument);
}

}  // namespace storwarden
