#include "outbox.h"

#include <unistd.h>

#include <utility>

#include "lanes.h"
#include "values.h"

namespace storwarden {

namespace {

/** How long letters that can wait do so. */
constexpr useconds_t kSoonMicroseconds = 2000;

}  // namespace

std::shared_ptr<Outbox> Outbox::Open(Napi::Env env) {
  auto outbox = std::make_shared<Outbox>();
  auto* holder = new std::shared_ptr<Outbox>(outbox);
  const napi_value name = Napi::String::New(env, "storwarden");
  const napi_status status = napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, holder, Close,
                                                             outbox.get(), Deliver, &outbox->wake_);
  if (status != napi_ok) {
    delete holder;
    throw Napi::Error::New(env);
  }
  napi_unref_threadsafe_function(env, outbox->wake_);
  return outbox;
}

void Outbox::Post(Letter letter) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (closed_) return;
  letters_.push_back(std::move(letter));
  Wake();
}

void Outbox::PostSoon(Letter letter) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (closed_) return;
  letters_.push_back(std::move(letter));
  if (woken_ || waiting_) return;
  waiting_ = true;
  const auto wait = [self = shared_from_this()] {
    usleep(kSoonMicroseconds);
    std::lock_guard<std::mutex> lock(self->mutex_);
    self->waiting_ = false;
    if (!self->closed_ && !self->letters_.empty()) self->Wake();
  };
  if (Lanes::OfDevices().Run("post", wait) == 0) return;
  waiting_ = false;
  Wake();
}

bool Outbox::IsClosed() {
  std::lock_guard<std::mutex> lock(mutex_);
  return closed_;
}

void Outbox::Wake() {
  if (woken_) return;
  woken_ = napi_call_threadsafe_function(wake_, nullptr, napi_tsfn_nonblocking) == napi_ok;
}

void Outbox::Deliver(napi_env env, napi_value, void* context, void*) {
  // Node empties its queue so when the environment is gone.
  if (env == nullptr) return;
  const auto outbox = static_cast<Outbox*>(context)->shared_from_this();
  std::vector<Letter> letters;
  {
    std::lock_guard<std::mutex> lock(outbox->mutex_);
    outbox->woken_ = false;
    letters.swap(outbox->letters_);
  }
  for (const Letter& letter : letters) {
    const Scope scope(env);
    letter(env);
  }
}

void Outbox::Close(napi_env, void* data, void*) {
  const std::unique_ptr<std::shared_ptr<Outbox>> holder(static_cast<std::shared_ptr<Outbox>*>(data));
  std::vector<Letter> undelivered;
  std::lock_guard<std::mutex> lock((*holder)->mutex_);
  (*holder)->closed_ = true;
  undelivered.swap((*holder)->letters_);
}

}  // namespace storwarden
