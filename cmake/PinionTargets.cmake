# One function a kind of target, so that a new component costs a line.

# Every spelling of an include is <pinion/layer/name.hpp>, in the tree as when installed: in the build tree a folder
# `pinion` holds a link to each layer, and one to the header that includes them all.
set(PINION_INCLUDE_ROOT "${PROJECT_BINARY_DIR}/include")
if(IS_SYMLINK "${PINION_INCLUDE_ROOT}/pinion")
  file(REMOVE "${PINION_INCLUDE_ROOT}/pinion")
endif()
file(MAKE_DIRECTORY "${PINION_INCLUDE_ROOT}/pinion")
foreach(layer IN ITEMS shm actors runtime)
  file(CREATE_LINK "${PROJECT_SOURCE_DIR}/${layer}" "${PINION_INCLUDE_ROOT}/pinion/${layer}" SYMBOLIC)
endforeach()
file(CREATE_LINK "${PROJECT_SOURCE_DIR}/runtime/pinion.hpp" "${PINION_INCLUDE_ROOT}/pinion/pinion.hpp" SYMBOLIC)

# Warnings of our own code; never reaches users.
add_library(pinion_flags INTERFACE)
target_compile_options(pinion_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor
  -Woverloaded-virtual -Wcast-align -Wformat=2 -Winvalid-pch
  $<$<BOOL:${PINION_WERROR}>:-Werror>
  # g++ 12 sees copies inside std::string that overlap or overflow where there are none (GCC bug 105651), and g++ 13 still
  # does for some.
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,14>>:-Wno-restrict;-Wno-stringop-overflow;-Wno-array-bounds;-Wno-maybe-uninitialized>
  # Without it ccache cannot see through a precompiled header.
  $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
if(PINION_SANITIZE)
  add_compile_options(-fsanitize=${PINION_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${PINION_SANITIZE})
  # g++ sees overflows that are not there once its sanitizers have rewritten the code.
  target_compile_options(pinion_flags INTERFACE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized;-Wno-stringop-overflow;-Wno-array-bounds>)
  if(PINION_SANITIZE MATCHES "undefined")
    # Without vptr: CAF's own lists downcast their sentinels (caf/intrusive/task_queue.hpp), inline in our code.
    add_compile_options(-fno-sanitize-recover=undefined -fno-sanitize=vptr)
  endif()
endif()

# What users of the library inherit: the include root and the language level.
add_library(pinion_usage INTERFACE)
target_compile_features(pinion_usage INTERFACE cxx_std_20)
target_include_directories(pinion_usage INTERFACE
  $<BUILD_INTERFACE:${PINION_INCLUDE_ROOT}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)

# A layer without a source yet gives no target, and the library does without it.
function(pinion_layer name)
  if(NOT ARGN)
    return()
  endif()
  add_library(pinion_${name} OBJECT ${ARGN})
  target_link_libraries(pinion_${name} PRIVATE pinion_flags PUBLIC pinion_usage Threads::Threads Boost::headers)
  if(NOT name STREQUAL "shm")
    target_link_libraries(pinion_${name} PUBLIC CAF::core CAF::io
      PRIVATE spdlog::spdlog tomlplusplus::tomlplusplus nlohmann_json::nlohmann_json)
    pinion_caf_headers(pinion_${name})
  endif()
endfunction()

# CAF's headers cost some seconds a file: compile them once for each set of flags.
function(pinion_caf_headers target)
  if(NOT PINION_PCH)
    return()
  endif()
  if(NOT TARGET pinion_pch)
    file(GENERATE OUTPUT "${PROJECT_BINARY_DIR}/pinion_pch.cpp" CONTENT "// The carrier of the precompiled headers.\n")
    add_library(pinion_pch OBJECT "${PROJECT_BINARY_DIR}/pinion_pch.cpp")
    # Nothing that brings a macro of its own: a precompiled header serves only files that have at least its macros.
    target_link_libraries(pinion_pch
      PRIVATE pinion_flags pinion_usage Boost::headers CAF::core CAF::io Threads::Threads)
    target_precompile_headers(pinion_pch PRIVATE
      <caf/all.hpp> <caf/io/all.hpp> <chrono> <functional> <memory> <optional> <span> <string> <variant> <vector>)
  endif()
  target_precompile_headers(${target} REUSE_FROM pinion_pch)
endfunction()

function(pinion_library)
  add_library(pinion_lib SHARED)
  add_library(pinion::pinion ALIAS pinion_lib)
  set_target_properties(pinion_lib PROPERTIES OUTPUT_NAME pinion EXPORT_NAME pinion LINKER_LANGUAGE CXX
    VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
  foreach(layer IN ITEMS shm actors runtime)
    if(TARGET pinion_${layer})
      target_link_libraries(pinion_lib PRIVATE pinion_${layer})
    endif()
  endforeach()
  target_link_libraries(pinion_lib PUBLIC pinion_usage Threads::Threads Boost::headers CAF::core CAF::io
    PRIVATE ${CMAKE_DL_LIBS})
endfunction()

# What the library for NUMA nodes is made of, but for its entry: compiled once for it and for its tests.
function(pinion_numa_parts)
  add_library(pinion_numa_parts OBJECT ${ARGN})
  target_link_libraries(pinion_numa_parts PRIVATE pinion_flags PUBLIC pinion::pinion Hwloc::hwloc)
endfunction()

# What a program is made of, but for its main(): compiled once for the program and for its tests.
function(pinion_program_parts name)
  add_library(${name} OBJECT ${ARGN})
  target_link_libraries(${name} PRIVATE pinion_flags spdlog::spdlog
    PUBLIC pinion::pinion CLI11::CLI11 nlohmann_json::nlohmann_json tomlplusplus::tomlplusplus)
  target_compile_definitions(${name} PRIVATE PINION_VERSION="${PROJECT_VERSION}")
  pinion_caf_headers(${name})
endfunction()

function(pinion_program name)
  add_executable(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE pinion_flags pinion::pinion CLI11::CLI11 nlohmann_json::nlohmann_json
    tomlplusplus::tomlplusplus spdlog::spdlog)
  pinion_caf_headers(${name})
endfunction()

# A module that is loaded at run time: kernels that `--load` takes, or the reader of archives. It lies beside
# libpinion.so, in the build tree as when installed.
function(pinion_plugin name)
  add_library(${name} MODULE ${ARGN})
  target_link_libraries(${name} PRIVATE pinion_flags pinion::pinion)
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O3>)
endfunction()
