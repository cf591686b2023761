#pragma once

#include <string>

#include <zip.h>

namespace pinion {

/// Owns what libzip has to say of a call that failed.
class zip_problem {
public:
  zip_problem() { ::zip_error_init(&error_); }
  ~zip_problem() { ::zip_error_fini(&error_); }
  zip_problem(const zip_problem&) = delete;
  zip_problem& operator=(const zip_problem&) = delete;

  zip_error_t* get() noexcept { return &error_; }
  std::string text() { return ::zip_error_strerror(&error_); }

private:
  zip_error_t error_{};
};

} // namespace pinion
