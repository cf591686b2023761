#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <pinion/runtime/http/request.hpp>

namespace pinion::http {

/// Divides a request target (RFC 9112, 3.2; origin-form or absolute-form) and decodes its percent-encoded
/// bytes (RFC 3986, 2.1), in the query "+" as a blank too. False if it is neither, holds a broken encoding
/// or a byte of zero.
bool split_target(std::string_view target, std::string& path, pairs& query);

/// "example.org:80" of "http://example.org:80/ping"; none in origin-form.
std::optional<std::string_view> server_of(std::string_view target) noexcept;

/// The path of such a target as it stands there, not decoded: "/a%2Fb" of "http://x/a%2Fb?c".
std::string_view raw_path(std::string_view target) noexcept;

/// "a/b" of "a%2Fb"; none where an encoding is broken.
std::optional<std::string> decoded(std::string_view text, bool plus_is_blank = false);

} // namespace pinion::http
