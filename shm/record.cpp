#include <pinion/shm/record.hpp>

#include <atomic>
#include <cstring>
#include <mutex>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include <pinion/shm/byte_lock.hpp>
#include <pinion/shm/error.hpp>
#include <pinion/shm/shared_text.hpp>

namespace pinion {

namespace {

constexpr std::uint64_t cell_size(field_type type, std::uint32_t room) {
  return type == field_type::text ? shared_text::size_for(room) : sizeof(std::uint64_t);
}

// So many of the largest can be added up without a thought.
static_assert(record_header::most_fields * (cell_size(field_type::text, shared_text::most_room) + 8) <
              std::uint64_t{1} << 40);

[[noreturn]] void refuse(const std::string& why) {
  raise(shm_errc::bad_reference, "this is no record: " + why + "; make it with make_record");
}

} // namespace

/// What was checked once, in this process's own memory.
struct record::shape {
  struct field {
    field_type type;
    std::uint32_t room;
    std::byte* cell;
  };

  explicit shape(const any_view& where) : block(where) {
    if (!block.writable)
      raise(shm_errc::read_only, "a record is opened for writing, also by who only reads it");
    if (block.type != dtype::uint8 || block.rank() != 1 || !contiguous(block.lay) || !block.source ||
        block.source->segment.empty() || reinterpret_cast<std::uintptr_t>(block.data) % 8 != 0)
      refuse("it is " + describe(block.type, block.shape()));
    auto* const bytes = static_cast<std::byte*>(block.data);
    const auto size = static_cast<std::uint64_t>(block.size());
    record_header header;
    if (size < sizeof header)
      refuse("it has " + readable_size(size));
    // What may change under us is copied before it is looked at.
    std::memcpy(&header, bytes, sizeof header);
    if (header.magic != record_header::magic_value || header.version != record_header::version_value)
      refuse("it does not begin as one");
    std::uint64_t at = sizeof header + std::uint64_t{header.fields} * sizeof(record_entry);
    if (header.fields > record_header::most_fields || header.size != size || at > size)
      refuse("its header does not fit its size");
    fields.reserve(header.fields);
    for (std::uint32_t i = 0; i < header.fields; ++i) {
      record_entry entry;
      std::memcpy(&entry, bytes + sizeof header + i * sizeof entry, sizeof entry);
      const auto type = static_cast<field_type>(entry.type);
      if (!valid(type) || (type != field_type::text && entry.room != sizeof(std::uint64_t)) ||
          entry.room % 8 != 0 || entry.room > shared_text::most_room)
        refuse("the entry of its field " + std::to_string(i) + " is broken");
      fields.push_back({type, entry.room, bytes + at});
      at += cell_size(type, entry.room);
      if (at > size)
        break;
    }
    if (at != size)
      refuse("its fields do not fit its size");
  }

  const field& at(std::size_t which) const {
    if (which >= fields.size())
      raise(shm_errc::out_of_range, "there is no field " + std::to_string(which) + " in a record of " +
                                        std::to_string(fields.size()) +
                                        (fields.size() == 1 ? " field" : " fields"));
    return fields[which];
  }
  const field& at(std::size_t which, field_type wanted) const {
    const auto& found = at(which);
    if (found.type != wanted)
      raise(shm_errc::wrong_type, "field " + std::to_string(which) + " of the record is " +
                                      std::string(name_of(found.type)) + ", not " +
                                      std::string(name_of(wanted)));
    return found;
  }
  std::atomic_ref<std::uint64_t> number(std::size_t which, field_type wanted) const {
    return std::atomic_ref<std::uint64_t>(*reinterpret_cast<std::uint64_t*>(at(which, wanted).cell));
  }

