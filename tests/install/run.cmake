# Installs the build to a folder of its own, builds the consumer against it and runs it, then takes all away again.
# Needs: BUILD_DIR, GENERATOR, BUILD_TYPE, COMPILER.
string(RANDOM LENGTH 8 random)
set(work "${BUILD_DIR}/install-test-${random}")

function(step name)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    file(REMOVE_RECURSE "${work}")
    message(FATAL_ERROR "install test: ${name} failed (${result}):\n${output}")
  endif()
  set(step_output "${output}" PARENT_SCOPE)
endfunction()

step("installing" "${CMAKE_COMMAND}" --install "${BUILD_DIR}" --prefix "${work}/prefix")
step("configuring the consumer" "${CMAKE_COMMAND}" -S "${CMAKE_CURRENT_LIST_DIR}/consumer" -B "${work}/build"
  -G "${GENERATOR}" "-DCMAKE_BUILD_TYPE=${BUILD_TYPE}" "-DCMAKE_CXX_COMPILER=${COMPILER}"
  "-DCMAKE_PREFIX_PATH=${work}/prefix")
step("building the consumer" "${CMAKE_COMMAND}" --build "${work}/build")
step("running the consumer" "${work}/build/consumer")
if(NOT step_output STREQUAL "sum 15, of 2x3\n")
  file(REMOVE_RECURSE "${work}")
  message(FATAL_ERROR "install test: the consumer said: ${step_output}")
endif()
if(EXISTS "${work}/prefix/bin/pinion")
  step("running the installed program" "${work}/prefix/bin/pinion" --version)
endif()
file(REMOVE_RECURSE "${work}")
