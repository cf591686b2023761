#include <pinion/runtime/http/limits.hpp>

#include <string>

#include <pinion/runtime/error.hpp>

namespace pinion::http {

namespace {

// As long as what every client sends.
constexpr std::size_t least_head = 256;

void at_least(std::size_t least, std::size_t value, const char* name) {
  if (value < least)
    raise(runtime_errc::bad_config, "with " + std::string(name) + " = " + std::to_string(value) +
                                        " an HTTP server can serve nobody; say " + std::to_string(least) +
                                        " or more");
}

void positive(std::chrono::milliseconds value, const char* name) {
  if (value.count() <= 0)
    raise(runtime_errc::bad_config, "with " + std::string(name) + " = " + std::to_string(value.count()) +
                                        " ms an HTTP server can serve nobody; say 1 ms or more");
}

} // namespace

void check(const limits& what) {
  at_least(1, what.connections, "connections");
  at_least(1, what.client_connections, "client_connections");
  at_least(1, what.target, "target");
  at_least(least_head, what.head, "head");
  at_least(1, what.body_rate, "body_rate");
  at_least(1, what.array_rate, "array_rate");
  at_least(1, what.unread, "unread");
  positive(what.head_time, "head_time");
  positive(what.body_time, "body_time");
  positive(what.write_time, "write_time");
  positive(what.stall_time, "stall_time");
  positive(what.idle_time, "idle_time");
  positive(what.linger_time, "linger_time");
  positive(what.longest_linger, "longest_linger");
  if (what.leave_time.count() < 0)
    raise(runtime_errc::bad_config, "leave_time is less than nothing; say 0 ms or more");
}

} // namespace pinion::http
