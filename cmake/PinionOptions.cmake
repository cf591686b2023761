# Options, language level, compiler cache. Every option starts with PINION_; built inside another project, the
# defaults leave that project alone.
option(PINION_TESTS "Build the tests" ${PROJECT_IS_TOP_LEVEL})
option(PINION_BENCH "Build the measurements" ${PROJECT_IS_TOP_LEVEL})
option(PINION_INSTALL "Give `cmake --install` something to install" ${PROJECT_IS_TOP_LEVEL})
option(PINION_WERROR "Treat compiler warnings as errors" ${PROJECT_IS_TOP_LEVEL})
option(PINION_PCH "Precompile CAF's headers" ON)
option(PINION_FUZZ "Build the fuzzers and nothing else; needs clang" OFF)
option(PINION_CCACHE "Compile through ccache where it is installed" ${PROJECT_IS_TOP_LEVEL})
set(PINION_SANITIZE "" CACHE STRING "Sanitizers for everything we build: `address,undefined` or `thread`")

if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release or RelWithDebInfo" FORCE)
endif()

# Speed is in the kernels, and they ask for more (pinion_plugin); the rest compiles a third faster so.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG" CACHE STRING "" FORCE)
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
# One flag for libraries and programs alike: a precompiled header serves only equal flags (CMake would use -fPIE for programs).
add_compile_options(-fPIC)
# A library that nothing is taken of costs each worker process its loading.
add_link_options(-Wl,--as-needed)
if(PROJECT_IS_TOP_LEVEL)
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
endif()

include(GNUInstallDirs)
# bin/ and lib/ stand to each other in the build tree as they do when installed.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib")
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib")
# The same in the build tree, which is laid out alike: CMake pads what it means to rewrite with empty entries, and the
# dynamic linker takes each for the current directory.
set(CMAKE_BUILD_WITH_INSTALL_RPATH ON)
# A CAF of your own lies where the dynamic linker does not look by itself.
set(CMAKE_INSTALL_RPATH_USE_LINK_PATH ON)
set(CMAKE_INSTALL_RPATH "$ORIGIN/../lib;$ORIGIN/../${CMAKE_INSTALL_LIBDIR};$ORIGIN;$ORIGIN/..")

if(PINION_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(PINION_CCACHE_PROGRAM ccache)
  if(PINION_CCACHE_PROGRAM)
    # The sloppiness is what precompiled headers need (ccache's manual, "Precompiled headers"). Base directory and
    # no hashed directory: a fresh clone in another folder finds what this one compiled; so do build folders outside
    # the tree, if they lie equally deep.
    set(ccache_base "${PROJECT_SOURCE_DIR}")
    cmake_path(IS_PREFIX PROJECT_SOURCE_DIR "${PROJECT_BINARY_DIR}" NORMALIZE build_is_inside)
    if(NOT build_is_inside)
      set(ccache_base "/")
    endif()
    set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env
      "CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime"
      "CCACHE_BASEDIR=${ccache_base}" "CCACHE_NOHASHDIR=1" "${PINION_CCACHE_PROGRAM}")
  endif()
endif()
