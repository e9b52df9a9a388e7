# Installs BUILD below WORK, then configures, builds and runs the program in SOURCE against what was installed.
file(REMOVE_RECURSE ${WORK})
function(must)
  execute_process(COMMAND ${ARGV} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

must(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/prefix)
must(${CMAKE_COMMAND} -S ${SOURCE} -B ${WORK}/build -G ${GENERATOR}
     -DCMAKE_PREFIX_PATH=${WORK}/prefix -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_CXX_FLAGS=${FLAGS})
must(${CMAKE_COMMAND} --build ${WORK}/build)
must(${WORK}/build/consumer)
must(${WORK}/prefix/bin/ftracectl --version)
if(NOT EXISTS ${WORK}/prefix/share/ftracectl/records.schema.json)
  message(FATAL_ERROR "the schema of the records is not installed")
endif()
