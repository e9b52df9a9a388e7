# What is installed: the program; the library, its headers, and what find_package(ftracectl) and pkg-config need.
# `cmake --build BUILD --target uninstall` takes away what the last installation from BUILD put where it did.
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/ftracectl)
set(data_folder ${CMAKE_INSTALL_DATADIR}/ftracectl)

install(TARGETS ftracectl RUNTIME COMPONENT program)
install(FILES share/records.schema.json scripts/bpf/exec.bt DESTINATION ${data_folder} COMPONENT program)
install(DIRECTORY share/sql share/systemd share/integrations DESTINATION ${data_folder} COMPONENT program)
install(DIRECTORY share/doc/ DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)

install(FILES share/completions/ftracectl.bash RENAME ftracectl COMPONENT program
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES share/completions/_ftracectl COMPONENT program
        DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES share/completions/ftracectl.fish COMPONENT program
        DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
if(manual_folder)
  install(DIRECTORY ${manual_folder}/ DESTINATION ${CMAKE_INSTALL_MANDIR} COMPONENT program)
endif()

install(TARGETS ftracectl_library EXPORT ftracectl
  LIBRARY COMPONENT library NAMELINK_COMPONENT development
  ARCHIVE COMPONENT development)
install(DIRECTORY include/ftracectl DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development)
install(EXPORT ftracectl NAMESPACE ftracectl:: FILE ftracectl-targets.cmake DESTINATION ${package_folder}
        COMPONENT development)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/ftracectl-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES scripts/cmake/ftracectl-config.cmake ${PROJECT_BINARY_DIR}/ftracectl-config-version.cmake
        DESTINATION ${package_folder} COMPONENT development)
configure_file(scripts/cmake/ftracectl.pc.in ftracectl.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/ftracectl.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
        COMPONENT development)

add_custom_target(uninstall
  COMMAND ${CMAKE_COMMAND} -DBUILD=${PROJECT_BINARY_DIR} -P ${PROJECT_SOURCE_DIR}/scripts/cmake/uninstall.cmake
  VERBATIM)
