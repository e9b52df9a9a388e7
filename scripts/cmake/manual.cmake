# The manual pages: `ftracectl help --scdoc` writes their source, one page a command, what share/man has for a page
# comes into it, and scdoc makes the page. Without scdoc, or where the program cannot be run here, there are none.
find_program(SCDOC scdoc)
find_program(GZIP gzip)
unset(manual_folder)
if(NOT SCDOC OR NOT GZIP)
  message(STATUS "no manual pages: scdoc is not installed")
elseif(CMAKE_CROSSCOMPILING AND NOT CMAKE_CROSSCOMPILING_EMULATOR)
  message(STATUS "no manual pages: the program cannot be run here")
else()
  set(manual_folder ${PROJECT_BINARY_DIR}/man)
  # The date in the pages: that of the last commit, so that each build of it makes the same bytes.
  set(manual_date "$ENV{SOURCE_DATE_EPOCH}")
  if(NOT manual_date)
    execute_process(COMMAND git -C ${PROJECT_SOURCE_DIR} log -1 --format=%ct OUTPUT_VARIABLE manual_date
                    OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  endif()
  if(NOT manual_date)
    file(TIMESTAMP ${PROJECT_SOURCE_DIR}/share/doc/CHANGELOG.md manual_date "%s" UTC)
  endif()
  file(GLOB manual_parts CONFIGURE_DEPENDS share/man/*.scd.in)
  add_custom_command(OUTPUT ${PROJECT_BINARY_DIR}/man.stamp
    COMMAND ${CMAKE_COMMAND} -E env SOURCE_DATE_EPOCH=${manual_date}
            ${CMAKE_COMMAND} "-DPROGRAM=$<TARGET_FILE:ftracectl>" "-DEMULATOR=${CMAKE_CROSSCOMPILING_EMULATOR}"
            -DSCDOC=${SCDOC} -DGZIP=${GZIP} -DPARTS=${PROJECT_SOURCE_DIR}/share/man -DOUT=${manual_folder}
            -P ${PROJECT_SOURCE_DIR}/scripts/cmake/make_manual.cmake
    COMMAND ${CMAKE_COMMAND} -E touch ${PROJECT_BINARY_DIR}/man.stamp
    DEPENDS ftracectl ${manual_parts} scripts/cmake/make_manual.cmake
    COMMENT "Making the manual pages" VERBATIM)
  add_custom_target(manual ALL DEPENDS ${PROJECT_BINARY_DIR}/man.stamp)
endif()
