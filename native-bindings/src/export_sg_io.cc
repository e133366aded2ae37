#include <algorithm>

#include "environment.h"
#include "exports.h"
#include "lanes.h"
#include "sg_io.h"

namespace storwarden {

namespace {

/** As many bytes as an allocation length of three bytes can ask for. */
constexpr uint32_t kMaxDataInBytes = 0xffffff;
/** The kernel reckons with an int. */
constexpr uint32_t kMaxTimeoutMs = 0x7fffffff;

Napi::Value ArrayOf(Napi::Env env, const std::vector<uint8_t>& bytes) {
  Napi::Uint8Array array = Napi::Uint8Array::New(env, bytes.size());
  std::copy(bytes.begin(), bytes.end(), array.Data());
  return array;
}

Napi::Object AnswerOf(Napi::Env env, const SgIo& request) {
  Napi::Object answer = Napi::Object::New(env);
  answer.Set("status", request.status);
  answer.Set("hostStatus", request.host_status);
  answer.Set("driverStatus", request.driver_status);
  answer.Set("residual", request.residual);
  answer.Set("sense", ArrayOf(env, request.sense));
  answer.Set("data", ArrayOf(env, request.data));
  answer.Set("durationMs", request.duration_ms);
  return answer;
}

}  // namespace

Napi::Value SendSgIo(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return Promised(env, [&](const Napi::Promise::Deferred& deferred) {
    const auto request = std::make_shared<SgIo>();
    request->device = StringOf(info[0], "device");
    const Napi::Object given = info[1].ToObject();
    request->cdb = BytesOf(given.Get("cdb"), "cdb");
    request->data.resize(NumberOf(given.Get("dataInBytes"), "dataInBytes", kMaxDataInBytes));
    request->kernel_timeout_ms = NumberOf(given.Get("kernelTimeoutMs"), "kernelTimeoutMs", kMaxTimeoutMs);

    const auto work = [request, deferred, outbox = Environment::Of(env).outbox] {
      // Whoever asked is gone: nothing more is sent for him.
      if (outbox->IsClosed()) return;
      SystemError error;
      {
        const InSystemCall counted;
        error = request->Send();
      }
      outbox->Post([request, deferred, error](Napi::Env env) {
        if (error) {
          deferred.Reject(ErrorOf(env, error, request->device).Value());
        } else {
          deferred.Resolve(AnswerOf(env, *request));
        }
      });
    };
    const int error = Lanes::OfDevices().Run(request->device, work);
    if (error != 0) throw ErrorOf(env, {error, "pthread_create"}, request->device);
  });
}

}  // namespace storwarden
