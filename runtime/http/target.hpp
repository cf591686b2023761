#pragma once

#include <string>
#include <string_view>

#include <pinion/runtime/http/request.hpp>

namespace pinion::http {

/// Divides a request target (RFC 9112, 3.2; origin-form or absolute-form) and decodes its percent-encoded
/// bytes (RFC 3986, 2.1), in the query "+" as a blank too. False if it is neither, holds a broken encoding
/// or a byte of zero.
bool split_target(std::string_view target, std::string& path, pairs& query);

} // namespace pinion::http
