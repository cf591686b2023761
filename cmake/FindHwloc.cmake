# Finds hwloc, which knows the machine's NUMA nodes, and gives the target Hwloc::hwloc. It comes without a package
# configuration for CMake.
include(FindPackageHandleStandardArgs)
find_path(Hwloc_INCLUDE_DIR hwloc.h)
# Of the architecture, and so elsewhere in Debian.
find_path(Hwloc_CONFIG_DIR hwloc/autogen/config.h)
find_library(Hwloc_LIBRARY hwloc)
mark_as_advanced(Hwloc_INCLUDE_DIR Hwloc_CONFIG_DIR Hwloc_LIBRARY)

if(Hwloc_CONFIG_DIR)
  file(STRINGS "${Hwloc_CONFIG_DIR}/hwloc/autogen/config.h" hwloc_version_line REGEX "#define HWLOC_VERSION \"")
  string(REGEX MATCH "[0-9]+(\\.[0-9]+)+" Hwloc_VERSION "${hwloc_version_line}")
endif()

find_package_handle_standard_args(Hwloc REQUIRED_VARS Hwloc_LIBRARY Hwloc_INCLUDE_DIR VERSION_VAR Hwloc_VERSION
  REASON_FAILURE_MESSAGE "install Debian's libhwloc-dev")

if(Hwloc_FOUND AND NOT TARGET Hwloc::hwloc)
  add_library(Hwloc::hwloc UNKNOWN IMPORTED)
  set_target_properties(Hwloc::hwloc PROPERTIES
    IMPORTED_LOCATION "${Hwloc_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES "${Hwloc_INCLUDE_DIR}")
endif()
