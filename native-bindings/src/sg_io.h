#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "errors.h"

namespace storwarden {

/** A request by SG_IO, with the memory that the kernel fills: it has to live until the system call returns. */
struct SgIo {
  std::string device;
  std::vector<uint8_t> cdb;
  unsigned kernel_timeout_ms = 0;
  std::vector<uint8_t> data;
  std::vector<uint8_t> sense;

  int status = 0;
  int host_status = 0;
  int driver_status = 0;
  int residual = 0;
  unsigned duration_ms = 0;

  /** Opens the node, sends the CDB, waits for the answer however long it takes, and closes the node. */
  SystemError Send();

 private:
  SystemError SendOn(int flags);
  SystemError Ask(int file);
};

}  // namespace storwarden
