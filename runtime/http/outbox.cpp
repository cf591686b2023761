#include <pinion/runtime/http/outbox.hpp>

#include <utility>

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
  std::swap(full_, sending_); // who is told that its client is slow may write again
  for (const auto& each : sending_)
    each->send_and_tell();
  sending_.clear();
}

} // namespace pinion::http
