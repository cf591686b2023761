#include <pinion/runtime/http/named_arrays.hpp>

#include <utility>

#include <pinion/runtime/node.hpp>

namespace pinion::http {

// What goes is freed when the lock is not held any more.

namespace {

bool is_met(named_arrays::condition what, bool there) noexcept {
  using condition = named_arrays::condition;
  return what == condition::none || what == (there ? condition::there : condition::not_there);
}

} // namespace

bool named_arrays::meets(condition what, const std::string& name) const {
  return is_met(what, what != condition::none && find(name).has_value());
}

named_arrays::put_result named_arrays::put(const std::string& name, const any_view& what, condition only) {
  any_view before;
  const std::lock_guard lock(mutex_);
  const auto at = put_.find(name);
  if (!is_met(only, at != put_.end()))
    return put_result::not_met;
  if (at != put_.end()) {
    before = std::exchange(at->second, what);
    return put_result::replaced;
  }
  if (whose_.published(name))
    return put_result::not_yours;
  if (put_.size() >= most_)
    return put_result::full;
  put_.emplace(name, what);
  return put_result::made;
}

named_arrays::drop_result named_arrays::drop(const std::string& name, condition only) {
  std::map<std::string, any_view>::node_type gone;
  const std::lock_guard lock(mutex_);
  if (!is_met(only, put_.contains(name)))
    return drop_result::not_met;
  gone = put_.extract(name);
  if (!gone.empty())
    return drop_result::dropped;
  return whose_.published(name) ? drop_result::not_yours : drop_result::unknown;
}

std::optional<any_view> named_arrays::find(const std::string& name) const {
  {
    const std::lock_guard lock(mutex_);
    if (const auto at = put_.find(name); at != put_.end())
      return at->second;
  }
  return whose_.published(name);
}

named_arrays::room named_arrays::room_for(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  if (put_.contains(name))
    return room::is;
  if (whose_.published(name))
    return room::not_yours;
  return put_.size() < most_ ? room::is : room::full;
}

std::vector<named_arrays::entry> named_arrays::list() const {
  std::vector<entry> result;
  std::map<std::string, entry> all;
  for (const auto& each : whose_.published())
    all.insert_or_assign(each.name, entry{each.name, each.what.type, each.what.lay.shape});
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, what] : put_)
      all.insert_or_assign(name, entry{name, what.type, what.shape()});
  }
  for (auto& [name, each] : all)
    result.push_back(std::move(each));
  return result;
}

} // namespace pinion::http
