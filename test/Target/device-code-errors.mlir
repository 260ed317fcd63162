// RUN: rm -rf %t && split-file %s %t && cd %t
// RUN: for part in *.mlir; do not quant-translate --emit=object $part -o part.o; done 2>&1 | FileCheck %s

// CHECK: argument.mlir{{.*}}: error: 'quantc.device_code' expects arguments such as array<i64: space, index, offset>, but got array<i64: 2, 0>
// CHECK: chip.mlir{{.*}}: error: expected an NVIDIA chip such as sm_80, but got 'gfx90a'
// CHECK: constant.mlir{{.*}}: error: 'quantc.device_code' expects constants with elements of whole bytes, but got dense<true> : tensor<8xi1>
// CHECK: kernel.mlir{{.*}}: error: 'quantc.device_code' has no kernel 'thrice' in its PTX, but launches it
// CHECK: map.mlir{{.*}}: error: 'quantc.device_code' expects tensor maps such as array<i64: ..., offset, swizzle, is per sample, windows, extent, stride, box, step, low, high, ...>, which code for CUDA 12.0 and later has, but kernel 'twice' takes array<i64: 2, 0, 0, 0, 48, 1, 0, 32, 1, 32, 1, 0, 0, 1, 32, 4, 1, 0, 0>
// CHECK: maps.mlir{{.*}}: error: 'quantc.device_code' expects kernels with at most 4 tensor maps, but 'twice' takes more
// CHECK: outside.mlir{{.*}}: error: 'quantc.device_code' expects arguments that point to something, but kernel 'twice' takes array<i64: 3, 1, 0>
// CHECK: resident.mlir{{.*}}: error: 'quantc.device_code' expects 1 to 32 resident blocks, but got {arguments
// CHECK: threads.mlir{{.*}}: error: 'quantc.device_code' expects blocks of at most 1024 threads, in grids of at most 65535 in y and z, but got {arguments
// CHECK: version.mlir{{.*}}: error: 'quantc.device_code' expects PTX with a .version
// CHECK: workspace.mlir{{.*}}: error: 'quantc.device_code' expects arguments that point to something, but kernel 'twice' takes array<i64: 1, 0, 256>

//--- argument.mlir
module attributes {
  llvm.target = #llvm.target<triple = "nvptx64-nvidia-cuda", chip = "sm_80">,
  quantc.inputs = [{name = "x", type = tensor<?x8xf32>}],
  quantc.outputs = [{name = "y", type = tensor<?x8xf32>}],
  quantc.observed = [], quantc.provenance = {stage = "float"},
  quantc.device_code = {ptx = ".version 7.0 .visible .entry twice()", workspace_per_sample = 32 : i64,
    constants = [dense<2.0> : tensor<8xf32>],
    launches = [{kernel = "twice", grid = array<i64: 8, 32, 1, 1>, threads = 32 : i64,
      shared_bytes = 0 : i64, arguments = [array<i64: 2, 0>]}]}} {}
//--- chip.mlir
module attributes {
  llvm.target = #llvm.target<triple = "nvptx64-nvidia-cuda", chip = "gfx90a">,
  quantc.inputs = [{name = "x", type = tensor<?x8xf32>}],
  quantc.outputs = [{name = "y", type = tensor<?x8xf32>}],
  quantc.observed = [], quantc.provenance = {stage = "float"},
  quantc.device_code = {ptx = ".version 7.0 .visible .entry twice()", workspace_per_sample = 32 : i64,
    constants = [dense<2.0> : tensor<8xf32>],
    launches = [{kernel = "twice", grid = array<i64: 8, 32, 1, 1>, threads = 32 : i64,
      shared_bytes = 0 : i64, arguments = [array<i64: 2, 0, 0>]}]}} {}
