# What `cmake --install` lays down: the tools, libquantc_host, and, for passes and
# tools out of this tree, the libraries and headers of the compiler. A program finds
# them by find_package(quantc), a compiler by find_package(quantc COMPONENTS
# compiler). Nothing in the prefix names the prefix, so that it can be moved.

include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(QUANTC_INSTALL_CMAKE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/quantc")

# All targets of a type in a folder and those below it.
function(quantc_list_targets result type folder)
  get_property(targets DIRECTORY "${folder}" PROPERTY BUILDSYSTEM_TARGETS)
  set(found "")
  foreach(target ${targets})
    get_target_property(target_type ${target} TYPE)
    if(target_type STREQUAL type)
      list(APPEND found ${target})
    endif()
  endforeach()
  get_property(subfolders DIRECTORY "${folder}" PROPERTY SUBDIRECTORIES)
  foreach(subfolder ${subfolders})
    quantc_list_targets(below ${type} "${subfolder}")
    list(APPEND found ${below})
  endforeach()
  set(${result} "${found}" PARENT_SCOPE)
endfunction()

# The interface of compiled networks: headers alone.
add_library(quantc_rt INTERFACE)
target_include_directories(quantc_rt INTERFACE
  "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>"
  "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
foreach(library quantc_host quantc_host_shared)
  target_link_libraries(${library} PUBLIC quantc_rt)
endforeach()
set_target_properties(quantc_rt PROPERTIES EXPORT_NAME rt)
set_target_properties(quantc_host PROPERTIES EXPORT_NAME host)
set_target_properties(quantc_host_shared PROPERTIES EXPORT_NAME host_shared)

quantc_list_targets(tools EXECUTABLE "${PROJECT_SOURCE_DIR}/tools")
foreach(tool ${tools})
  set_target_properties(${tool} PROPERTIES
    INSTALL_RPATH "\$ORIGIN/../${CMAKE_INSTALL_LIBDIR};${LLVM_LIBRARY_DIR}")
endforeach()
install(TARGETS ${tools} quantc_rt quantc_host quantc_host_shared
  EXPORT quantcTargets
  RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}"
  LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(EXPORT quantcTargets NAMESPACE quantc::
  DESTINATION "${QUANTC_INSTALL_CMAKE_DIR}")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/quantc-rt"
  DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")

install(DIRECTORY "${PROJECT_SOURCE_DIR}/python/quantc"
  DESTINATION "${CMAKE_INSTALL_DATADIR}/quantc/python"
  FILES_MATCHING PATTERN "*.py")

if(NOT QUANTC_RUNTIME_ONLY)
  quantc_list_targets(libraries STATIC_LIBRARY "${PROJECT_SOURCE_DIR}/lib")
  list(REMOVE_ITEM libraries quantc_host)
  foreach(library ${libraries})
    target_include_directories(${library} INTERFACE
      "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
  endforeach()
  install(TARGETS ${libraries} EXPORT quantcCompilerTargets
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
  install(EXPORT quantcCompilerTargets NAMESPACE quantc::
    DESTINATION "${QUANTC_INSTALL_CMAKE_DIR}")
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/quantc"
    "${PROJECT_BINARY_DIR}/include/quantc"
    DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
    FILES_MATCHING PATTERN "*.h" PATTERN "*.td" PATTERN "*.inc"
    PATTERN CMakeFiles EXCLUDE)
endif()

configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/quantcConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/quantcConfig.cmake"
  INSTALL_DESTINATION "${QUANTC_INSTALL_CMAKE_DIR}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/quantcConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/quantcConfig.cmake"
  "${PROJECT_BINARY_DIR}/quantcConfigVersion.cmake"
  "${PROJECT_SOURCE_DIR}/cmake/QuantcNetwork.cmake"
  DESTINATION "${QUANTC_INSTALL_CMAKE_DIR}")
