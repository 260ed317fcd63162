//===- NNContractions.td - Contractions --------------------*- tablegen -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_DIALECT_NN_IR_NNCONTRACTIONS_TD
#define QUANTC_DIALECT_NN_IR_NNCONTRACTIONS_TD

include "quantc/Dialect/NN/IR/NNBase.td"

def NN_Conv2DOp : NN_Op<"conv_2d", [Pure,
    DeclareOpInterfaceMethods<NN_QuantizableOpInterface,
                              ["getWeightOperand", "getBiasOperand"]>]> {
  let summary = "2-D convolution";
  let description = [{
    `output[n, y, x, f] = bias[f] + sum over (i, j, c) of
     input[n, y*sh + i*dh - top, x*sw + j*dw - left, g*C + c] *
     filter[f, i, j, c]`, where `g` is the group that channel `f` belongs to and
    `C` the input channels of a group. What lies outside of the input is (real)
    zero. `pad` is `[top, left, bottom, right]`. A depthwise convolution has as
    many groups as input channels.

    Quantized, the result may be the accumulators themselves, i32 in scale
    (activation scale * weight scale) of the channel, which `nn.add` and `nn.sub`
    take.

    Example:

    ```mlir
    %0 = nn.conv_2d %image, %filter, %bias {pad = array<i64: 2, 2, 2, 2>}
        : (tensor<?x28x28x1xf32>, tensor<8x5x5x1xf32>, tensor<8xf32>)
        -> tensor<?x28x28x8xf32>
    ```
  }];
  let arguments = (ins
    Arg<NN_Tensor, "NHWC">:$input,
    Arg<NN_Tensor, "output channel, height, width, input channel of a group">:$filter,
    Arg<Optional<NN_Tensor>, "one value per output channel">:$bias,
    DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$strides,
    DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0, 0, 0}">:$pad,
    DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$dilations,
    DefaultValuedAttr<I64Attr, "1">:$groups);
  let results = (outs Res<NN_Tensor, "NHWC">:$output);
  let assemblyFormat = [{
    $input `,` $filter (`,` $bias^)? attr-dict
    `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

def NN_FullyConnectedOp : NN_Op<"fully_connected", [Pure,
    DeclareOpInterfaceMethods<NN_QuantizableOpInterface,
                              ["getWeightOperand", "getBiasOperand"]>]> {
  let summary = "Dense layer";
  let description = [{
    `output[n, o] = bias[o] + sum over k of input[n, k] * weight[o, k]`. Quantized,
    the result may be accumulators, as that of `nn.conv_2d`.

    Example:

    ```mlir
    %0 = nn.fully_connected %features, %weight, %bias
        : (tensor<?x256xf32>, tensor<10x256xf32>, tensor<10xf32>)
        -> tensor<?x10xf32>
    ```
  }];
  let arguments = (ins
    Arg<NN_Tensor, "batch, input features">:$input,
    Arg<NN_Tensor, "output features, input features">:$weight,
    Arg<Optional<NN_Tensor>, "one value per output feature">:$bias);
  let results = (outs Res<NN_Tensor, "batch, output features">:$output);
  let assemblyFormat = [{
    $input `,` $weight (`,` $bias^)? attr-dict
    `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

def NN_MatmulOp : NN_Op<"matmul", [Pure,
    DeclareOpInterfaceMethods<NN_QuantizableOpInterface,
                              ["countMultiplyAdds"]>]> {
  let summary = "Matrix product of two tensors, batched";
  let description = [{
    `output[.., m, n] = sum over k of lhs[.., m, k] * rhs[.., k, n]`. Operands
    and result have one rank, 2 or more; in all but the last two dimensions an
    extent of 1 is repeated. Both operands are activations: a layer with a
    constant weight is `nn.fully_connected`, which
    canonicalization makes of a product with a constant matrix.

    Example:

    ```mlir
    %0 = nn.matmul %queries, %keys
        : (tensor<?x4x16x32xf32>, tensor<?x4x32x16xf32>)
        -> tensor<?x4x16x16xf32>
    ```
  }];
  let arguments = (ins
    Arg<NN_Tensor, "batch.., rows, inner">:$lhs,
    Arg<NN_Tensor, "batch.., inner, columns">:$rhs);
  let results = (outs Res<NN_Tensor, "batch.., rows, columns">:$output);
  let assemblyFormat = [{
    $lhs `,` $rhs attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
}

#endif // QUANTC_DIALECT_NN_IR_NNCONTRACTIONS_TD
