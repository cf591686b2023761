// Why some shared memory is there, in sentences.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace pinion::cli {

/// What a name stands for, and what is to be said of it.
struct story {
  enum class about { segment, published, label };
  about what = about::segment;
  std::string segment; ///< in which it lies
  std::vector<std::string> sentences;
  std::vector<std::string> frees; ///< what would free it
};

/// All that a name stands for in what survey() found: a segment (with or without its slash or /dev/shm), a
/// published name, or else arrays by their label. Of many arrays with a label, the first ones.
std::vector<story> stories_of(const nlohmann::ordered_json& all, const std::string& name);

/// What a node is to be asked about, to hear more of what a name stands for: a segment's name as the node
/// knows it, or the name itself.
std::string subject_of(const nlohmann::ordered_json& all, const std::string& name);

/// Every name that stories_of() knows.
std::vector<std::string> known_names(const nlohmann::ordered_json& all);

const char* name_of(story::about what) noexcept;

} // namespace pinion::cli