//--- constant.mlir
module attributes {
  llvm.target = #llvm.target<triple = "nvptx64-nvidia-cuda", chip = "sm_80">,
  quantc.inputs = [{name = "x", type = tensor<?x8xf32>}],
  quantc.outputs = [{name = "y", type = tensor<?x8xf32>}],
  quantc.observed = [], quantc.provenance = {stage = "float"},
  quantc.device_code = {ptx = ".version 7.0 .visible .entry twice()", workspace_per_sample = 32 : i64,
    constants = [dense<true> : tensor<8xi1>],
    launches = [{kernel = "twice", grid = array<i64: 8, 32, 1, 1>, threads = 32 : i64,
      shared_bytes = 0 : i64, arguments = [array<i64: 2, 0, 0>]}]}} {}
//--- kernel.mlir
module attributes {
  llvm.target = #llvm.target<triple = "nvptx64-nvidia-cuda", chip = "sm_80">,
  quantc.inputs = [{name = "x", type = tensor<?x8xf32>}],
  quantc.outputs = [{name = "y", type = tensor<?x8xf32>}],
  quantc.observed = [], quantc.provenance = {stage = "float"},
  quantc.device_code = {ptx = ".version 7.0 .visible .entry twice()", workspace_per_sample = 32 : i64,
    constants = [dense<2.0> : tensor<8xf32>],
    launches = [{kernel = "thrice", grid = array<i64: 8, 32, 1, 1>, threads = 32 : i64,
      shared_bytes = 0 : i64, arguments = [array<i64: 2, 0, 0>]}]}} {}
//--- map.mlir
module attributes {
  llvm.target = #llvm.target<triple = "nvptx64-nvidia-cuda", chip = "sm_90a">,
  quantc.inputs = [{name = "x", type = tensor<?x8xf32>}],
  quantc.outputs = [{name = "y", type = tensor<?x8xf32>}],
  quantc.observed = [], quantc.provenance = {stage = "float"},
  quantc.device_code = {ptx = ".version 8.0 .visible .entry twice()", workspace_per_sample = 32 : i64,
    constants = [dense<2.0> : tensor<8xf32>],
    launches = [{kernel = "twice", grid = array<i64: 8, 32, 1, 1>, threads = 32 : i64,
      shared_bytes = 0 : i64, arguments = [array<i64: 2, 0, 0, 0, 48, 1, 0, 32, 1, 32, 1, 0, 0, 1, 32, 4, 1, 0, 0>]}]}} {}
//--- maps.mlir
module attributes {
  llvm.target = #llvm.target<triple = "nvptx64-nvidia-cuda", chip = "sm_90a">,
  quantc.inputs = [{name = "x", type = tensor<?x8xf32>}],
  quantc.outputs = [{name = "y", type = tensor<?x8xf32>}],
  quantc.observed = [], quantc.provenance = {stage = "float"},
  quantc.device_code = {ptx = ".version 8.0 .visible .entry twice()", workspace_per_sample = 32 : i64,
    constants = [dense<2.0> : tensor<8xf32>],
    launches = [{kernel = "twice", grid = array<i64: 8, 32, 1, 1>, threads = 32 : i64,
      shared_bytes = 0 : i64, arguments = [array<i64: 2, 0, 0, 0, 32, 1, 0, 32, 1, 32, 1, 0, 0, 1, 32, 4, 1, 0, 0>,
        array<i64: 2, 0, 0, 0, 32, 1, 0, 32, 1, 32, 1, 0, 0, 1, 32, 4, 1, 0, 0>,
        array<i64: 2, 0, 0, 0, 32, 1, 0, 32, 1, 32, 1, 0, 0, 1, 32, 4, 1, 0, 0>,
        array<i64: 2, 0, 0, 0, 32, 1, 0, 32, 1, 32, 1, 0, 0, 1, 32, 4, 1, 0, 0>,
        array<i64: 2, 0, 0, 0, 32, 1, 0, 32, 1, 32, 1, 0, 0, 1, 32, 4, 1, 0, 0>]}]}} {}
