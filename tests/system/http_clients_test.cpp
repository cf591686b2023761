// A node behind HTTP and the clients that people have: python3-requests, wrk, curl through nginx; a thousand
// at a time, slow ones, broken ones; and workers that die while many wait.
#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <fcntl.h>
#include <malloc.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include <pinion/pinion.hpp>
#include <pinion/runtime/http/server.hpp>

#include <support/files.hpp>
#include <support/hold.hpp>
#include <support/leaves_nothing.hpp>
#include <support/named_node.hpp>
#include <support/pool.hpp>
#include <support/scratch_directory.hpp>
#include <support/tcp_client.hpp>

#include "http_stage.hpp"

using namespace pinion;
using namespace pinion::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

// -- kernels --------------------------------------------------------------------

std::int64_t add(std::int64_t a, std::int64_t b) { return a + b; }
std::string greet(std::string_view whom) { return "hello " + std::string(whom); }
void throw_text(std::string_view text) { throw std::runtime_error(std::string(text)); }
std::int64_t hold_for_ever(context& run) {
  hold(run);
  return 1;
}
bool is_there(const fs::path& file) { return ::access(file.c_str(), F_OK) == 0; }
// Until a file is there.
std::int64_t hold_for_file(std::string_view path, context& run) {
  return hold_until(run, [file = fs::path(path)] { return is_there(file); }) ? 1 : 0;
}
// Says in a file of the folder who is at it, each time that somebody is, and waits there for the file "go".
std::int64_t square_when(std::string_view folder, std::int64_t number, context& run) {
  std::ofstream(fs::path(folder) / std::to_string(number), std::ios::app) << ::getpid() << std::endl;
  hold_until(run, [go = fs::path(folder) / "go"] { return is_there(go); });
  return number * number;
}

// -- a node and who asks it -------------------------------------------------------

bool is_pong(const std::string& answer) { return status_of(answer) == 200 && body_of(answer) == "pong\n"; }

// Sockets that this process has open, a server in it and its clients.
std::size_t open_sockets() {
  std::size_t result = 0;
  for (const auto& each : fs::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    result += fs::read_symlink(each, gone).string().starts_with("socket:");
  }
  return result;
}

// Whether a program is there; says so where it is not.
bool has(const std::string& program, const std::string& package) {
  if (std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) == 0)
    return true;
  MESSAGE("skipped: the package " << package << " is missing");
  return false;
}

// -- python3-requests -------------------------------------------------------------

// Debian's Python, for which Debian's packages are; another one on the PATH may have none.
const std::string python = "/usr/bin/python3";

bool has_requests() {
  if (std::system((python + " -c 'import requests' 2>/dev/null").c_str()) == 0)
    return true;
  MESSAGE("skipped: the package python3-requests is missing");
  return false;
}

// tests/system/http_clients.py finds nothing wrong.
void check_by_python(std::vector<std::string> words) {
  words.insert(words.begin(), {python, "-B", PINION_SOURCE_DIR "/tests/system/http_clients.py"});
  process sut(words);
  const auto code = sut.wait();
  CHECK_MESSAGE(code == 0, sut.err());
}

// -- wrk ----------------------------------------------------------------------------

// What wrk counts, and answers that are not what they should be.
constexpr const char* wrk_counts = R"(
local threads = {}
function setup(thread) table.insert(threads, thread) end
wrong = 0
function response(status, headers, body)
  if not body:find(expected, 1, true) then wrong = wrong + 1 end
end
function done(summary)
  local counts = {}
  for name, count in pairs(summary.errors) do table.insert(counts, ('"%s": %d'):format(name, count)) end
  local all = 0
  for _, each in ipairs(threads) do all = all + each:get("wrong") end
  local errors = table.concat(counts, ", ")
  print(('COUNTS {"requests": %d, "wrong": %d, %s}'):format(summary.requests, all, errors))
end
)";

// What it counts when it asks with 32 connections for a second; `script` says what, and what is to come.
nlohmann::json counts_of_wrk(const std::string& url, const fs::path& folder, const std::string& script) {
  write_file(folder / "ask.lua", script + wrk_counts);
  process wrk({"wrk", "-t1", "-c32", "-d1s", "--timeout", "60s", "-s", (folder / "ask.lua").string(), url});
  const auto code = wrk.wait();
  const auto said = wrk.out();
  const auto at = said.find("COUNTS ");
  REQUIRE_MESSAGE((code == 0 && at != std::string::npos), said << wrk.err());
  return nlohmann::json::parse(said.substr(at + 7, said.find('\n', at) - at - 7));
}

