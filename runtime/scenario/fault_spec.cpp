#include <csignal>

#include <pinion/runtime/scenario/fault_spec.hpp>

namespace pinion::scenario {

int signal_of(fault_kind kind) noexcept {
  switch (kind) {
  case fault_kind::kill:
    return SIGKILL;
  case fault_kind::stop:
    return SIGSTOP;
  case fault_kind::exit:
    return SIGTERM;
  }
  return SIGKILL;
}

} // namespace pinion::scenario
