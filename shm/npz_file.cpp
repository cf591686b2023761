#include <pinion/shm/npz_file.hpp>

#include <algorithm>
#include <set>
#include <utility>

#include <pinion/shm/error.hpp>
#include <pinion/shm/npy_stream.hpp>
#include <pinion/shm/npz_name.hpp>
#include <pinion/shm/python_literal.hpp>

namespace pinion {

namespace {

constexpr std::string_view npy = ".npy";

// The most that deflate can say with one byte (zlib's "Technical Details"), and room for an end without one.
constexpr std::uint64_t most_inflated = 1032;

std::string array_name(const std::string& member) {
  return member.ends_with(npy) ? member.substr(0, member.size() - npy.size()) : member;
}

// The first of them, for a message.
std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t shown = 8;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), shown); ++i)
    text += (i == 0 ? "" : ", ") + pinion::quoted(names[i]);
  return names.size() <= shown ? text : text + " and " + std::to_string(names.size() - shown) + " more";
}

} // namespace

npz_file::npz_file(const std::filesystem::path& path)
    : file_(path), archive_(load_archive_library().read(file_)) {
  std::set<std::string> seen;
  std::uint64_t packed = 0;
  for (const auto& member : archive_->members()) {
    names_.push_back(array_name(member.name));
    if (!seen.insert(names_.back()).second)
      raise(shm_errc::bad_npz, file_.name() + ": it has two arrays by the name of " +
                                   pinion::quoted(names_.back()) + "; which one is meant, nobody can tell");
    if (__builtin_add_overflow(packed, member.packed_size, &packed) || packed > file_.size())
      raise(shm_errc::bad_npz, file_.name() + ": it is damaged: its members together are larger than itself");
  }
}

npz_member npz_file::look(std::string_view name) {
  const auto member = find(name);
  npz_member result;
  result.name = names_[member];
  result.deflated = archive_->members()[member].how == archive_member::packing::deflated;
  try {
    auto header = open(member);
    result.type = header.type;
    result.shape = header.shape;
    result.lie = header.lie;
  } catch (const shm_error& why) {
    if (why.reason() != shm_errc::bad_npy && why.reason() != shm_errc::bad_npz)
      throw;
    result.fault = why.what();
  }
  return result;
}

any_array npz_file::load(store& into, std::string_view name) {
  const auto member = find(name);
  const auto header = open(member);
  auto result = into.make(header.type, header.shape, fill::none, header.lie);
  const auto from = [&](void* to, std::size_t size) { return archive_->read(to, size); };
  read_npy_elements(from, header, static_cast<std::byte*>(result.view().data), called(member));
  // The checksum is looked at where the member ends, and it may have more to say than the archive promised.
  char more = 0;
  if (archive_->read(&more, 1) != 0)
    raise(shm_errc::bad_npz, called(member) + ": it is damaged: it is longer than the archive says");
  into.label(result, std::filesystem::path(file_.name()).filename().string() + ":" + names_[member]);
  return result;
}

any_array npz_file::load_only(store& into) {
  if (names_.size() != 1)
    raise(shm_errc::no_member,
          file_.name() + (names_.empty() ? ": it has no arrays"
                                         : ": it has " + std::to_string(names_.size()) +
                                               " arrays, say which one: " + listed(names_)));
  return load(into, names_.front());
}

std::size_t npz_file::find(std::string_view name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end())
    raise(shm_errc::no_member, file_.name() + ": it has no array " + pinion::quoted(name) +
                                   (names_.empty() ? "; it has none at all" : "; it has " + listed(names_)));
  return static_cast<std::size_t>(found - names_.begin());
}

std::string npz_file::called(std::size_t member) const {
  return file_.name() + ": member " + pinion::quoted(archive_->members()[member].name);
}

// All that the archive says of a member, before it is opened.
void npz_file::check(std::size_t member) const {
  const auto& said = archive_->members()[member];
  const auto refuse = [&](const std::string& why) { raise(shm_errc::bad_npz, called(member) + ": " + why); };
  if (const auto fault = fault_of_npz_name(names_[member]); !fault.empty())
    refuse("its name " + fault);
  if (said.encrypted)
    refuse("it is encrypted; write the archive without a password");
  if (said.how == archive_member::packing::other)
    refuse("it is packed in a way that pinion does not read; only stored and deflated members are");
  if (said.how == archive_member::packing::stored && said.size != said.packed_size)
    refuse("it is damaged: it is stored as it is, yet its size is " + readable_size(said.size) + " and " +
           readable_size(said.packed_size));
  if (said.size / most_inflated > said.packed_size)
    refuse("it is damaged: " + readable_size(said.size) + " cannot come out of " +
           readable_size(said.packed_size));
}

npy_header npz_file::open(std::size_t member) {
  check(member);
  archive_->open(member);
  return read_npy_header([&](void* to, std::size_t size) { return archive_->read(to, size); },
                         archive_->members()[member].size, called(member));
}

} // namespace pinion
