#pragma once

#include <filesystem>

namespace pinion {

/// The folder that libpinion itself lies in, where what belongs to it lies too; empty when the system does
/// not say. Any thread.
std::filesystem::path own_folder();

} // namespace pinion
