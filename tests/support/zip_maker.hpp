#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace pinion::test {

/// A ZIP archive made byte by byte, for what no library would write. Each field of a member may be set to
/// something else than the truth before bytes() is asked for.
struct zip_maker {
  struct member {
    std::string name;
    std::string packed;
    std::uint32_t crc = 0;
    std::uint64_t size = 0;
    std::uint64_t packed_size = 0;
    std::uint16_t method = 0;
    std::uint16_t flags = 0;
    bool zip64 = false; ///< sizes in the field that ZIP64 has for them
  };

  std::vector<member> members;

  member& add(const std::string& name, const std::string& content) {
    members.push_back({name, content, crc32(content), content.size(), content.size(), 0, 0, false});
    return members.back();
  }

  /// Deflated, that is: in a stream of deflate with one block that is stored as it is (up to 65535 bytes).
  member& add_deflated(const std::string& name, const std::string& content) {
    auto& made = add(name, content);
    const auto length = static_cast<std::uint16_t>(content.size());
    made.packed = '\1' + number(length, 2) + number(static_cast<std::uint16_t>(~length), 2) + content;
    made.packed_size = made.packed.size();
    made.method = 8;
    return made;
  }

  std::string bytes() const {
    std::string all, directory;
    for (const auto& each : members) {
      const auto sizes =
          each.zip64 ? number(1, 2) + number(16, 2) + number(each.size, 8) + number(each.packed_size, 8)
                     : std::string();
      const auto facts = number(each.zip64 ? 45 : 20, 2) + number(each.flags, 2) + number(each.method, 2) +
                         number(0, 2) + number(0x21, 2) + number(each.crc, 4) +
                         number(each.zip64 ? 0xffffffff : each.packed_size, 4) +
                         number(each.zip64 ? 0xffffffff : each.size, 4) + number(each.name.size(), 2) +
                         number(sizes.size(), 2);
      directory += "PK\1\2" + number(45, 2) + facts + number(0, 2) + number(0, 2) + number(0, 2) +
                   number(0, 4) + number(all.size(), 4) + each.name + sizes;
      all += "PK\3\4" + facts + each.name + sizes + each.packed;
    }
    return all + end_of(directory, all.size());
  }

  /// A file whose only member is larger than its bytes: a hole makes up for them. With the end of ZIP64.
  void write_sparse(const std::filesystem::path& path) const {
    const auto whole = bytes();
    const auto begin = whole.find("PK\1\2");
    const auto directory = whole.substr(begin, whole.size() - begin - 22);
    const auto where = begin + members[0].packed_size - members[0].packed.size();
    const auto end64 = "PK\6\6" + number(44, 8) + number(45, 2) + number(45, 2) + number(0, 4) +
                       number(0, 4) + number(1, 8) + number(1, 8) + number(directory.size(), 8) +
                       number(where, 8);
    const auto locator = "PK\6\7" + number(0, 4) + number(where + directory.size(), 8) + number(1, 4);
    const auto end = "PK\5\6" + number(0, 4) + number(0xffff, 2) + number(0xffff, 2) + number(0xffffffff, 4) +
                     number(0xffffffff, 4) + number(0, 2);
    std::ofstream file(path, std::ios::binary);
    file << whole.substr(0, begin);
    file.seekp(static_cast<std::streamoff>(where));
    file << directory << end64 << locator << end;
  }

  static std::uint32_t crc32(const std::string& text) {
    std::uint32_t crc = 0xffffffff;
    for (const char c : text) {
      crc ^= static_cast<unsigned char>(c);
      for (int bit = 0; bit < 8; ++bit)
        crc = crc >> 1U ^ (crc % 2 == 1 ? 0xedb88320U : 0U);
    }
    return ~crc;
  }

  /// Little-endian.
  static std::string number(std::uint64_t value, int size) {
    std::string text;
    for (int i = 0; i < size; ++i)
      text += static_cast<char>(value >> 8 * i & 0xff);
    return text;
  }

private:
  std::string end_of(const std::string& directory, std::uint64_t where) const {
    return directory + "PK\5\6" + number(0, 4) + number(members.size(), 2) + number(members.size(), 2) +
           number(directory.size(), 4) + number(where, 4) + number(0, 2);
  }
};

} // namespace pinion::test
