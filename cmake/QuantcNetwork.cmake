# quantc_add_network(NAME MODEL file
#                    [CALIBRATE data...] [FLOAT] [TARGET target])
#
# Compiles a model at build time and adds the library NAME to link with: it holds
# NAME.o and brings NAME.h, which declares NAME_model.
function(quantc_add_network name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "FLOAT" "MODEL;TARGET" "CALIBRATE")
  if(ARG_UNPARSED_ARGUMENTS OR NOT ARG_MODEL)
    message(FATAL_ERROR "quantc_add_network: expected NAME MODEL file "
      "[CALIBRATE data...] [FLOAT] [TARGET target]")
  endif()
  get_filename_component(model "${ARG_MODEL}" ABSOLUTE)
  set(options "")
  set(inputs "${model}")
  foreach(data ${ARG_CALIBRATE})
    get_filename_component(data "${data}" ABSOLUTE)
    list(APPEND options --calibrate "${data}")
    list(APPEND inputs "${data}")
  endforeach()
  if(ARG_FLOAT)
    list(APPEND options --float)
  endif()
  if(ARG_TARGET)
    list(APPEND options --target "${ARG_TARGET}")
  endif()
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/quantc/${name}")
  file(MAKE_DIRECTORY "${folder}")
  add_custom_command(OUTPUT "${folder}/${name}.o" "${folder}/${name}.h"
    COMMAND quantc::quantc "${model}" ${options} --name "${name}"
      -o "${folder}/${name}.o"
    DEPENDS ${inputs} quantc::quantc
    COMMENT "Compiling the network ${name}"
    VERBATIM)
  add_library(${name} STATIC "${folder}/${name}.o" "${folder}/${name}.h")
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE C)
  target_include_directories(${name} PUBLIC "${folder}")
  target_link_libraries(${name} PUBLIC quantc::rt)
endfunction()
