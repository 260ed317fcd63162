// What -nn-preprocess refuses.

// RUN: not quant-opt %s --pass-pipeline='builtin.module(func.func(nn-preprocess{}))' 2>&1 \
// RUN:   | FileCheck %s --check-prefix=NO_NAME
// NO_NAME: error: preprocessing: expected the name of one of the inputs 'a', 'b'
// RUN: not quant-opt %s --pass-pipeline='builtin.module(func.func(nn-preprocess{input=c}))' 2>&1 \
// RUN:   | FileCheck %s --check-prefix=UNKNOWN
// UNKNOWN: error: preprocessing: no input 'c' among 'a', 'b'
// RUN: not quant-opt %s --pass-pipeline='builtin.module(func.func(nn-preprocess{input=a type=i8}))' 2>&1 \
// RUN:   | FileCheck %s --check-prefix=TYPE
// TYPE: error: preprocessing: expected type f32 or u8, but got 'i8'
// RUN: not quant-opt %s --pass-pipeline='builtin.module(func.func(nn-preprocess{input=a layout=hwc}))' 2>&1 \
// RUN:   | FileCheck %s --check-prefix=LAYOUT
// LAYOUT: error: preprocessing: expected layout nhwc or nchw, but got 'hwc'
// RUN: not quant-opt %s --pass-pipeline='builtin.module(func.func(nn-preprocess{input=a mean=inf}))' 2>&1 \
// RUN:   | FileCheck %s --check-prefix=MEAN
// RUN: not quant-opt %s --pass-pipeline='builtin.module(func.func(nn-preprocess{input=a mean=1e39}))' 2>&1 \
// RUN:   | FileCheck %s --check-prefix=MEAN
// MEAN: error: preprocessing: expected finite means
// RUN: not quant-opt %s --pass-pipeline='builtin.module(func.func(nn-preprocess{input=a std=0}))' 2>&1 \
// RUN:   | FileCheck %s --check-prefix=STD
// STD: error: preprocessing: expected positive standard deviations, but got 0
// RUN: not quant-opt %s --pass-pipeline='builtin.module(func.func(nn-preprocess{input=a mean=1,2}))' 2>&1 \
// RUN:   | FileCheck %s --check-prefix=COUNT
// COUNT: error: preprocessing: expected one value or one for each of 3 channels, but got 2
// RUN: not quant-opt %s --pass-pipeline='builtin.module(func.func(nn-preprocess{input=b layout=nhwc}))' 2>&1 \
// RUN:   | FileCheck %s --check-prefix=RANK
// RANK: error: preprocessing: a layout and values per channel require an input of rank 4, but got 'tensor<?x7xf32>'
// RUN: not quant-opt %s --pass-pipeline='builtin.module(func.func(nn-preprocess{input=a type=u8}),func.func(nn-preprocess{input=a}))' 2>&1 \
// RUN:   | FileCheck %s --check-prefix=TWICE
// TWICE: error: preprocessing: expected an input of f32, but got 'tensor<?x3x4x5x!quant.uniform<i8:f32, 1.000000e+00:-128>>'

func.func @network(%a: tensor<?x3x4x5xf32> {nn.name = "a"},
                   %b: tensor<?x7xf32> {nn.name = "b"})
    -> (tensor<?x3x4x5xf32>, tensor<?x7xf32>) {
  return %a, %b : tensor<?x3x4x5xf32>, tensor<?x7xf32>
}
