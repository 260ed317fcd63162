//===- NNQuantization.td - Quantization and observation ----*- tablegen -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_DIALECT_NN_IR_NNQUANTIZATION_TD
#define QUANTC_DIALECT_NN_IR_NNQUANTIZATION_TD

include "quantc/Dialect/NN/IR/NNBase.td"

def NN_QuantizeOp : NN_Op<"quantize", [Pure]> {
  let summary = "Real numbers to stored integers";
  let description = [{
    `roundeven(clamp(x / scale, lo - zp, hi - zp)) + zp`, in f32, where `lo` and
    `hi` are the bounds of the storage. NaN becomes `lo`. Unlike upstream's
    `quant.qcast` it never folds with its inverse: it loses information.

    Example:

    ```mlir
    %0 = nn.quantize %x : tensor<?x10xf32>
        -> tensor<?x10x!quant.uniform<i8:f32, 0.5:-3>>
    ```
  }];
  let arguments = (ins NN_FloatTensor:$input);
  let results = (outs NN_QuantTensor:$output);
  let assemblyFormat = [{
    $input attr-dict `:` type($input) `->` type($output)
  }];
  let hasVerifier = 1;
}

def NN_DequantizeOp : NN_Op<"dequantize", [Pure]> {
  let summary = "Stored integers to real numbers";
  let description = [{
    `f32(q - zp) * scale`.

    Example:

    ```mlir
    %0 = nn.dequantize %q : tensor<?x10x!quant.uniform<i8:f32, 0.5:-3>>
        -> tensor<?x10xf32>
    ```
  }];
  let arguments = (ins NN_QuantTensor:$input);
  let results = (outs NN_FloatTensor:$output);
  let assemblyFormat = [{
    $input attr-dict `:` type($input) `->` type($output)
  }];
  let hasVerifier = 1;
}

def NN_RequantizeOp : NN_Op<"requantize", [Pure]> {
  let summary = "Stored integers of one scale to those of another";
  let description = [{
    `quantize(dequantize(q))`, in the f32 steps of these two. What
    `-nn-fold-scales` leaves where neighbours have different scales and no
    arithmetic lies between them.

    Example:

    ```mlir
    %0 = nn.requantize %q : tensor<?x10x!quant.uniform<i8:f32, 0.5:-3>>
        -> tensor<?x10x!quant.uniform<i8:f32, 0.25>>
    ```
  }];
  let arguments = (ins NN_QuantTensor:$input);
  let results = (outs NN_QuantTensor:$output);
  let assemblyFormat = [{
    $input attr-dict `:` type($input) `->` type($output)
  }];
  let hasVerifier = 1;
  let hasFolder = 1;
}

def NN_LookupOp : NN_Op<"lookup", [Pure]> {
  let summary = "Replaces every stored integer by a table's entry";
  let description = [{
    The result for the stored integer `q` is entry `q + 128` of `table`, whose
    256 entries lie within the result's storage bounds.

    Example:

    ```mlir
    %0 = nn.lookup %q {table = dense<7> : tensor<256xi8>}
        : tensor<?x10x!quant.uniform<i8:f32, 0.5:-3>>
        -> tensor<?x10x!quant.uniform<i8:f32, 0.25>>
    ```
  }];
  let arguments = (ins NN_QuantTensor:$input, SignlessIntElementsAttr<8>:$table);
  let results = (outs NN_QuantTensor:$output);
  let assemblyFormat = [{
    $input attr-dict `:` type($input) `->` type($output)
  }];
  let hasVerifier = 1;
}

def NN_ObserveOp : NN_Op<"observe"> {
  let summary = "Marks an edge whose values are observed";
  let description = [{
    The identity. In a compiled network the host's `observe` callback gets the
    values, under the number `id`. `name` is the edge's name in reports and in
    the calibration record; `range`, a `!quant.calibrated` type, what calibration
    saw.

    Example:

    ```mlir
    %0 = nn.observe %x {id = 3 : i32, name = "conv1",
        range = !quant.calibrated<f32<-1.0:2.5>>} : tensor<?x10xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$input, I32Attr:$id, StrAttr:$name,
                       OptionalAttr<TypeAttr>:$range);
  let results = (outs NN_Tensor:$output);
  let assemblyFormat = [{
    $input attr-dict `:` custom<SameType>(type($input), type($output))
  }];
  let hasVerifier = 1;
}

#endif // QUANTC_DIALECT_NN_IR_NNQUANTIZATION_TD
