#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <unistd.h>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <pinion/runtime/http/server.hpp>
#include <pinion/runtime/node.hpp>

#include <support/pool.hpp>
#include <support/tcp_client.hpp>

namespace pinion::test {

/// A node that serves at a port of its own.
struct served {
  explicit served(config settings = with_workers(2), const http::server_options& how = {},
                  const std::function<void(http::server&)>& routes = {})
      : where(std::move(settings)) {
    where.wait_ready();
    door = std::make_unique<http::server>(where);
    if (routes)
      routes(*door);
    port = door->listen({"127.0.0.1", 0}, how).port;
  }

  std::string ask(const std::string& request) const {
    tcp_client client(port);
    client.say(request);
    return client.hear();
  }

  /// A client whose request is with a worker.
  tcp_client begin(const std::string& request, std::size_t with_workers = 1) const {
    tcp_client client(port);
    client.say(request);
    CHECK(eventually([&] { return where.status().sent == with_workers; }));
    return client;
  }

  node where;
  std::unique_ptr<http::server> door;
  std::uint16_t port = 0;
};

/// One that a test makes when it is time.
struct later_file {
  later_file() { std::filesystem::remove(path); }
  later_file(const later_file&) = delete;
  later_file& operator=(const later_file&) = delete;
  ~later_file() { std::filesystem::remove(path); }
  void make() const { std::ofstream(path) << "now"; }
  std::string quoted() const { return "\"" + path + "\""; }

  const std::string path =
      (std::filesystem::temp_directory_path() / ("pinion-http-" + std::to_string(::getpid()))).string();
};

inline std::string get(const std::string& path, const std::string& fields = "") {
  return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n";
}

inline std::string call(const std::string& kernel, const std::string& arguments,
                        const std::string& fields = "") {
  const auto body = "{\"args\": [" + arguments + "]}";
  return "POST /v1/kernels/" + kernel + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" +
         fields + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

inline nlohmann::json json_of(const std::string& answer) { return nlohmann::json::parse(body_of(answer)); }

/// What a command prints.
inline std::string output_of(const std::string& command) {
  std::string result;
  FILE* from = ::popen(command.c_str(), "r");
  REQUIRE(from != nullptr);
  char bytes[4096];
  for (std::size_t got = 0; (got = ::fread(bytes, 1, sizeof bytes, from)) > 0;)
    result.append(bytes, got);
  ::pclose(from);
  return result;
}

} // namespace pinion::test
