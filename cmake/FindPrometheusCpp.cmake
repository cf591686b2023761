# Finds the core of prometheus-cpp and gives the target PrometheusCpp::core. Its own package configuration is passed over:
# Debian's demands the libraries that pull and push need as well.
include(FindPackageHandleStandardArgs)

find_path(PrometheusCpp_INCLUDE_DIR prometheus/registry.h)
find_library(PrometheusCpp_LIBRARY prometheus-cpp-core)
mark_as_advanced(PrometheusCpp_INCLUDE_DIR PrometheusCpp_LIBRARY)
find_package_handle_standard_args(PrometheusCpp REQUIRED_VARS PrometheusCpp_LIBRARY PrometheusCpp_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "install Debian's prometheus-cpp-dev")

if(PrometheusCpp_FOUND AND NOT TARGET PrometheusCpp::core)
  add_library(PrometheusCpp::core UNKNOWN IMPORTED)
  set_target_properties(PrometheusCpp::core PROPERTIES IMPORTED_LOCATION "${PrometheusCpp_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${PrometheusCpp_INCLUDE_DIR}")
endif()
