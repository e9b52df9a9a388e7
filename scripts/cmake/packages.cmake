# Packages of Debian (`cpack -G DEB`) and of RPM distributions (`cpack -G RPM`), one for each component: the program,
# and the library for developers. What is built with debug information has it in a package of its own.
set(CPACK_PACKAGE_VENDOR "the ftracectl authors")
set(CPACK_PACKAGE_CONTACT "the ftracectl authors <ftracectl@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "ftrace without BPF: events, filters, triggers, and execs as records")
set(CPACK_PACKAGE_DESCRIPTION
"ftracectl controls the Linux kernel's ftrace through tracefs and turns what
the kernel prints into structured records: one for each program execution.
It needs no BPF, no compiler and no debug information on the machine.")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL program development)
if(BUILD_SHARED_LIBS)
  list(APPEND CPACK_COMPONENTS_ALL library)
endif()
set(soversion ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_DEBUGINFO_PACKAGE ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME ftracectl)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libftracectl-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SHLIBDEPS OFF)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "libc6-dev, libboost-filesystem-dev, libzstd-dev")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME libftracectl${soversion})
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
if(BUILD_SHARED_LIBS)
  string(APPEND CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS ", libftracectl${soversion} (= ${PROJECT_VERSION})")
endif()
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION "${CPACK_PACKAGE_DESCRIPTION}")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION
"Library and headers to decode ftrace's text and binary pages in programs.
It brings headers, what CMake and pkg-config need, and the library.")
set(CPACK_COMPONENT_LIBRARY_DESCRIPTION "The shared library for programs that decode ftrace's output.")

set(CPACK_RPM_COMPONENT_INSTALL ON)
set(CPACK_RPM_FILE_NAME RPM-DEFAULT)
set(CPACK_RPM_PACKAGE_LICENSE "Apache-2.0")
set(CPACK_RPM_PROGRAM_PACKAGE_NAME ftracectl)
set(CPACK_RPM_DEVELOPMENT_PACKAGE_NAME ftracectl-devel)
set(CPACK_RPM_LIBRARY_PACKAGE_NAME ftracectl-libs)

# Debian wants a copyright file and a compressed changelog in each package's folder of documents.
string(TIMESTAMP changelog_date "%a, %d %b %Y %H:%M:%S +0000" UTC)  # of SOURCE_DATE_EPOCH where that is set
foreach(package IN ITEMS "program:ftracectl" "development:libftracectl-dev" "library:libftracectl${soversion}")
  string(REPLACE ":" ";" package ${package})
  list(GET package 0 component)
  list(GET package 1 name)
  set(folder ${PROJECT_BINARY_DIR}/packages/${name})
  configure_file(scripts/cmake/copyright.in ${folder}/copyright @ONLY)
  configure_file(scripts/cmake/changelog.in ${folder}/changelog @ONLY)
  install(CODE "
    if(CPACK_DEBIAN_PACKAGE_NAME OR \"\$ENV{DESTDIR}\" MATCHES \"_CPack_Packages/[^/]*/DEB\" OR
       CMAKE_INSTALL_PREFIX MATCHES \"_CPack_Packages/[^/]*/DEB\")
      set(documents \"\${CMAKE_INSTALL_PREFIX}/share/doc/${name}\")  # file(INSTALL) knows of DESTDIR
      file(INSTALL \"${folder}/copyright\" DESTINATION \"\${documents}\")
      execute_process(COMMAND gzip -9nc \"${folder}/changelog\" 
                      OUTPUT_FILE \"\$ENV{DESTDIR}\${documents}/changelog.gz\"
                      COMMAND_ERROR_IS_FATAL ANY)
    endif()" COMPONENT ${component})
endforeach()
include(CPack)
