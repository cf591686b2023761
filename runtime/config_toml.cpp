// Writing the value of an option as TOML.
#include <pinion/runtime/config_option.hpp>

#include <pinion/runtime/config_words.hpp>
#include <pinion/runtime/duration_text.hpp>
#include <pinion/runtime/processor_list.hpp>
#include <pinion/runtime/size_text.hpp>

namespace pinion {

std::string toml_string(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      constexpr std::string_view digits = "0123456789ABCDEF";
      result += "\\u00";
      result += digits[static_cast<unsigned char>(c) >> 4];
      result += digits[static_cast<unsigned char>(c) & 0xf];
    } else {
      result += c;
    }
  }
  return result + '"';
}

namespace {

namespace fs = std::filesystem;

class toml_writer {
public:
  toml_writer(const config_option& option, const config& from) : option_(option), from_(from) {}

  std::string operator()(std::string config::*member) const { return toml_string(from_.*member); }
  std::string operator()(fs::path config::*member) const { return toml_string((from_.*member).string()); }
  std::string operator()(bool config::*member) const { return from_.*member ? "true" : "false"; }
  std::string operator()(int config::*member) const { return std::to_string(from_.*member); }
  std::string operator()(std::chrono::milliseconds config::*member) const {
    return toml_string(duration_text(from_.*member));
  }
  std::string operator()(std::vector<int> config::*member) const {
    return toml_string(processors_text(from_.*member));
  }
  std::string operator()(backing config::*member) const {
    return toml_string(word_for(backings, from_.*member));
  }
  std::string operator()(huge_pages config::*member) const {
    return toml_string(word_for(page_sizes, from_.*member));
  }
  std::string operator()(pinning config::*member) const {
    return toml_string(word_for(pinnings, from_.*member));
  }
  std::string operator()(full_policy config::*member) const {
    return toml_string(word_for(full_policies, from_.*member));
  }
  std::string operator()(memory_placement config::*member) const {
    return toml_string(placement_text(from_.*member));
  }
  std::string operator()(initializer config::*member) const {
    return toml_string(initializer_text(from_.*member));
  }
  std::string operator()(std::size_t config::*member) const {
    const bool bytes = option_.type == config_option::kind::size && from_.*member != 0;
    return bytes ? toml_string(size_text(from_.*member)) : std::to_string(from_.*member);
  }
  std::string operator()(std::vector<std::string> config::*member) const {
    std::string text;
    for (const auto& item : from_.*member)
      text += (text.empty() ? "" : ", ") + toml_string(item);
    return "[" + text + "]";
  }

private:
  const config_option& option_;
  const config& from_;
};

} // namespace

std::string config_option::toml(const config& from) const {
  return std::visit(toml_writer{*this, from}, target);
}

} // namespace pinion
