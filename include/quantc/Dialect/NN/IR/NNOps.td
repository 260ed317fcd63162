//===- NNOps.td - Ops of the nn dialect --------------------*- tablegen -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_DIALECT_NN_IR_NNOPS_TD
#define QUANTC_DIALECT_NN_IR_NNOPS_TD

include "quantc/Dialect/NN/IR/NNBase.td"

//===----------------------------------------------------------------------===//
// Contractions
//===----------------------------------------------------------------------===//

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
    `output[n, o] = bias[o] + sum over k of input[n, k] * weight[o, k]`.

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

//===----------------------------------------------------------------------===//
// Elementwise
//===----------------------------------------------------------------------===//

def NN_ClampOp : NN_Op<"clamp", [Pure,
    DeclareOpInterfaceMethods<NN_QuantizableOpInterface,
                              ["sharesScale", "isExactOnIntegers"]>]> {
  let summary = "Limits every element to [min, max]";
  let description = [{
    The relu is a clamp to `[0, inf]`. NaN becomes `min`.

    Example:

    ```mlir
    %0 = nn.clamp %x {min = 0.0 : f32, max = 6.0 : f32} : tensor<?x10xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$input, F32Attr:$min, F32Attr:$max);
  let results = (outs NN_Tensor:$output);
  let assemblyFormat = [{
    $input attr-dict `:` custom<SameType>(type($input), type($output))
  }];
  let hasVerifier = 1;
}

class NN_BinaryOp<string mnemonic, list<Trait> traits = []>
    : NN_Op<mnemonic, !listconcat([Pure,
        DeclareOpInterfaceMethods<NN_QuantizableOpInterface>], traits)> {
  let arguments = (ins NN_Tensor:$lhs, NN_Tensor:$rhs);
  let results = (outs NN_Tensor:$output);
  let assemblyFormat = [{
    $lhs `,` $rhs attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
  string broadcasting = [{
    Both operands have the rank of the result; an extent of 1 is repeated.
  }];
}

def NN_AddOp : NN_BinaryOp<"add", [Commutative]> {
  let summary = "Sum of two tensors";
  let description = broadcasting # [{

    Example:

    ```mlir
    %0 = nn.add %block, %shortcut
        : (tensor<?x8x8x16xf32>, tensor<?x8x8x16xf32>) -> tensor<?x8x8x16xf32>
    ```
  }];
}

def NN_SubOp : NN_BinaryOp<"sub"> {
  let summary = "Difference of two tensors";
  let description = broadcasting # [{

    Example:

    ```mlir
    %0 = nn.sub %x, %mean
        : (tensor<?x8x8x3xf32>, tensor<1x1x1x3xf32>) -> tensor<?x8x8x3xf32>
    ```
  }];
}

def NN_MulOp : NN_BinaryOp<"mul", [Commutative]> {
  let summary = "Product of two tensors, element by element";
  let description = broadcasting # [{

    Example:

    ```mlir
    %0 = nn.mul %features, %gate
        : (tensor<?x8x8x16xf32>, tensor<?x1x1x16xf32>) -> tensor<?x8x8x16xf32>
    ```
  }];
}

def NN_SoftmaxOp : NN_Op<"softmax", [Pure,
    DeclareOpInterfaceMethods<NN_QuantizableOpInterface, ["isFloatOnly"]>]> {
  let summary = "exp(x - max) / sum of these, along one dimension";
  let description = [{
    Computed in float, by the exponential of the numerics contract.

    Example:

    ```mlir
    %0 = nn.softmax %logits {axis = 1 : i64} : tensor<?x10xf32>
    ```
  }];
  let arguments = (ins NN_FloatTensor:$input, I64Attr:$axis);
  let results = (outs NN_FloatTensor:$output);
  let assemblyFormat = [{
    $input attr-dict `:` custom<SameType>(type($input), type($output))
  }];
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Pooling and reductions
//===----------------------------------------------------------------------===//

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

//===----------------------------------------------------------------------===//
// Shape
//===----------------------------------------------------------------------===//

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

//===----------------------------------------------------------------------===//
// Quantization
//===----------------------------------------------------------------------===//

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

#endif // QUANTC_DIALECT_NN_IR_NNOPS_TD