//--- outside.mlir
module attributes {
  llvm.target = #llvm.target<triple = "nvptx64-nvidia-cuda", chip = "sm_80">,
  quantc.inputs = [{name = "x", type = tensor<?x8xf32>}],
  quantc.outputs = [{name = "y", type = tensor<?x8xf32>}],
  quantc.observed = [], quantc.provenance = {stage = "float"},
  quantc.device_code = {ptx = ".version 7.0 .visible .entry twice()", workspace_per_sample = 32 : i64,
    constants = [dense<2.0> : tensor<8xf32>],
    launches = [{kernel = "twice", grid = array<i64: 8, 32, 1, 1>, threads = 32 : i64,
      shared_bytes = 0 : i64, arguments = [array<i64: 3, 1, 0>]}]}} {}
//--- resident.mlir
module attributes {
  llvm.target = #llvm.target<triple = "nvptx64-nvidia-cuda", chip = "sm_80">,
  quantc.inputs = [{name = "x", type = tensor<?x8xf32>}],
  quantc.outputs = [{name = "y", type = tensor<?x8xf32>}],
  quantc.observed = [], quantc.provenance = {stage = "float"},
  quantc.device_code = {ptx = ".version 7.0 .visible .entry twice()", workspace_per_sample = 32 : i64,
    constants = [dense<2.0> : tensor<8xf32>],
    launches = [{kernel = "twice", grid = array<i64: 8, 32, 1, 1>, threads = 32 : i64,
      shared_bytes = 0 : i64, resident_blocks = 33 : i64, arguments = [array<i64: 3, 0, 0>]}]}} {}
//--- threads.mlir
module attributes {
  llvm.target = #llvm.target<triple = "nvptx64-nvidia-cuda", chip = "sm_80">,
  quantc.inputs = [{name = "x", type = tensor<?x8xf32>}],
  quantc.outputs = [{name = "y", type = tensor<?x8xf32>}],
  quantc.observed = [], quantc.provenance = {stage = "float"},
  quantc.device_code = {ptx = ".version 7.0 .visible .entry twice()", workspace_per_sample = 32 : i64,
    constants = [dense<2.0> : tensor<8xf32>],
    launches = [{kernel = "twice", grid = array<i64: 8, 32, 1, 1>, threads = 1025 : i64,
      shared_bytes = 0 : i64, arguments = [array<i64: 2, 0, 0>]}]}} {}
//--- version.mlir
module attributes {
  llvm.target = #llvm.target<triple = "nvptx64-nvidia-cuda", chip = "sm_80">,
  quantc.inputs = [{name = "x", type = tensor<?x8xf32>}],
  quantc.outputs = [{name = "y", type = tensor<?x8xf32>}],
  quantc.observed = [], quantc.provenance = {stage = "float"},
  quantc.device_code = {ptx = ".visible .entry twice()", workspace_per_sample = 32 : i64,
    constants = [dense<2.0> : tensor<8xf32>],
    launches = [{kernel = "twice", grid = array<i64: 8, 32, 1, 1>, threads = 32 : i64,
      shared_bytes = 0 : i64, arguments = [array<i64: 2, 0, 0>]}]}} {}
//--- workspace.mlir
module attributes {
  llvm.target = #llvm.target<triple = "nvptx64-nvidia-cuda", chip = "sm_80">,
  quantc.inputs = [{name = "x", type = tensor<?x8xf32>}],
  quantc.outputs = [{name = "y", type = tensor<?x8xf32>}],
  quantc.observed = [], quantc.provenance = {stage = "float"},
  quantc.device_code = {ptx = ".version 7.0 .visible .entry twice()", workspace_per_sample = 32 : i64,
    constants = [dense<2.0> : tensor<8xf32>],
    launches = [{kernel = "twice", grid = array<i64: 8, 32, 1, 1>, threads = 32 : i64,
      shared_bytes = 0 : i64, arguments = [array<i64: 1, 0, 256>]}]}} {}
