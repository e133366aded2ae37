#include "arguments.h"
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

napi_value AnswerOf(napi_env env, const SgIo& request) {
  return ObjectOf(env, {
                           {"status", NumberOf(env, request.status)},
                           {"hostStatus", NumberOf(env, request.host_status)},
                           {"driverStatus", NumberOf(env, request.driver_status)},
                           {"residual", NumberOf(env, request.residual)},
                           {"sense", Uint8ArrayOf(env, request.sense)},
                           {"data", Uint8ArrayOf(env, request.data)},
                           {"durationMs", NumberOf(env, request.duration_ms)},
                       });
}

}  // namespace

Napi::Value SendSgIo(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return Promised(env, [&](napi_deferred deferred) {
    const auto request = std::make_shared<SgIo>();
    request->device = StringFrom(info[0], "device");
    const Napi::Object given = info[1].ToObject();
    request->cdb = BytesFrom(given.Get("cdb"), "cdb");
    request->data.resize(NumberFrom(given.Get("dataInBytes"), "dataInBytes", kMaxDataInBytes));
    request->kernel_timeout_ms = NumberFrom(given.Get("kernelTimeoutMs"), "kernelTimeoutMs", kMaxTimeoutMs);

    const auto work = [request, deferred, outbox = Environment::Of(env).outbox] {
      // Whoever asked is gone: nothing more is sent for him.
      if (outbox->IsClosed()) return;
      SystemError error;
      {
        const InSystemCall counted;
        error = request->Send();
      }
      outbox->Post([request, deferred, error](napi_env env) {
        if (error) {
          napi_reject_deferred(env, deferred, ErrorOf(env, error, request->device));
        } else {
          napi_resolve_deferred(env, deferred, AnswerOf(env, *request));
        }
      });
    };
    const int error = Lanes::OfDevices().Run(request->device, work);
    if (error != 0) throw Thrown(env, {error, "pthread_create"}, request->device);
  });
}

}  // namespace storwarden
