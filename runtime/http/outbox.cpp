#include <pinion/runtime/http/outbox.hpp>

#include <utility>

#include <pinion/actors/clock.hpp>
#include <pinion/runtime/http/connection_scribe.hpp>

namespace pinion::http {

outbox::outbox() = default;
outbox::~outbox() = default;

void outbox::add(caf::intrusive_ptr<connection_scribe> whose) {
  if (full_.empty())
    whose->loop().post([self = shared_from_this()] { self->send(); });
  full_.push_back(std::move(whose));
}

void outbox::send() {
  std::swap(full_, sending_); // who is told may write again
  const auto now = steady_clock::now();
  for (const auto& each : sending_)
    each->send_waiting(now);
  sending_.clear();
}

} // namespace pinion::http
