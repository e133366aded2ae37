#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace storwarden {

/**
 * Work on threads of our own. That of a lane is done in order, lanes beside each other: work that never
 * returns holds one thread and its own lane, and nothing else. Threads are started as lanes need them, are
 * detached, and end when they had nothing to do for some seconds.
 */
class Lanes {
 public:
  using Work = std::function<void()>;

  /** For what waits: each lane has a thread at once. */
  static Lanes& OfDevices();
  /** For what is mostly prompt, in hundreds of lanes: few threads at once, and more where those get stuck. */
  static Lanes& OfFiles();

  /** Returns the errno when there is no thread and none can be started; the work is then not done. */
  int Run(const std::string& lane, Work work);

 private:
  struct Lane {
    std::deque<Work> waiting;
    bool taken = false;
  };

  explicit Lanes(int at_once) : at_once_(at_once) {}

  bool IsThreadNeeded() const { return !ready_.empty() && (working_ < at_once_ || !watching_); }
  int CallThread();
  int StartThread();
  void Serve();
  bool AreStuck(std::unique_lock<std::mutex>& lock);
  void Take(std::unique_lock<std::mutex>& lock);

  const int at_once_;
  std::mutex mutex_;
  std::condition_variable needed_;
  std::map<std::string, Lane> lanes_;
  /** Lanes that have work and no thread. */
  std::deque<std::string> ready_;
  int threads_ = 0;
  int idle_ = 0;
  bool starting_ = false;
  /** Threads at work that are not taken for stuck. */
  int working_ = 0;
  /** Who was at work before it last changed is taken for stuck. */
  uint64_t epoch_ = 0;
  /** Whether a thread waits to see that those at work get on. */
  bool watching_ = false;
  uint64_t taken_ = 0;
};

/** Counts the calling thread among those that are in a system call, as long as it exists. */
class InSystemCall {
 public:
  InSystemCall() { ++threads_; }
  ~InSystemCall() { --threads_; }
  InSystemCall(const InSystemCall&) = delete;
  InSystemCall& operator=(const InSystemCall&) = delete;

  static int Threads() { return threads_; }

 private:
  static std::atomic<int> threads_;
};

}  // namespace storwarden
