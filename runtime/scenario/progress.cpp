#include <sys/ioctl.h>
#include <unistd.h>

#include <pinion/runtime/scenario/progress.hpp>
#include <pinion/runtime/table.hpp>

namespace pinion::scenario {
namespace {

constexpr std::chrono::milliseconds shortest_gap{100};

std::size_t columns_of(int descriptor) {
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 1)
    return size.ws_col;
  return 80;
}

// What does not arrive does not matter: the line is repeated, and a closed terminal shows nothing anyway.
void put(int descriptor, const std::string& text) {
  [[maybe_unused]] const auto written = ::write(descriptor, text.data(), text.size());
}

} // namespace

progress::progress(int descriptor) : descriptor_(descriptor), is_terminal_(::isatty(descriptor) == 1) {}

progress::~progress() { clear(); }

void progress::show(const std::string& text, bool at_once) {
  if (!is_terminal_)
    return;
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (!at_once && now < next_)
    return;
  next_ = now + shortest_gap;
  // The last column stays free: some terminals begin a new line when it is written.
  std::string line = text;
  for (const auto room = columns_of(descriptor_) - 1; width_of(line) > room;)
    line.pop_back();
  const auto width = width_of(line);
  // Spaces over what was longer before, instead of an escape sequence that a dumb terminal would print.
  const std::string rest(on_screen_ > width ? on_screen_ - width : 0, ' ');
  put(descriptor_, std::string(1, '\r').append(line).append(rest).append(1, '\r').append(line));
  on_screen_ = width;
}

void progress::clear() {
  const std::lock_guard lock(mutex_);
  wipe();
}

void progress::wipe() {
  if (on_screen_ == 0)
    return;
  put(descriptor_, std::string(1, '\r').append(on_screen_, ' ').append(1, '\r'));
  on_screen_ = 0;
}

} // namespace pinion::scenario
