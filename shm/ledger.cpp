#include <pinion/shm/ledger.hpp>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <new>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pinion/shm/error.hpp>
#include <pinion/shm/reserve.hpp>

namespace pinion {

ledger::ledger(std::uint64_t limit)
    : file_(::memfd_create("pinion-ledger", MFD_CLOEXEC)), process_(::getpid()) {
  check_file_limit(sizeof(ledger_page));
  if (!file_ || ::ftruncate(file_.get(), sizeof(ledger_page)) != 0)
    raise_errno(shm_errc::system_failed, "cannot make the page that counts a node's shared memory", errno);
  map();
  new (page_) ledger_page;
  page_->limit = limit_ = limit;
}

ledger::ledger(descriptor inherited) : file_(std::move(inherited)), process_(::getpid()) {
  struct stat facts {};
  if (::fstat(file_.get(), &facts) != 0 || facts.st_size < static_cast<off_t>(sizeof(ledger_page)))
    raise(shm_errc::bad_reference, "descriptor " + std::to_string(file_.get()) + " is no ledger");
  ::fcntl(file_.get(), F_SETFD, FD_CLOEXEC);
  map();
  if (page_->magic != ledger_page::magic_value || page_->version != ledger_page::version_value) {
    ::munmap(page_, sizeof(ledger_page));
    raise(shm_errc::bad_reference, "the ledger is of another build of pinion");
  }
  limit_ = page_->limit;
}

void ledger::map() {
  auto* where = ::mmap(nullptr, sizeof(ledger_page), PROT_READ | PROT_WRITE, MAP_SHARED, file_.get(), 0);
  if (where == MAP_FAILED)
    raise_errno(shm_errc::system_failed, "cannot map the page that counts a node's shared memory", errno);
  page_ = static_cast<ledger_page*>(where);
}

ledger::~ledger() { ::munmap(page_, sizeof(ledger_page)); }

bool ledger::ours(slot which) const noexcept {
  return which < ledger_page::most_slots && ::getpid() == process_;
}

ledger::slot ledger::open() {
  std::lock_guard lock(mutex_);
  if (!unused_.empty()) {
    const auto result = unused_.back();
    unused_.pop_back();
    return result;
  }
  const auto next = page_->slots.load(std::memory_order_relaxed);
  if (next >= ledger_page::most_slots)
    return no_slot;
  page_->slots.store(next + 1, std::memory_order_seq_cst);
  return static_cast<slot>(next);
}

void ledger::give_back(slot which) {
  if (!ours(which))
    return;
  set(which, 0);
  std::lock_guard lock(mutex_);
  unused_.push_back(which);
}

bool ledger::take(slot which, std::uint64_t bytes) noexcept {
  if (!ours(which))
    return which < ledger_page::most_slots;
  auto& mine = page_->taken[which];
  // Sequentially consistent, both: of two that add and then count, one sees the other.
  mine.fetch_add(bytes, std::memory_order_seq_cst);
  if (limit_ == 0 || taken() <= limit_)
    return true;
  mine.fetch_sub(bytes, std::memory_order_seq_cst);
  return false;
}

void ledger::give(slot which, std::uint64_t bytes) noexcept {
  if (ours(which))
    page_->taken[which].fetch_sub(bytes, std::memory_order_seq_cst);
}

void ledger::set(slot which, std::uint64_t bytes) noexcept {
  if (ours(which))
    page_->taken[which].store(bytes, std::memory_order_seq_cst);
}

std::uint64_t ledger::taken() const noexcept {
  const auto used =
      std::min<std::uint64_t>(page_->slots.load(std::memory_order_seq_cst), ledger_page::most_slots);
  std::uint64_t sum = 0;
  for (std::uint64_t i = 0; i < used; ++i)
    sum += page_->taken[i].load(std::memory_order_seq_cst);
  return sum;
}

std::uint64_t ledger::spare() const noexcept {
  if (limit_ == 0)
    return std::numeric_limits<std::uint64_t>::max();
  const auto sharers =
      std::min<std::uint64_t>(page_->slots.load(std::memory_order_relaxed), ledger_page::most_slots);
  return limit_ / 8 / std::max<std::uint64_t>(sharers, 1);
}

std::uint64_t ledger::taken(slot which) const noexcept {
  return which < ledger_page::most_slots ? page_->taken[which].load(std::memory_order_seq_cst) : 0;
}

} // namespace pinion
