# What `cmake --install` puts down: headers, libpinion.so, the program, the built-in kernels, the reader of archives, and the files by which
# find_package(pinion) finds them again (FindCAF among them, for Debian's CAF has no configuration of its own).
include(CMakePackageConfigHelpers)
set(PINION_CONFIG_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/pinion")

# The faces cli/ and scenario/ belong to the program; archive/, metrics/ and numa/ to libraries that are loaded when needed; they
# are not for others to include.
foreach(layer IN ITEMS shm actors runtime)
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/${layer}/" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/pinion/${layer}"
    COMPONENT development FILES_MATCHING PATTERN "*.hpp"
    PATTERN "cli" EXCLUDE PATTERN "metrics" EXCLUDE PATTERN "scenario" EXCLUDE PATTERN "archive" EXCLUDE PATTERN "numa" EXCLUDE)
endforeach()
install(FILES "${PROJECT_SOURCE_DIR}/runtime/pinion.hpp" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/pinion"
  COMPONENT development OPTIONAL)

install(TARGETS pinion_lib pinion_usage EXPORT pinion_targets
  LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT runtime NAMELINK_COMPONENT development)
foreach(target IN ITEMS pinion pinion_kernels pinion_archive pinion_metrics pinion_numa pinion_trace)
  if(TARGET ${target})
    install(TARGETS ${target} COMPONENT runtime
      RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}")
  endif()
endforeach()

configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/pinion-config.cmake.in"
  "${PROJECT_BINARY_DIR}/pinion-config.cmake" INSTALL_DESTINATION "${PINION_CONFIG_DIR}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/pinion-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/pinion-config.cmake" "${PROJECT_BINARY_DIR}/pinion-config-version.cmake"
  "${PROJECT_SOURCE_DIR}/cmake/FindCAF.cmake" DESTINATION "${PINION_CONFIG_DIR}" COMPONENT development)
install(EXPORT pinion_targets NAMESPACE pinion:: FILE pinion-targets.cmake DESTINATION "${PINION_CONFIG_DIR}"
  COMPONENT development)
