#include <pinion/shm/npz.hpp>

#include <pinion/shm/archive.hpp>
#include <pinion/shm/error.hpp>
#include <pinion/shm/npy_header.hpp>
#include <pinion/shm/npz_file.hpp>
#include <pinion/shm/npz_name.hpp>
#include <pinion/shm/output_file.hpp>
#include <pinion/shm/python_literal.hpp>

namespace pinion {

any_array load_npz(store& into, const std::filesystem::path& path, std::string_view name) {
  return npz_file(path).load(into, name);
}

std::map<std::string, any_array> load_npz(store& into, const std::filesystem::path& path) {
  npz_file file(path);
  std::map<std::string, any_array> result;
  for (const auto& name : file.names())
    result.emplace(name, file.load(into, name));
  return result;
}

std::vector<npz_member> list_npz(const std::filesystem::path& path) {
  npz_file file(path);
  std::vector<npz_member> result;
  for (const auto& name : file.names())
    result.push_back(file.look(name));
  return result;
}

void save_npz(const std::filesystem::path& path, const std::map<std::string, any_view>& what,
              npz_packing how) {
  std::vector<archive_entry> entries;
  for (const auto& [name, array] : what) {
    if (const auto fault = fault_of_npz_name(name); !fault.empty())
      raise(shm_errc::bad_npz,
            "cannot write " + path.string() + ": the array's name " + pinion::quoted(name) + " " + fault);
    const bool fortran = !contiguous(array.lay) && f_contiguous(array.lay);
    auto body = array;
    if (fortran) // the elements as they lie are those of the transpose in C order
      body.lay = detail::transposed(array.lay);
    entries.push_back(
        {name + ".npy",
         format_npy_header({array.type, false, fortran ? order::fortran : order::c, array.shape()}), body});
  }
  const auto& library = load_archive_library();
  output_file file(path);
  library.write(file, entries, how == npz_packing::deflated);
  file.commit();
}

} // namespace pinion