  const any_view block;
  std::vector<field> fields;
  std::mutex writing;
  /// Guarded by `writing`; opened by the first text that is written, since it costs a descriptor.
  std::optional<byte_lock> turns;
};

record::record(const any_view& block) : shape_(std::make_shared<shape>(block)) {}

std::size_t record::size() const noexcept { return shape_->fields.size(); }
field_type record::type(std::size_t field) const { return shape_->at(field).type; }
std::size_t record::room(std::size_t field) const { return shape_->at(field).room; }
const any_view& record::block() const noexcept { return shape_->block; }

std::uint64_t record::word(std::size_t field, field_type type) const {
  return shape_->number(field, type).load();
}

void record::set_word(std::size_t field, field_type type, std::uint64_t bits) const {
  shape_->number(field, type).store(bits);
}

std::uint64_t record::add_to_word(std::size_t field, field_type type, std::uint64_t bits) const {
  const auto number = shape_->number(field, type);
  if (type == field_type::int64)
    return number.fetch_add(bits);
  auto before = number.load();
  while (!number.compare_exchange_weak(
      before, std::bit_cast<std::uint64_t>(std::bit_cast<double>(before) + std::bit_cast<double>(bits))))
    ;
  return before;
}

std::string record::text(std::size_t field) const {
  const auto& found = shape_->at(field, field_type::text);
  auto read = shared_text(found.cell, found.room).load();
  if (!read)
    raise(shm_errc::bad_reference, "field " + std::to_string(field) +
                                       " of the record names a length beyond its room: something else was "
                                       "written there; set it again");
  return *std::move(read);
}

field_value record::value(std::size_t field) const {
  switch (type(field)) {
  case field_type::int64:
    return get<std::int64_t>(field);
  case field_type::float64:
    return get<double>(field);
  case field_type::boolean:
    return get<bool>(field);
  case field_type::text:
    break;
  }
  return text(field);
}

void record::set(std::size_t field, std::string_view text) const {
  const auto& found = shape_->at(field, field_type::text);
  if (text.size() > found.room)
    raise(shm_errc::too_long, "a text of " + readable_size(text.size()) + " is too long for field " +
                                  std::to_string(field) + " of the record, which has room for " +
                                  readable_size(found.room));
  const std::lock_guard among_threads(shape_->writing);
  auto& turns = shape_->turns;
  if (!turns)
    turns.emplace(*shape_->block.source, shape_->block.data);
  turns->take(true);
  shared_text(found.cell, found.room).store(text);
  turns->give();
}

record make_record(store& in, std::span<const record_field> fields) {
  if (fields.size() > record_header::most_fields)
    raise(shm_errc::bad_shape, "a record has " + std::to_string(record_header::most_fields) +
                                   " fields at most, not " + std::to_string(fields.size()) +
                                   "; use an array");
  record_header header;
  header.fields = static_cast<std::uint32_t>(fields.size());
  header.size = sizeof header + fields.size() * sizeof(record_entry);
  for (const auto& each : fields)
    header.size += cell_size(each.type(), each.room());
  const auto made = in.make(dtype::uint8, {static_cast<std::int64_t>(header.size)}, fill::zero);
  auto* bytes = static_cast<std::byte*>(made.view().data);
  std::memcpy(bytes, &header, sizeof header);
  bytes += sizeof header;
  for (const auto& each : fields) {
    const record_entry entry{static_cast<std::uint8_t>(each.type()), {}, each.room()};
    std::memcpy(bytes, &entry, sizeof entry);
    bytes += sizeof entry;
  }
  const record result(made.view());
  for (std::size_t i = 0; i < fields.size(); ++i)
    std::visit(
        [&]<class T>(const T& x) {
          if constexpr (std::same_as<T, std::string>) {
            // Nobody else knows of it: no turns to take.
            shared_text(bytes, fields[i].room()).store(x);
          } else {
            result.set(i, x);
          }
          bytes += cell_size(fields[i].type(), fields[i].room());
        },
        fields[i].initial());
  return result;
}

record make_record(store& in, std::initializer_list<record_field> fields) {
  return make_record(in, std::span<const record_field>(fields.begin(), fields.size()));
}

} // namespace pinion
