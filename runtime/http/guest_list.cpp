#include <pinion/runtime/http/guest_list.hpp>

#include <utility>

namespace pinion::http {

namespace {

// Far from the numbers that a program gives its clients itself, and from the front desk's.
constexpr std::uint64_t first_client = std::uint64_t{3} << 62U;

} // namespace

std::size_t guest_list::of(const std::string& address) const {
  const auto at = clients_.find(address);
  return at == clients_.end() ? 0 : at->second.connections;
}

std::uint64_t guest_list::client(const std::string& address) {
  auto& mine = clients_[address];
  if (mine.number == 0)
    mine.number = first_client + ++last_client_;
  return mine.number;
}

void guest_list::enter(const std::string& address, caf::actor connection) {
  client(address);
  ++clients_[address].connections;
  const auto where = connection.address();
  guests_.emplace(where, guest{std::move(connection), address});
}

void guest_list::leave(const caf::actor_addr& connection) {
  const auto gone = guests_.extract(connection);
  if (gone.empty())
    return;
  const auto at = clients_.find(gone.mapped().address);
  if (--at->second.connections == 0)
    clients_.erase(at);
}

caf::actor guest_list::find(const caf::actor_addr& connection) const {
  const auto at = guests_.find(connection);
  return at == guests_.end() ? caf::actor() : at->second.connection;
}

void guest_list::clear() {
  guests_.clear();
  clients_.clear();
}

} // namespace pinion::http
