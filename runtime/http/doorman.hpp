#pragma once

#include <functional>

#include <pinion/runtime/socket_doorman.hpp>

namespace pinion::http {

/// Lets clients in through a listening TCP socket, each by a call of `let_in`.
class doorman final : public socket_doorman {
public:
  doorman(caf::io::network::default_multiplexer& loop, int listener, std::function<void(descriptor)> let_in);

private:
  bool let_in(descriptor client) override;

  std::function<void(descriptor)> let_in_;
};

/// The bytes of a refusal (503, 429) to a client that is not let in: it should come again in a second.
std::string turned_away(unsigned status, std::string_view why);

} // namespace pinion::http
