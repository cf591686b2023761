// The node's third part: what it tells of its memory.
#include <pinion/runtime/node_parts.hpp>

#include <algorithm>
#include <utility>

#include <unistd.h>

#include <pinion/actors/task_claim.hpp>
#include <pinion/runtime/memory_json.hpp>

namespace pinion {

memory_use node::memory_now() const {
  return {parts_->books->limit(), parts_->books->taken(), parts_->arrays.stats()};
}

void node::look_at_memory(array_query which, claims_ptr leases,
                          std::function<void(std::string json)> told) const {
  which.most = std::min(which.most, most_told);
  // Locks of the store, and as many arrays as there are: nothing for the thread that asks.
  parts_->undertaker->run(
      [window = parts_->look, which = std::move(which), leases = std::move(leases), told = std::move(told)] {
        std::lock_guard lock(window->mutex);
        if (window->inside == nullptr)
          return;
        const auto& here = *window->inside;
        memory_facts facts;
        facts.node = here.settings.name;
        facts.pid = ::getpid();
        facts.limit = here.books->limit();
        facts.taken = here.books->taken();
        facts.published = here.stand.list(true);
        auto wanted = which;
        for (const auto& each : facts.published)
          if (each.name == which.about)
            wanted.also.push_back({each.what.incarnation, each.what.offset});
        facts.arrays = here.arrays.list(wanted);
        for (const auto& each : leases->arenas)
          facts.results.merge(each->list(wanted), wanted.most);
        facts.claims = leases->claims;
        facts.more_claims = leases->more;
        facts.now = std::chrono::steady_clock::now();
        told(memory_json(facts));
      });
}

} // namespace pinion
