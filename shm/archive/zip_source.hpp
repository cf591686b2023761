#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>

#include <zip.h>

#include <pinion/shm/archive/zip_problem.hpp>

namespace pinion {

/// What libzip reads from or writes to, as C++: each member is a command that libzip gives. It is made for
/// one archive and must outlive it. No exception passes through libzip, which is C: the first one is kept,
/// libzip is told that the command failed, and rethrow() lets it out behind libzip's back.
class zip_source {
public:
  zip_source() = default;
  virtual ~zip_source() = default;
  zip_source(const zip_source&) = delete;
  zip_source& operator=(const zip_source&) = delete;

  /// For libzip, which drops it when it wants. Throws std::bad_alloc.
  zip_source_t* handle();
  void rethrow();

protected:
  virtual zip_int64_t supported() const = 0;
  virtual std::uint64_t size() const = 0;
  virtual void open() { at_ = 0; }
  /// From at_.
  virtual std::size_t read(void* to, std::size_t size) = 0;
  /// To written_to_.
  virtual void write(const void*, std::size_t) {}
  /// For a target, whose file counts as not there: libzip then makes a new archive.
  virtual bool exists() const { return true; }

  std::uint64_t at_ = 0;
  std::uint64_t written_to_ = 0;

private:
  zip_int64_t obey(void* data, zip_uint64_t length, zip_source_cmd_t command);

  zip_problem error_;
  std::exception_ptr failure_;
};

} // namespace pinion
