// The one name by which the library is found: see archive_library.
#include <pinion/shm/archive/zip_reader.hpp>
#include <pinion/shm/archive/zip_writer.hpp>

extern "C" const pinion::archive_library* pinion_archive_library();

extern "C" const pinion::archive_library* pinion_archive_library() {
  static constexpr pinion::archive_library all{
      [](pinion::input_file& from) -> std::unique_ptr<pinion::archive_reader> {
        return std::make_unique<pinion::zip_reader>(from);
      },
      &pinion::write_zip};
  return &all;
}
