// The dispatcher's third part: partial results on their way from workers to those who asked.
#include <pinion/actors/dispatcher.hpp>

#include <algorithm>
#include <utility>

#include <pinion/actors/emission_queue.hpp>
#include <pinion/shm/control_page.hpp>

namespace pinion {

void dispatcher::open_stream(link& which, descriptor&& stream) {
  if (!setup_.adopt || !stream)
    return;
  auto scribe = setup_.adopt(std::move(stream));
  which.stream = scribe->hdl();
  add_scribe(std::move(scribe));
  configure_read(which.stream, caf::io::receive_policy::exactly(emission_prefix));
}

void dispatcher::close_stream(link& which) {
  if (!which.stream.invalid())
    close(std::exchange(which.stream, {}));
}

void dispatcher::read_stream(const caf::io::new_data_msg& msg) {
  const auto from =
      std::find_if(links_.begin(), links_.end(), [&](const auto& each) { return each.stream == msg.handle; });
  if (from == links_.end())
    return;
  const auto slot = static_cast<std::uint32_t>(from - links_.begin());
  const std::string_view bytes(msg.buf.data(), msg.buf.size());
  try {
    if (!std::exchange(from->in_frame, !from->in_frame))
      return configure_read(msg.handle, caf::io::receive_policy::exactly(emission_length(bytes)));
    configure_read(msg.handle, caf::io::receive_policy::exactly(emission_prefix));
    auto what = unpack_emission(bytes);
    ++from->heard;
    if (const auto to = engine_.hearer_of(what.task))
      to->push(std::move(what), from->page);
    else
      count_taken(*from->page, 1);
    release(slot);
  } catch (const std::system_error& why) {
    close_stream(*from);
    setup_.kill(slot, from->incarnation, std::string("it sent a malformed partial result: ") + why.what());
  }
}

// Replies whose partial results have all been heard, which come by another way than the replies themselves.
void dispatcher::release(std::uint32_t slot) {
  while (!links_[slot].held.empty()) {
    auto& from = links_[slot];
    if (from.held.front().emitted > from.heard && !from.stream.invalid())
      return;
    auto items = std::move(from.held.front());
    from.held.pop_front();
    settle_replies(slot, std::move(items));
  }
}

} // namespace pinion
