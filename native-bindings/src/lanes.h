#pragma once

#include <atomic>
#include <condition_variable>
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

  /** Those of the process. They outlive everything: a thread may sit in a system call while the process ends. */
  static Lanes& OfProcess();

  /** Returns the errno when there is no thread and none can be started; the work is then not done. */
  int Run(const std::string& lane, Work work);

 private:
  struct Lane {
    std::deque<Work> waiting;
    bool taken = false;
  };

  int StartThread();
  void Serve();
  void Take(std::unique_lock<std::mutex>& lock);
  void StartAnotherIfNeeded();

  std::mutex mutex_;
  std::condition_variable work_;
  std::map<std::string, Lane> lanes_;
  /** Lanes that have work and no thread. Whenever there are any, a thread is idle or starting. */
  std::deque<std::string> ready_;
  int idle_ = 0;
  bool starting_ = false;
  int threads_ = 0;
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
