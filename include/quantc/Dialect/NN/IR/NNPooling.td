//===- NNPooling.td - Pools and reductions -----------------*- tablegen -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_DIALECT_NN_IR_NNPOOLING_TD
#define QUANTC_DIALECT_NN_IR_NNPOOLING_TD

include "quantc/Dialect/NN/IR/NNBase.td"

def NN_MaxPool2DOp : NN_Op<"max_pool_2d", [Pure,
    DeclareOpInterfaceMethods<NN_QuantizableOpInterface, ["sharesScale"]>]> {
  let summary = "Maximum over 2-D windows";
  let description = [{
    Elements in the padding never win. `pad` is `[top, left, bottom, right]`.
    Every window covers at least one element of the input.

    Example:

    ```mlir
    %0 = nn.max_pool_2d %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
        : tensor<?x28x28x8xf32> -> tensor<?x14x14x8xf32>
    ```
  }];
  let arguments = (ins
    Arg<NN_Tensor, "NHWC">:$input,
    DenseI64ArrayAttr:$kernel,
    DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$strides,
    DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0, 0, 0}">:$pad,
    DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$dilations);
  let results = (outs Res<NN_Tensor, "NHWC">:$output);
  let assemblyFormat = [{
    $input attr-dict `:` type($input) `->` type($output)
  }];
  let hasVerifier = 1;
}

def NN_AvgPool2DOp : NN_Op<"avg_pool_2d", [Pure,
    DeclareOpInterfaceMethods<NN_QuantizableOpInterface>]> {
  let summary = "Mean over 2-D windows";
  let description = [{
    `pad` is `[top, left, bottom, right]`. Elements in the padding are (real)
    zeros with `count_include_pad`; without, they do not count. Every window
    covers at least one element of the input.

    Example:

    ```mlir
    %0 = nn.avg_pool_2d %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
        : tensor<?x8x8x16xf32> -> tensor<?x4x4x16xf32>
    ```
  }];
  let arguments = (ins
    Arg<NN_Tensor, "NHWC">:$input,
    DenseI64ArrayAttr:$kernel,
    DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$strides,
    DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0, 0, 0}">:$pad,
    DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$dilations,
    UnitAttr:$count_include_pad);
  let results = (outs Res<NN_Tensor, "NHWC">:$output);
  let assemblyFormat = [{
    $input attr-dict `:` type($input) `->` type($output)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// What a window's sum is divided by, for each position of the output, row
    /// by row.
    ::llvm::SmallVector<int64_t> getCounts();
  }];
}

def NN_ReduceOp : NN_Op<"reduce", [Pure,
    DeclareOpInterfaceMethods<NN_QuantizableOpInterface, ["sharesScale"]>]> {
  let summary = "Mean, sum or maximum over whole dimensions";
  let description = [{
    The dimensions `axes`, ascending and without the batch, vanish.

    Example:

    ```mlir
    %0 = nn.reduce mean %x {axes = array<i64: 1, 2>}
        : tensor<?x8x8x64xf32> -> tensor<?x64xf32>
    ```
  }];
  let arguments = (ins NN_ReduceKindAttr:$kind, NN_Tensor:$input,
                       DenseI64ArrayAttr:$axes);
  let results = (outs NN_Tensor:$output);
  let assemblyFormat = [{
    $kind $input attr-dict `:` type($input) `->` type($output)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// How many elements become one.
    int64_t getCount();
  }];
}

#endif // QUANTC_DIALECT_NN_IR_NNPOOLING_TD
