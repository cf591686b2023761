#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include <pinion/actors/full_policy.hpp>
#include <pinion/runtime/pinning.hpp>
#include <pinion/shm/backing.hpp>
#include <pinion/shm/huge_pages.hpp>

namespace pinion {

// An option's value that is one of a few words, and what it means.
template <class Enum>
struct choice {
  std::string_view word;
  Enum value;
};

inline constexpr std::array backings{choice<backing>{"auto", backing::automatic},
                                     choice<backing>{"named", backing::named},
                                     choice<backing>{"memfd", backing::memfd}};
inline constexpr std::array page_sizes{choice<huge_pages>{"auto", huge_pages::automatic},
                                       choice<huge_pages>{"off", huge_pages::off}};

inline constexpr std::array full_policies{choice<full_policy>{"reject", full_policy::reject},
                                          choice<full_policy>{"wait", full_policy::wait},
                                          choice<full_policy>{"shed", full_policy::shed}};

inline constexpr std::array pinnings{
    choice<pinning>{"processor", pinning::processor}, choice<pinning>{"core", pinning::core},
    choice<pinning>{"l3", pinning::l3}, choice<pinning>{"numa", pinning::numa},
    choice<pinning>{"none", pinning::none}};

template <class Choices, class Enum>
std::string_view word_for(const Choices& choices, Enum value) {
  return std::find_if(choices.begin(), choices.end(), [&](const auto& one) { return one.value == value; })
      ->word;
}

/// In quotes, as TOML has it.
std::string toml_string(std::string_view text);

} // namespace pinion
