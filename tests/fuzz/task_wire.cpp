// The bytes between a node and its workers: batches of tasks and of results, arguments, one result. Refused
// as malformed, or what was read is packed into the same bytes: nothing has two spellings.
#include <pinion/actors/emission_queue.hpp>
#include <pinion/actors/error.hpp>
#include <pinion/actors/task_wire.hpp>
#include <pinion/actors/wire.hpp>

#include "argument_check.hpp"
#include "input.hpp"
#include "memory_watch.hpp"
#include "require.hpp"
#include "target.hpp"

using namespace pinion;
using namespace pinion::fuzz;

namespace {

// True when `read` took the bytes. Each reading is watched by itself: in memory an argument is larger than on
// the wire.
template <class Read>
bool taken(std::string_view bytes, Read&& read) {
  memory_watch watch;
  try {
    read();
    watch.require_bounded(bytes.size());
    return true;
  } catch (const task_error& e) {
    require(e.reason() == actor_errc::malformed, "bytes are refused as malformed", e.what());
    require_message(e.what());
    watch.require_bounded(bytes.size());
    return false;
  }
}

void arguments(std::string_view bytes) {
  std::vector<argument> read;
  if (!taken(bytes, [&] { read = unpack_arguments(bytes); }))
    return;
  for (const auto& each : read)
    check_argument(each);
  require(pack_arguments(read) == bytes, "arguments are packed as they were read");
  // A worker reads all its tasks into one vector: what was in there does not matter.
  static std::vector<argument> used;
  unpack_arguments(bytes, used);
  require(pack_arguments(used) == bytes, "arguments do not depend on those before them");
}

void result(std::string_view bytes) {
  argument read;
  if (!taken(bytes, [&] { read = unpack_result(bytes); }))
    return;
  check_argument(read);
  require(pack_result(read) == bytes, "a result is packed as it was read");
}

void run_batch(std::string_view bytes) {
  std::vector<run_item> items;
  if (!taken(bytes, [&] { items = unpack_run(bytes); }))
    return;
  std::vector<task_ptr> tasks;
  for (const auto& item : items) {
    auto one = std::make_shared<task>();
    one->id = item.id;
    one->kernel = item.kernel;
    one->deadline = from_ns(item.deadline_ns);
    if (item.partial)
      one->more().emitted = std::make_shared<emission_queue>();
    one->arguments = item.arguments;
    tasks.push_back(std::move(one));
    arguments(item.arguments);
  }
  require(pack_run(tasks) == bytes, "a batch of tasks is packed as it was read");
}

void done_batch(std::string_view bytes) {
  done_items batch;
  if (!taken(bytes, [&] { batch = unpack_done(bytes); }))
    return;
  for (const auto& item : batch.items) {
    const auto told = outcome_of(item, 3);
    if (const auto* why = std::get_if<failure>(&told.result))
      require(valid(why->code), "a failure has a code that is one");
    else
      require(pack_result(std::get<argument>(told.result)) == item.payload, "a result is what was sent");
  }
  require(pack_done(batch.slot, batch.incarnation, batch.emitted, batch.items) == bytes,
          "a batch of results is packed as it was read");
}

void partial_result(std::string_view bytes) {
  emission read;
  if (!taken(bytes, [&] { read = unpack_emission(bytes); }))
    return;
  const auto packed = pack_emission(read);
  require(packed.substr(emission_prefix) == bytes &&
              emission_length(packed.substr(0, emission_prefix)) == bytes.size(),
          "a partial result is packed as it was read");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = as_text(data, size);
  arguments(bytes);
  result(bytes);
  run_batch(bytes);
  done_batch(bytes);
  partial_result(bytes);
  return 0;
}
