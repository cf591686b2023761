#include <pinion/runtime/client_scribe.hpp>

namespace pinion {

void client_scribe::graceful_shutdown() {
  hang_up();
  link_scribe::graceful_shutdown();
}

} // namespace pinion
