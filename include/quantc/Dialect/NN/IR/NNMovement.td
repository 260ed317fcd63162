//===- NNMovement.td - Ops that only move values -----------*- tablegen -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_DIALECT_NN_IR_NNMOVEMENT_TD
#define QUANTC_DIALECT_NN_IR_NNMOVEMENT_TD

include "quantc/Dialect/NN/IR/NNBase.td"

class NN_DataMovementOp<string mnemonic, list<string> overridden = []>
    : NN_Op<mnemonic, [Pure,
        DeclareOpInterfaceMethods<
            NN_QuantizableOpInterface,
            !listconcat(["sharesScale"], overridden)>]> {
  let results = (outs NN_Tensor:$output);
  let assemblyFormat = [{
    $input attr-dict `:` type($input) `->` type($output)
  }];
  let hasVerifier = 1;
}

def NN_ReshapeOp : NN_DataMovementOp<"reshape"> {
  let summary = "The same elements, in row-major order, in another shape";
  let description = [{
    A dynamic batch stays the leading dimension.

    Example:

    ```mlir
    %0 = nn.reshape %x : tensor<?x4x4x16xf32> -> tensor<?x256xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$input);
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def NN_TransposeOp : NN_DataMovementOp<"transpose"> {
  let summary = "Permutes the dimensions";
  let description = [{
    Dimension `i` of the output is dimension `permutation[i]` of the input.

    Example:

    ```mlir
    %0 = nn.transpose %nchw {permutation = array<i64: 0, 2, 3, 1>}
        : tensor<?x3x32x32xf32> -> tensor<?x32x32x3xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$input, DenseI64ArrayAttr:$permutation);
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def NN_PadOp : NN_DataMovementOp<"pad", ["isExactOnIntegers"]> {
  let summary = "Surrounds a tensor by a value";
  let description = [{
    Dimension `i` grows by `low[i]` elements in front and `high[i]` behind. A
    quantized tensor is padded with `quantize(value)`. A dynamic batch is not
    padded.

    Example:

    ```mlir
    %0 = nn.pad %x {low = array<i64: 0, 1, 1, 0>, high = array<i64: 0, 1, 1, 0>}
        : tensor<?x8x8x3xf32> -> tensor<?x10x10x3xf32>
    ```
  }];
  let arguments = (ins
    NN_Tensor:$input,
    DenseI64ArrayAttr:$low,
    DenseI64ArrayAttr:$high,
    DefaultValuedAttr<F32Attr, "0.0">:$value);
}

def NN_SliceOp : NN_DataMovementOp<"slice"> {
  let summary = "A regular part of a tensor";
  let description = [{
    Element `i` of dimension `d` of the output is element `offsets[d] + i *
    strides[d]` of the input; the result type says how many there are. A dynamic
    batch is kept whole.

    Example:

    ```mlir
    %0 = nn.slice %x {offsets = array<i64: 0, 0, 0, 0>,
        strides = array<i64: 1, 2, 2, 1>}
        : tensor<?x32x32x16xf32> -> tensor<?x16x16x16xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$input, DenseI64ArrayAttr:$offsets,
                       DenseI64ArrayAttr:$strides);
}

def NN_ConcatOp : NN_Op<"concat", [Pure,
    DeclareOpInterfaceMethods<NN_QuantizableOpInterface>]> {
  let summary = "Tensors side by side along one dimension";
  let description = [{
    Quantized operands may have scales of their own; their integers are
    requantized to the result's.

    Example:

    ```mlir
    %0 = nn.concat %a, %b {axis = 3 : i64}
        : (tensor<?x8x8x16xf32>, tensor<?x8x8x32xf32>) -> tensor<?x8x8x48xf32>
    ```
  }];
  let arguments = (ins Variadic<NN_Tensor>:$inputs, I64Attr:$axis);
  let results = (outs NN_Tensor:$output);
  let assemblyFormat = [{
    $inputs attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

#endif // QUANTC_DIALECT_NN_IR_NNMOVEMENT_TD
