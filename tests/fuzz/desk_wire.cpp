// Frames between a client and a node: refused in words, or what was read is packed into the same bytes.
#include <pinion/actors/error.hpp>
#include <pinion/runtime/desk_wire.hpp>

#include "argument_check.hpp"
#include "input.hpp"
#include "memory_watch.hpp"
#include "require.hpp"
#include "target.hpp"

using namespace pinion;
using namespace pinion::fuzz;

namespace {

template <class Call>
void refused_or_valid(Call&& call) {
  try {
    call();
  } catch (const task_error& e) {
    require(e.reason() == actor_errc::malformed || e.reason() == actor_errc::bad_arguments,
            "a frame is refused as malformed or for its version", e.what());
    require_message(e.what());
  }
}

template <class Frame>
std::string body_of(const Frame& what) {
  const auto frame = pack_frame(what);
  const auto prefix = frame.substr(0, frame_prefix);
  require(frame_length(prefix) == frame.size() - frame_prefix, "the length in front is that of the frame");
  return frame.substr(frame_prefix);
}

void length(std::string_view bytes) {
  require(frame_length(bytes.substr(0, frame_prefix)) <= largest_frame, "no length is beyond the limit");
}

void request(std::string_view bytes) {
  const auto read = unpack_request(bytes);
  for (const auto& each : read.arguments)
    check_argument(each);
  require(body_of(read) == bytes, "a request is packed as it was read");
}

void answer(std::string_view bytes) {
  const auto read = unpack_answer(bytes);
  const auto again = body_of(read);
  const auto* why = std::get_if<failure>(&read.result.result);
  if (why == nullptr)
    check_argument(std::get<argument>(read.result.result));
  // A code that this version does not know is read as `internal`, and that is what it stays.
  if (why != nullptr && why->code == actor_errc::internal)
    require(body_of(unpack_answer(again)) == again, "an answer means the same when it is read again");
  else
    require(again == bytes, "an answer is packed as it was read");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = as_text(data, size);
  for (auto* each : {length, request, answer}) {
    memory_watch watch;
    refused_or_valid([&] { each(bytes); });
    watch.require_bounded(size);
  }
  return 0;
}
