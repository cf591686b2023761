#include "fastapi_server.hpp"

#include <cerrno>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <thread>

#include <csignal>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http_probe.hpp"

namespace pinion::bench {

namespace {

constexpr std::chrono::seconds start_time{30};
constexpr std::chrono::milliseconds look_again{20};

std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof where;
  auto* address = reinterpret_cast<sockaddr*>(&where);
  const bool found =
      socket >= 0 && ::bind(socket, address, size) == 0 && ::getsockname(socket, address, &size) == 0;
  const auto error = errno;
  ::close(socket);
  if (!found)
    throw std::system_error(error, std::generic_category(), "no port for uvicorn");
  return ntohs(where.sin_port);
}

} // namespace

fastapi_server::fastapi_server()
    : port_(free_port()), process_(debian_python, {"-B", "-m", "uvicorn", "--app-dir", fastapi_folder(),
                                                   "--host", "127.0.0.1", "--port", std::to_string(port_),
                                                   "--log-level", "critical", "--no-access-log", "app:app"}) {
  for (const auto until = steady_clock::now() + start_time;;) {
    try {
      http_probe(port_).ping();
      return;
    } catch (const std::exception&) {
      if (steady_clock::now() > until) {
        process_.signal(SIGKILL);
        throw std::runtime_error("FastAPI did not answer");
      }
    }
    std::this_thread::sleep_for(look_again);
  }
}

fastapi_server::~fastapi_server() { process_.signal(SIGTERM); }

std::string fastapi_folder() { return PINION_SOURCE_DIR "/bench/fastapi"; }

std::string why_no_fastapi() {
  if (auto why = why_no(debian_python); !why.empty())
    return why;
  child asked(
      debian_python,
      {"-I", "-c",
       "import sys, importlib.util as u; sys.exit(not all(map(u.find_spec, ('fastapi', 'uvicorn'))))"});
  return asked.wait().empty() ? "" : "there is no python3-fastapi, or no uvicorn";
}

} // namespace pinion::bench
