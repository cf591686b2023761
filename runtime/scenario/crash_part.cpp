#include <csignal>
#include <sstream>
#include <thread>

#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <pinion/runtime/node.hpp>
#include <pinion/runtime/scenario/crash_part.hpp>
#include <pinion/runtime/scenario/front.hpp>
#include <pinion/runtime/scenario/interruption.hpp>
#include <pinion/runtime/scenario/node_config.hpp>
#include <pinion/runtime/scenario/parse.hpp>
#include <pinion/runtime/scenario/worker_watch.hpp>

namespace pinion::scenario {
namespace {

using clock = std::chrono::steady_clock;

class line_stream {
public:
  explicit line_stream(int descriptor) : descriptor_(descriptor) {}

  // Nobody who listens any more: the watch below ends us, so nothing is to be done here.
  void say(const std::string& line) const {
    const std::string text = line + "\n";
    for (std::size_t done = 0; done < text.size();) {
      const auto sent = ::send(descriptor_, text.data() + done, text.size() - done, MSG_NOSIGNAL);
      if (sent < 0 && errno == EINTR)
        continue;
      if (sent < 0)
        return;
      done += static_cast<std::size_t>(sent);
    }
  }

  // Byte by byte: a few short lines, and what comes behind them belongs to the watch.
  std::string hear() const {
    std::string line;
    for (char next = 0; ::recv(descriptor_, &next, 1, MSG_WAITALL) == 1 && next != '\n';)
      line += next;
    return line;
  }

private:
  int descriptor_;
};

// Ends this process when the one that started it is gone.
void leave_with_parent(int stream) {
  std::thread([stream] {
    for (;;) {
      pollfd one{stream, POLLRDHUP, 0};
      if (::poll(&one, 1, -1) > 0)
        break;
    }
    interruption::request();
    std::this_thread::sleep_for(std::chrono::seconds(3));
    ::_exit(1); // a kernel computes on; workers leave with us, and the next node sweeps the segments
  }).detach();
}

std::string one_line(std::string text) {
  for (char& c : text)
    c = c == '\n' ? ' ' : c;
  return text;
}

const step& named(const script& what, const std::string& name) {
  for (const auto& one : what.steps) {
    if (one.name == name)
      return one;
  }
  fail({what.file.string(), 0}, "has no step '" + name + "' any more");
}

void play(const step& which, const script& text, const config& settings, const line_stream& out) {
  const auto& what = std::get<crash_step>(which.what);
  node host(node_config(settings, text));
  host.wait_ready();
  tally count(what.count,
              [&](const answer& one) { out.say(one.is_result ? "result" : "error " + one_line(one.error)); });
  const auto job = std::make_shared<front_job>(host, count);
  job->way = what.way;
  job->concurrent = what.count;
  job->request = prepare_request(what.request, text.set, nullptr, host.kernels());
  job->crash = prepare_request(what.crash, text.set, nullptr, host.kernels());
  job->crash_at = what.at;
  job->answers.resize(what.count);
  const worker_watch workers(host);
  front front(job);
  out.say("ready");
  front.begin();
  while (!count.wait_for(what.count, clock::now() + std::chrono::milliseconds(50)))
    interruption::check();
  workers.settle(count.so_far().errors > 0 && uses_workers(what.way) ? 1 : 0, std::chrono::seconds(5));
  out.say("restarts " + std::to_string(workers.restarts()));
}

} // namespace

int play_part(int stream, const config& settings, const std::filesystem::path& file,
              const std::vector<std::string>& sets) {
  const line_stream peer(stream);
  const interruption guard;
  // The crash is meant: no core file for it.
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  try {
    auto text = parse_file(file, sets);
    std::string which;
    for (auto line = peer.hear(); line != "begin"; line = peer.hear()) {
      std::istringstream words(line);
      std::string word;
      std::string name;
      std::int64_t value = 0;
      words >> word >> name >> value;
      if (word == "step")
        which = name;
      else if (word == "measured")
        text.set.measured(name, value);
      else
        return 1; // the other end is gone
    }
    leave_with_parent(stream);
    auto own = settings;
    own.name.clear(); // the other process has it
    play(named(text, which), text, own, peer);
    peer.say("done");
    return 0;
  } catch (const std::exception& wrong) {
    // A signal that came to both processes is for the other one to tell.
    if (interruption::signal() != 0)
      return 128 + interruption::signal();
    peer.say("failed " + one_line(wrong.what()));
    return 1;
  }
}

} // namespace pinion::scenario
