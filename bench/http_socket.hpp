#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pinion::bench {

/// A socket that is connected to that port of the loopback. Throws std::system_error when there is nobody.
int connect_to(std::uint16_t port);

/// What asks that port for /ping, and whether these bytes are the whole of "pong".
std::string ping_request(std::uint16_t port);
bool is_pong(std::string_view answer);

} // namespace pinion::bench
