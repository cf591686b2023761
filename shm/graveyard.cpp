#include <pinion/shm/graveyard.hpp>

#include <utility>

namespace pinion {

class graveyard::grave {
public:
  explicit grave(std::shared_ptr<graveyard> in) : in_(std::move(in)) {
    std::lock_guard lock(in_->mutex_);
    ++in_->entered_;
  }
  grave(const grave&) = delete;
  grave& operator=(const grave&) = delete;
  ~grave() {
    mapping.reset();
    {
      std::lock_guard lock(in_->mutex_);
      ++in_->dropped_;
    }
    in_->news_.notify_all();
  }

  std::shared_ptr<const void> mapping;

private:
  std::shared_ptr<graveyard> in_;
};

std::shared_ptr<const void> graveyard::enter(std::shared_ptr<const void> mapping) {
  auto made = std::make_shared<grave>(shared_from_this());
  made->mapping = std::move(mapping);
  return made;
}

std::uint64_t graveyard::dropped() const {
  std::lock_guard lock(mutex_);
  return dropped_;
}

bool graveyard::wait_for_more(std::uint64_t before, std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  return news_.wait_for(lock, patience, [&] { return dropped_ > before || dropped_ == entered_; }) &&
         dropped_ > before;
}

} // namespace pinion