void check_wrk(const served& sut, const std::string& path, const std::string& script) {
  const scratch_directory folder("http-wrk");
  const auto before = open_sockets();
  auto counts = counts_of_wrk("http://127.0.0.1:" + std::to_string(sut.port) + path, folder.path(), script);
  CAPTURE(counts.dump());
  CHECK(counts["requests"] >= 32);
  for (const auto* each : {"wrong", "connect", "read", "write", "status", "timeout"})
    CHECK(counts[each] == 0);
  CHECK(eventually([&] { return open_sockets() == before; }));
  CHECK(is_pong(sut.ask(get("/ping"))));
  CHECK(status_of(sut.ask(call("clients.add", "1, 2"))) == 200);
  CHECK(eventually([&] { return sut.where.status().sent + sut.where.status().queued == 0; }));
  for (const auto& each : sut.where.status().workers)
    CHECK(each.restarts == 0);
}

// -- many clients ---------------------------------------------------------------------

// As many descriptors as a test needs, while it runs.
class more_descriptors {
public:
  explicit more_descriptors(rlim_t wanted) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit more{std::max(before_.rlim_cur, wanted), before_.rlim_max};
    enough_ = ::setrlimit(RLIMIT_NOFILE, &more) == 0;
    if (!enough_)
      MESSAGE("skipped: needs " << wanted << " descriptors (ulimit -Hn)");
  }
  more_descriptors(const more_descriptors&) = delete;
  more_descriptors& operator=(const more_descriptors&) = delete;
  ~more_descriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  bool enough() const noexcept { return enough_; }

private:
  rlimit before_{};
  bool enough_ = false;
};

// Each asks, and then each is answered: all are there at the same time.
int answered_sums(std::vector<tcp_client>& all) {
  for (std::size_t i = 0; i < all.size(); ++i)
    all[i].say(call("clients.add", std::to_string(i) + ", 1000"));
  int result = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto answer = all[i].hear();
    result += status_of(answer) == 200 && json_of(answer)["result"] == i + 1000;
  }
  return result;
}

std::vector<tcp_client> clients_of(const served& sut, int count) {
  std::vector<tcp_client> result;
  for (int i = 0; i < count; ++i)
    result.emplace_back(sut.port);
  return result;
}

// -- workers that die -------------------------------------------------------------------

// 50 requests at two workers, which hold what they have begun until the test says go.
struct held_requests {
  explicit held_requests(const std::string& kernel, const std::string& name) : folder(name) {
    clients = clients_of(sut, 50);
    for (std::size_t i = 0; i < clients.size(); ++i)
      clients[i].say(call(kernel, "\"" + folder.path().string() + "\", " + std::to_string(i)));
    CHECK(eventually([&] {
      const auto now = sut.where.status();
      return now.sent == 2 && now.queued == 48;
    }));
  }

  // The processes that were at it, in their order.
  std::vector<pid_t> tried(std::size_t number) const {
    std::istringstream lines(read_file(folder / std::to_string(number)));
    std::vector<pid_t> result;
    for (std::string line; std::getline(lines, line) && !lines.eof();)
      result.push_back(std::stoi(line));
    return result;
  }
  // The number of what this process has begun and not ended, as it holds it.
  std::optional<std::size_t> held_by(pid_t worker) const {
    for (std::size_t i = 0; i < clients.size(); ++i)
      if (const auto who = tried(i); !who.empty() && who.back() == worker)
        return i;
    return std::nullopt;
  }
  // Kills the worker in this place when it holds one, and says which.
  std::size_t kill_worker(std::size_t place) {
    std::optional<std::size_t> held;
    pid_t pid = 0;
    CHECK(eventually([&] {
      pid = json_of(sut.ask(get("/v1/status")))["workers"][place]["pid"].get<pid_t>();
      return std::count(killed.begin(), killed.end(), pid) == 0 && (held = held_by(pid)).has_value();
    }));
    ::kill(pid, SIGKILL);
    killed.push_back(pid); // the status may name it a little longer
    return held.value_or(0);
  }
  void go() const { write_file(folder / "go", ""); }
  std::vector<std::uint64_t> restarts() const {
    std::vector<std::uint64_t> result;
    for (const auto& each : sut.where.status().workers)
      result.push_back(each.restarts);
    return result;
  }

  const leaves_nothing end;
  const scratch_directory folder;
  const served sut{with_workers(2)};
  std::vector<tcp_client> clients;
  std::vector<pid_t> killed;
};

// -- nginx --------------------------------------------------------------------------------

descriptor new_socket() { return descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)); }

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_port = htons(port);
  result.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return result;
}

bool listens(std::uint16_t port) {
  const auto there = loopback(port);
  return ::connect(new_socket().get(), reinterpret_cast<const sockaddr*>(&there), sizeof there) == 0;
}

// The port of a socket of TCP at its own end (getsockname) or at the other (getpeername); 0: there is none.
std::uint16_t port_at(int socket, decltype(::getsockname) end) {
  sockaddr_in where{};
  socklen_t size = sizeof where;
  return end(socket, reinterpret_cast<sockaddr*>(&where), &size) == 0 && where.sin_family == AF_INET
             ? ntohs(where.sin_port)
             : std::uint16_t{0};
}

