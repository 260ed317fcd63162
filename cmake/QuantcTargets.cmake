# One wrapper per kind of target. Each library is one folder of lib/; what it
# may see of the others is what its LINK names (docs/architecture.md).

set(QUANTC_INCLUDE_DIRS "${PROJECT_SOURCE_DIR}/include"
  "${PROJECT_BINARY_DIR}/include")

# The precompiled header of all targets that see LLVM, with templates
# instantiated in it. Our own headers stay out, so that it is built once.
if(QUANTC_PCH AND NOT QUANTC_RUNTIME_ONLY
    AND CMAKE_CXX_COMPILER_ID MATCHES Clang)
  add_library(quantc_pch OBJECT "${PROJECT_SOURCE_DIR}/cmake/pch.cpp")
  llvm_update_compile_flags(quantc_pch)
  target_include_directories(quantc_pch SYSTEM PRIVATE ${MLIR_INCLUDE_DIRS})
  target_precompile_headers(quantc_pch PRIVATE
    "${PROJECT_SOURCE_DIR}/cmake/pch.h")
  set(QUANTC_PCH_FLAGS -fpch-instantiate-templates
    "SHELL:-Xclang -fno-pch-timestamp")
  target_compile_options(quantc_pch PRIVATE ${QUANTC_PCH_FLAGS})
endif()

function(quantc_sees_llvm target)
  target_include_directories(${target} PRIVATE ${QUANTC_INCLUDE_DIRS})
  target_include_directories(${target} SYSTEM PRIVATE ${MLIR_INCLUDE_DIRS})
  if(TARGET quantc_pch)
    target_compile_options(${target} PRIVATE ${QUANTC_PCH_FLAGS})
    target_precompile_headers(${target} REUSE_FROM quantc_pch)
  endif()
endfunction()

# quantc_mlir_library(NAME sources... [DEPENDS generated...] [LINK ours...]
#                     [MLIR upstream...])
function(quantc_mlir_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LINK;MLIR" ${ARGN})
  add_mlir_library(${name} ${ARG_UNPARSED_ARGUMENTS} DISABLE_INSTALL
    DEPENDS ${ARG_DEPENDS} LINK_LIBS PUBLIC ${ARG_LINK})
  mlir_target_link_libraries(${name} PUBLIC ${ARG_MLIR})
  if(TARGET obj.${name})
    quantc_sees_llvm(obj.${name})
  else()
    quantc_sees_llvm(${name})
  endif()
endfunction()

# quantc_plain_library(NAME sources... [LINK libraries...])
# A library that sees neither LLVM nor MLIR.
function(quantc_plain_library name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_include_directories(${name} PRIVATE ${QUANTC_INCLUDE_DIRS})
  target_link_libraries(${name} PUBLIC ${ARG_LINK})
endfunction()

# quantc_mlir_tool(NAME sources... [LINK ours...] [MLIR upstream...])
function(quantc_mlir_tool name)
  cmake_parse_arguments(ARG "" "" "LINK;MLIR" ${ARGN})
  add_llvm_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  llvm_update_compile_flags(${name})
  quantc_sees_llvm(${name})
  target_link_libraries(${name} PRIVATE ${ARG_LINK})
  mlir_target_link_libraries(${name} PRIVATE ${ARG_MLIR})
endfunction()