// A port that the system gave, held for who listens there.
struct held_port {
  held_port() {
    const int on = 1; // others may listen there who say so too, as nginx does
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const auto any = loopback(0);
    REQUIRE(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&any), sizeof any) == 0);
  }
  std::uint16_t number() const { return port_at(socket.get(), ::getsockname); }

  const descriptor socket = new_socket();
};

void put(std::string& text, const std::string& what, const std::string& instead) {
  const auto at = text.find(what);
  REQUIRE_MESSAGE(at != std::string::npos, what << " is not in the example");
  text.replace(at, what.size(), instead);
}

// By its whole name: it need not be on the PATH of who is not root.
const std::string nginx_program = "/usr/sbin/nginx";

bool has_nginx() { return has(nginx_program, "nginx") && has("openssl", "openssl") && has("curl", "curl"); }

// examples/nginx.conf, with ports and folders of this test's, before a node at that port.
class nginx {
public:
  nginx(const std::string& name, std::uint16_t node) : folder_(name) {
    make_certificate();
    auto text = read_file(PINION_SOURCE_DIR "/examples/nginx.conf");
    put(text, "listen 443 ", "listen 127.0.0.1:" + std::to_string(port_.number()) + " ");
    put(text, "server 127.0.0.1:8000;", "server 127.0.0.1:" + std::to_string(node) + ";");
    std::string own = "http {\n  access_log off;\n";
    for (const auto* each : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
      own += "  " + std::string(each) + "_temp_path " + (folder_ / each).string() + ";\n";
    put(text, "http {\n", own);
    write_file(folder_ / "nginx.conf", text);
    // It ends with this process, however that ends.
    program_.emplace(std::vector<std::string>{
        "setpriv", "--pdeathsig", "TERM", nginx_program, "-p", folder_.path().string(), "-c",
        (folder_ / "nginx.conf").string(), "-e", (folder_ / "error.log").string(), "-g",
        "daemon off; pid " + (folder_ / "pid").string() + ";"});
    CHECK_MESSAGE(eventually([&] { return listens(port_.number()) || !lives(program_->pid()); }),
                  "nginx does not listen");
    CHECK_MESSAGE(lives(program_->pid()), read_file(folder_ / "error.log"));
  }
  nginx(const nginx&) = delete;
  nginx& operator=(const nginx&) = delete;
  ~nginx() { end(SIGTERM); } // its workers would outlive a kill

  int end(int signal) {
    program_->signal(signal);
    return program_->wait();
  }
  pid_t pid() const { return program_->pid(); }
  std::uint16_t port() const noexcept { return port_.number(); }
  const scratch_directory& folder() const noexcept { return folder_; }

  // curl that asks through it.
  std::vector<std::string> asking(const std::string& path, const std::vector<std::string>& more = {}) const {
    const auto where = "pinion.example.org:" + std::to_string(port_.number());
    std::vector<std::string> result{"curl",      "-sS",
                                    "--noproxy", "*",
                                    "--cacert",  (folder_ / "pinion.crt").string(),
                                    "--resolve", where + ":127.0.0.1",
                                    "-w",        "\n%{http_code} %{http_version} %{content_type}"};
    result.insert(result.end(), more.begin(), more.end());
    result.push_back("https://" + where + path);
    return result;
  }
  struct answer {
    std::string body;
    std::string line; ///< "404 2 application/problem+json"
    nlohmann::json json() const { return nlohmann::json::parse(body, nullptr, false); }
  };
  answer ask(const std::string& path, const std::vector<std::string>& more = {}) const {
    process curl(asking(path, more));
    CHECK_MESSAGE(curl.wait() == 0, curl.err());
    const auto said = curl.out();
    const auto at = said.rfind('\n');
    return at == std::string::npos ? answer{"", said} : answer{said.substr(0, at), said.substr(at + 1)};
  }

private:
  void make_certificate() const {
    process openssl({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                     "-nodes", "-days", "2", "-subj", "/CN=pinion.example.org", "-addext",
                     "subjectAltName=DNS:pinion.example.org", "-keyout", (folder_ / "pinion.key").string(),
                     "-out", (folder_ / "pinion.crt").string()});
    const auto code = openssl.wait();
    REQUIRE_MESSAGE(code == 0, openssl.err());
  }

  const scratch_directory folder_;
  const held_port port_;
  std::optional<process> program_;
};

const std::vector<std::string> with_token{"-H", "Authorization: Bearer s3cret"};

std::vector<std::string> operator+(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// The fields of a request, as a route that says what has come.
http::response fields_of(const http::request& what, const http::pairs&) {
  nlohmann::json result;
  for (const auto& [name, value] : what.fields)
    result[name] = value;
  return http::json(result.dump());
}

// In a node's place: says and hears what the test wants, when it wants.
class puppet {
public:
  std::uint16_t port() const { return port_.number(); }
  void begin() const { REQUIRE(::listen(port_.socket.get(), 8) == 0); }
  void let_in() {
    pollfd wait{port_.socket.get(), POLLIN, 0};
    REQUIRE(::poll(&wait, 1, 20'000) == 1);
    client_ = descriptor(::accept4(port_.socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
    heard_.clear();
  }
  bool hears(const std::string& what) {
    char bytes[4096];
    for (pollfd wait{client_.get(), POLLIN, 0}; heard_.find(what) == std::string::npos;) {
      const auto got = ::poll(&wait, 1, 20'000) == 1 ? ::recv(client_.get(), bytes, sizeof bytes, 0) : 0;
      if (got <= 0)
        return false;
      heard_.append(bytes, static_cast<std::size_t>(got));
    }
    return true;
  }
  void say(std::string_view what) const {
    CHECK(::send(client_.get(), what.data(), what.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(what.size()));
  }
  void hang_up() { client_.reset(); }

private:
  const held_port port_;
  descriptor client_;
  std::string heard_;
};

// A pipe with a name, of which this process has both ends.
class named_pipe {
public:
  explicit named_pipe(const fs::path& path) {
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    ends_ = descriptor(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  }
  void say(std::string_view what) const {
    CHECK(::write(ends_.get(), what.data(), what.size()) == static_cast<ssize_t>(what.size()));
  }
  void end() { ends_.reset(); }

private:
  descriptor ends_;
};

// -- clients that are not as they should be ---------------------------------------------------

// The other end of a client's connection, in this process; -1: it is not open.
int end_at_server(const tcp_client& client) {
  const auto port = port_at(client.descriptor(), ::getsockname);
  for (const auto& each : fs::directory_iterator("/proc/self/fd"))
    if (const auto fd = std::stoi(each.path().filename()); port_at(fd, ::getpeername) == port)
      return fd;
  return -1;
}

// The server has read all that has been said.
bool is_read(const tcp_client& client, int server_end) {
  int unacknowledged = 0;
  int unread = 0;
  const int now = 1; // the system would tell the client later that it has come
  ::setsockopt(server_end, IPPROTO_TCP, TCP_QUICKACK, &now, sizeof now);
  return ::ioctl(client.descriptor(), TIOCOUTQ, &unacknowledged) == 0 && unacknowledged == 0 &&
         ::ioctl(server_end, FIONREAD, &unread) == 0 && unread == 0;
}

std::string posted(const std::string& fields, const std::string& body) {
  return "POST /v1/kernels/clients.add HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" +
         fields + "\r\n" + body;
}

} // namespace

PINION_KERNELS(k) {
  k.add("clients.add", add);
  k.add("clients.greet", greet);
  k.add("clients.throw", throw_text);
  k.add("clients.hold_for_ever", hold_for_ever);
  k.add("clients.hold", hold_for_file);
  k.add("clients.square_when", square_when);
  k.add("clients.square_when_again", square_when, kernel_traits{.idempotent = true});
}

TEST_CASE("python3-requests calls kernels over one connection, also with bodies in chunks") {
  if (!has_requests())
    return;
  const leaves_nothing end;
  const served sut;
  check_by_python({"calls", std::to_string(sut.port)});
}

TEST_CASE("python3-requests reads problems, and goes on with the connection") {
  if (!has_requests())
    return;
  const leaves_nothing end;
  const served sut(with_workers(1));
  check_by_python({"problems", std::to_string(sut.port)});
}

TEST_CASE("python3-requests is told that its time is over, or hangs up itself") {
  if (!has_requests())
    return;
  const leaves_nothing end;
  const served sut(with_workers(1));
  check_by_python({"times", std::to_string(sut.port)});
}

TEST_CASE("python3-requests comes again after the time that a full queue tells it") {
  if (!has_requests())
    return;
  const leaves_nothing end;
  const scratch_directory folder("http-overload");
  auto settings = with_workers(1);
  settings.max_queue = 1;
  const served sut(settings);
  check_by_python({"overload", std::to_string(sut.port), (folder / "go").string()});
}

TEST_CASE("python3-requests reads why its body is too large while it sends it") {
  if (!has_requests())
    return;
  const leaves_nothing end;
  const served sut(with_workers(1));
  check_by_python({"sizes", std::to_string(sut.port), std::to_string(http::limits().body)});
}

TEST_CASE("20 threads of python3-requests at once get their own answers") {
  if (!has_requests())
    return;
  const leaves_nothing end;
  const served sut;
  const auto before = open_sockets();
  check_by_python({"crowd", std::to_string(sut.port)});
  CHECK(eventually([&] { return open_sockets() == before; }));
}

TEST_CASE("python3-requests that is not let in for want of room hears so") {
  if (!has_requests())
    return;
  const leaves_nothing end;
  http::server_options how;
  how.limits.connections = 1;
  const served sut(with_workers(1), how);
  tcp_client only(sut.port);
  only.say(get("/ping"));
  CHECK(is_pong(only.hear()));
  check_by_python({"surplus", std::to_string(sut.port)});
  only.say(get("/ping"));
  CHECK(is_pong(only.hear()));
}

TEST_CASE("python3-requests is let in with the token alone") {
  if (!has_requests())
    return;
  const leaves_nothing end;
  http::server_options how;
  how.token = "s3cret";
  const served sut(with_workers(1), how);
  check_by_python({"token", std::to_string(sut.port), how.token});
}

TEST_CASE("wrk asks with 32 connections without one wrong answer, and none is left") {
  if (!has("wrk", "wrk"))
    return;
  const leaves_nothing end;
  const served sut;
  check_wrk(sut, "/ping", "expected = 'pong\\n'\n");
  check_wrk(sut, "/v1/kernels/clients.add",
            "expected = '\"result\": 23,'\n"
            "wrk.method = 'POST'\n"
            "wrk.body = '{\"args\": [20, 3]}'\n"
            "wrk.headers['Content-Type'] = 'application/json'\n");
}

TEST_CASE("a thousand clients at the same time each get their own answer, and leave nothing") {
  const leaves_nothing end;
  const more_descriptors limit(2500); // both ends are here
  if (!limit.enough())
    return;
  const served sut;
  const auto before = open_sockets();
  std::size_t memory = 0;
  for (int round = 0; round < 3; ++round) {
    CAPTURE(round);
    {
      auto all = clients_of(sut, 1000);
      CHECK(answered_sums(all) == 1000);
      CHECK(open_sockets() == before + 2000);
    }
    CHECK(eventually([&] { return open_sockets() == before; }));
    // A kilobyte for each of them would be a megabyte a round.
    if (round == 0)
      memory = ::mallinfo2().uordblks;
    CHECK(eventually([&] { return ::mallinfo2().uordblks < memory + 1'000'000; }));
  }
  CHECK(sut.where.status().done == 3000);
}

TEST_CASE("who comes when all connections are taken is told so, and those that are in are not disturbed") {
  const leaves_nothing end;
  const more_descriptors limit(2500);
  if (!limit.enough())
    return;
  http::server_options how;
  how.limits.connections = 600;
  const served sut(with_workers(2), how);
  const auto before = open_sockets();
  for (int round = 0; round < 2; ++round) {
    CAPTURE(round);
    {
      auto all = clients_of(sut, 600);
      CHECK(answered_sums(all) == 600);
      auto surplus = clients_of(sut, 400);
      for (auto& each : surplus)
        each.say(get("/ping"));
      CHECK(answered_sums(all) == 600);
      int told = 0;
      for (auto& each : surplus) {
        const auto answer = each.hear();
        told += status_of(answer) == 503 && json_of(answer)["status"] == 503 &&
                answer.find("Content-Type: application/problem+json\r\n") != std::string::npos &&
                answer.find("\r\nRetry-After: 1\r\n") != std::string::npos && each.closed();
      }
      CHECK(told == 400);
      // One that leaves makes room for one.
      all.pop_back();
      CHECK(eventually([&] { return is_pong(sut.ask(get("/ping"))); }));
      CHECK(answered_sums(all) == 599);
    }
    CHECK(eventually([&] { return open_sockets() == before; }));
  }
}

TEST_CASE("who comes when no descriptor is left is told so, and let in when some are free again") {
  const leaves_nothing end;
  const own_names names;
  running_node sut(names, {"sh", "-c", "ulimit -n 100 && exec \"$0\" \"$@\"", program, "node", "--name",
                           "few", "--workers", "1", "--http", "127.0.0.1:0"});
  const auto said = sut.node.out();
  const auto at = said.find("http://127.0.0.1:");
  REQUIRE(at != std::string::npos);
  const auto port = static_cast<std::uint16_t>(std::stoi(said.substr(at + 17)));
  for (int round = 0; round < 2; ++round) {
    std::vector<tcp_client> all;
    for (int i = 0; i < 100; ++i)
      all.emplace_back(port).say(get("/ping"));
    int served = 0;
    int refused = 0;
    for (auto& each : all) {
      const auto answer = each.hear();
      served += is_pong(answer);
      refused += status_of(answer) == 503 &&
                 json_of(answer)["detail"].get<std::string>().find("ulimit -n") != std::string::npos;
    }
    CHECK(served > 0);
    CHECK(refused > 0);
    CHECK(served + refused == 100);
    all.clear();
    CHECK(eventually([&] {
      tcp_client one(port);
      one.say(get("/ping"));
      return is_pong(one.hear());
    }));
  }
  sut.node.signal(SIGTERM);
  CHECK(sut.node.wait() == 0);
}

TEST_CASE("of 50 requests exactly the one whose worker is killed is told so") {
  held_requests sut("clients.square_when", "http-killed");
  const auto killed = sut.kill_worker(0);
  sut.go();
  for (std::size_t i = 0; i < sut.clients.size(); ++i) {
    CAPTURE(i);
    const auto answer = sut.clients[i].hear();
    auto what = json_of(answer);
    if (i == killed) {
      CHECK(status_of(answer) == 500);
      CHECK(what["code"] == "worker_died");
      const auto detail = what["detail"].get<std::string>();
      CHECK(detail.find("SIGKILL") != std::string::npos);
      CHECK(detail.find("clients.square_when") != std::string::npos);
      CHECK(detail.find(std::to_string(sut.tried(i).at(0))) != std::string::npos);
    } else {
      CHECK(status_of(answer) == 200);
      CHECK(what["result"] == i * i);
    }
    CHECK(sut.tried(i).size() == 1);
  }
  CHECK(eventually([&] { return sut.restarts() == std::vector<std::uint64_t>{1, 0}; }));
}

TEST_CASE("of 50 requests that may run twice all are answered, whichever workers are killed") {
  held_requests sut("clients.square_when_again", "http-killed-again");
  std::vector<std::size_t> killed;
  for (const auto place : {0, 1, 0}) // the last is the first one's successor
    killed.push_back(sut.kill_worker(static_cast<std::size_t>(place)));
  sut.go();
  for (std::size_t i = 0; i < sut.clients.size(); ++i) {
    CAPTURE(i);
    const auto answer = sut.clients[i].hear();
    CHECK(status_of(answer) == 200);
    CHECK(json_of(answer)["result"] == i * i);
    CHECK(static_cast<long>(sut.tried(i).size()) == 1 + std::count(killed.begin(), killed.end(), i));
  }
  CHECK(eventually([&] { return sut.restarts() == std::vector<std::uint64_t>{2, 1}; }));
}

TEST_CASE("examples/nginx.conf puts TLS before a node with a token, and changes nothing that they say") {
  if (!has_nginx())
    return;
  const leaves_nothing end;
  http::server_options how;
  how.token = "s3cret";
  const served sut(with_workers(1), how, [](http::server& door) { door.at_once("GET", "/seen", fields_of); });
  nginx proxy("http-nginx", sut.port);
  const auto before = open_sockets();

  const auto pong = proxy.ask("/ping", with_token);
  CHECK(pong.line == "200 2 text/plain; charset=utf-8");
  CHECK(pong.body == "pong\n");
  const std::vector<std::string> arguments{"--json", R"({"args": [40, 2]})"};
  CHECK(proxy.ask("/v1/kernels/clients.add", with_token + arguments).json()["result"] == 42);
  const auto wrong = proxy.ask("/v1/kernels/clients.ad", with_token + arguments);
  CHECK(wrong.line == "404 2 application/problem+json");
  CHECK(wrong.json()["code"] == "unknown_kernel");
  const auto stranger = proxy.ask("/v1/kernels/clients.add", arguments);
  CHECK(stranger.line == "401 2 application/problem+json");
  CHECK(stranger.json()["status"] == 401);

  auto seen =
      proxy.ask("/seen", with_token + std::vector<std::string>{"-H", "X-Forwarded-For: 192.0.2.1"}).json();
  CHECK(seen["Host"] == "pinion.example.org");
  CHECK(seen["X-Forwarded-For"] == "127.0.0.1");
  CHECK(seen["X-Forwarded-Proto"] == "https");
  CHECK_FALSE(seen.contains("Connection"));

  // The node says itself what is too large.
  const auto large = (proxy.folder() / "large").string();
  write_file(large, std::string(2 * how.limits.body, ' '));
  const auto refused =
      proxy.ask("/v1/kernels/clients.add", with_token + std::vector<std::string>{"--json", "@" + large});
  CHECK(refused.line == "413 2 application/problem+json");
  CHECK(refused.json()["detail"].get<std::string>().find(readable_size(how.limits.body)) !=
        std::string::npos);

  // All of them over one connection, but for the one that is refused while it sends.
  CHECK(proxy.ask("/ping", with_token).body == "pong\n");
  CHECK(eventually([&] { return open_sockets() == before + 1; }));

  {
    process gone(proxy.asking("/v1/kernels/clients.hold_for_ever",
                              with_token + std::vector<std::string>{"--json", R"({"args": []})"}));
    CHECK(eventually([&] { return sut.where.status().sent == 1; }));
  } // killed
  CHECK(eventually([&] { return sut.where.status().withdrawn == 1; }));

  const auto workers = children_of(proxy.pid());
  CHECK(workers.size() == 1);
  CHECK(proxy.end(SIGQUIT) == 0);
  for (const auto each : workers)
    CHECK_FALSE(lives(each));
  CHECK_FALSE(listens(proxy.port()));
  CHECK(eventually([&] { return open_sockets() == before; }));
}

TEST_CASE("arrays and events of a node go through examples/nginx.conf, however large and as they happen") {
  if (!has_nginx())
    return;
  const leaves_nothing end;
  http::server_options how;
  how.token = "s3cret";
  served sut(with_workers(1), how);
  const nginx proxy("http-nginx-arrays", sut.port);
  const auto sent = (proxy.folder() / "sent.npy").string();
  const auto came = (proxy.folder() / "came.npy").string();
  {
    const auto large = sut.where.full<double>({4, 300'000}, 1.5); // not what would be kept in memory
    save_npy(sent, large.view());
  }
  const auto name = "/v1/arrays/clients" + std::to_string(::getpid());
  CHECK(proxy
            .ask(name,
                 with_token + std::vector<std::string>{"-H", "Content-Type: application/x-npy", "-T", sent})
            .line.starts_with("201 2 "));
  CHECK(proxy.ask(name, with_token + std::vector<std::string>{"-H", "Accept: application/x-npy", "-o", came})
            .line == "200 2 application/x-npy");
  CHECK(read_file(came).size() > 4 * 300'000 * sizeof(double));
  CHECK(read_file(came) == read_file(sent));
  CHECK(proxy.ask(name, with_token + std::vector<std::string>{"-X", "DELETE"}).line.starts_with("204 2"));

  process events(proxy.asking("/v1/events", with_token + std::vector<std::string>{"-N"}));
  CHECK(eventually([&] { return events.out().find("\ndata: ") != std::string::npos; }));
  CHECK(events.out().find("\"withdrawn\":0") != std::string::npos);
}

TEST_CASE("behind examples/nginx.conf a node without a token takes only names and pages of its own machine") {
  if (!has_nginx())
    return;
  const leaves_nothing end;
  const served sut(with_workers(1));
  const nginx proxy("http-nginx-names", sut.port);
  CHECK(proxy.ask("/ping").line == "421 2 application/problem+json");
  CHECK(proxy.ask("/ping", {"-H", "Host: localhost"}).body == "pong\n");
  CHECK(proxy.ask("/ping", {"-H", "Host: localhost", "-H", "Origin: https://pinion.example.org"}).line ==
        "403 2 application/problem+json");
}

TEST_CASE("examples/nginx.conf lets bodies and events through as they come, and says when the node is away") {
  if (!has_nginx())
    return;
  const leaves_nothing end;
  puppet node;
  nginx proxy("http-nginx-streams", node.port());
  const auto away = proxy.ask("/ping", {"-D", (proxy.folder() / "head").string()});
  CHECK(away.line == "503 2 application/problem+json");
  CHECK(away.json()["status"] == 503);
  CHECK(read_file(proxy.folder() / "head").find("retry-after: 1") != std::string::npos);
  node.begin();

  process events(proxy.asking("/v1/events", {"-N"}));
  const auto told = [&](const std::string& what) {
    return eventually([&] { return events.out().find(what) != std::string::npos; });
  };
  node.let_in();
  CHECK(node.hears("\r\n\r\n"));
  node.say("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n");
  CHECK(told("data: 1\n\n"));
  node.say("data: 2\n\n");
  CHECK(told("data: 2\n\n"));
  node.hang_up();
  CHECK(events.wait() == 0);

  const auto path = proxy.folder() / "body";
  named_pipe body(path);
  process sends(
      proxy.asking("/v1/kernels/x", {"--http1.1", "-X", "POST", "-H", "Expect:", "-T", path.string()}));
  body.say("first part");
  node.let_in();
  CHECK(node.hears("first part"));
  body.say("second part");
  CHECK(node.hears("second part"));
  body.end();
  CHECK(node.hears("\r\n0\r\n\r\n"));
  node.say("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone");
  CHECK(sends.wait() == 0);
  CHECK(sends.out().starts_with("done\n200 "));
}

TEST_CASE("a request may be cut at each of its bytes") {
  const leaves_nothing end;
  const served sut(with_workers(1));
  const std::string body = R"({"args": [20, 3]})";
  for (const auto& request :
       {posted("Content-Length: " + std::to_string(body.size()) + "\r\n", body),
        posted("Transfer-Encoding: chunked\r\n", "5\r\n" + body.substr(0, 5) + "\r\n00C;x=\"y\"\r\n" +
                                                     body.substr(5) + "\r\n0\r\nX: y\r\n\r\n")}) {
    tcp_client client(sut.port);
    client.say(get("/ping"));
    CHECK(is_pong(client.hear()));
    const auto server_end = end_at_server(client);
    REQUIRE(server_end >= 0);
    for (std::size_t cut = 1; cut < request.size(); ++cut) {
      CAPTURE(request.substr(0, cut));
      client.say(request.substr(0, cut));
      CHECK(eventually([&] { return is_read(client, server_end); }));
      client.say(request.substr(cut));
      CHECK(json_of(client.hear())["result"] == 23);
    }
  }
}

TEST_CASE("clients that send byte by byte side by side are served, and nobody waits for them") {
  const leaves_nothing end;
  const served sut(with_workers(1));
  constexpr int many = 20;
  auto slow = clients_of(sut, many);
  std::vector<std::string> requests;
  for (int i = 0; i < many; ++i)
    requests.push_back(call("clients.add", std::to_string(10 + i) + ", 1"));
  tcp_client quick(sut.port);
  for (std::size_t at = 0; at < requests[0].size(); ++at) {
    for (std::size_t i = 0; i < many; ++i)
      slow[i].say(requests[i].substr(at, 1));
    if (at % 16 == 0) {
      quick.say(get("/ping"));
      CHECK(is_pong(quick.hear()));
    }
  }
  for (std::size_t i = 0; i < many; ++i)
    CHECK(json_of(slow[i].hear())["result"] == 11 + i);
}

TEST_CASE("a client that ends its side in the middle of a request is let go, and with its task") {
  const leaves_nothing end;
  const served sut(with_workers(1));
  const auto before = open_sockets();
  const auto whole = call("clients.add", "1, 2");
  for (const auto& part : {std::string(), std::string("GET /pi"), whole.substr(0, whole.size() - 1),
                           posted("Transfer-Encoding: chunked\r\n", "5\r\n{\"a")}) {
    CAPTURE(part);
    tcp_client client(sut.port);
    client.say(part);
    client.end_sending();
    CHECK(client.hear_all().empty());
    CHECK(client.closed());
  }
  tcp_client waits(sut.port);
  waits.say(call("clients.hold_for_ever", ""));
  CHECK(eventually([&] { return sut.where.status().sent == 1; }));
  waits.end_sending();
  CHECK(waits.closed());
  CHECK(eventually([&] { return sut.where.status().withdrawn == 1; }));
  waits.hang_up();
  CHECK(eventually([&] { return open_sockets() == before; }));
  CHECK(sut.where.status().done == 0);
}

TEST_CASE("of a request whose end two readers could see at two places nothing is done, nor what is in it") {
  const leaves_nothing end;
  const served sut(with_workers(1));
  const auto hidden = call("clients.add", "1, 2");
  const auto size = std::to_string(hidden.size());
  const auto chunk = [](const std::string& text) {
    std::ostringstream result;
    result << std::hex << text.size() << "\r\n" << text << "\r\n0\r\n\r\n";
    return result.str();
  };
  for (const auto& bytes : {
           posted("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + hidden),
           posted("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n" + hidden),
           posted("Content-Length: " + size + "\r\nTransfer-Encoding: chunked\r\n", chunk(hidden)),
           posted("Content-Length: 0\r\nContent-Length: " + size + "\r\n", hidden),
           posted("Content-Length: " + size + "\r\nContent-Length: 0\r\n", hidden),
           posted("Content-Length: 0, " + size + "\r\n", hidden),
           posted("Content-Length: +" + size + "\r\n", hidden),
           posted("Content-Length: 0x" + size + "\r\n", hidden),
           posted("Content-Length : " + size + "\r\n", hidden),
           posted("Transfer-Encoding : chunked\r\n", "0\r\n\r\n" + hidden),
           posted("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n" + hidden),
           posted("Transfer-Encoding: identity, chunked\r\n", "0\r\n\r\n" + hidden),
           posted("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n" + hidden),
           posted("Transfer-Encoding: \x0b"
                  "chunked\r\n",
                  "0\r\n\r\n" + hidden),
           posted("Transfer-Encoding:\r\n chunked\r\nContent-Length: " + size + "\r\n", hidden),
           posted("Transfer-Encoding: chunked\r\n", "0x0\r\n\r\n" + hidden),
           posted("Transfer-Encoding: chunked\r\n", "1\r\nxy\r\n0\r\n\r\n" + hidden),
           posted("Transfer-Encoding: chunked\r\n", "10000000000000000\r\n\r\n" + hidden),
       }) {
    CAPTURE(bytes);
    tcp_client client(sut.port);
    client.say(bytes);
    const auto answer = client.hear();
    CHECK((status_of(answer) == 400 || status_of(answer) == 501));
    CHECK(answer.find("Connection: close\r\n") != std::string::npos);
    client.end_sending();
    CHECK(client.hear_all().empty());
  }
  CHECK(sut.where.status().done == 0);
  CHECK(is_pong(sut.ask(get("/ping"))));
}
