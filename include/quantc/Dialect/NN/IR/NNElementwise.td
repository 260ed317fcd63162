//===- NNElementwise.td - Elementwise ops ------------------*- tablegen -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_DIALECT_NN_IR_NNELEMENTWISE_TD
#define QUANTC_DIALECT_NN_IR_NNELEMENTWISE_TD

include "quantc/Dialect/NN/IR/NNBase.td"

def NN_ClampOp : NN_Op<"clamp", [Pure, NN_Elementwise,
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

class NN_BinaryOp<string mnemonic, list<Trait> traits = [],
                  Type operandType = NN_Tensor, list<string> methods = []>
    : NN_Op<mnemonic, !listconcat([Pure, NN_Elementwise,
        DeclareOpInterfaceMethods<NN_QuantizableOpInterface, methods>],
        traits)> {
  let arguments = (ins operandType:$lhs, operandType:$rhs);
  let results = (outs operandType:$output);
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
    Quantized, an operand of the result's shape may be the accumulators of a
    contraction.

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
    Takes accumulators as `nn.add`.

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

def NN_DivOp : NN_BinaryOp<"div", [], NN_FloatTensor, ["isFloatOnly"]> {
  let summary = "Quotient of two tensors, element by element";
  let description = broadcasting # [{
    Computed in float.

    Example:

    ```mlir
    %0 = nn.div %x, %norm
        : (tensor<?x64xf32>, tensor<?x1xf32>) -> tensor<?x64xf32>
    ```
  }];
}

def NN_UnaryOp : NN_Op<"unary", [Pure, NN_Elementwise,
    DeclareOpInterfaceMethods<NN_QuantizableOpInterface>]> {
  let summary = "A function of every element";
  let description = [{
    | kind | f(x) | parameters |
    |---|---|---|
    | `abs`, `neg`, `exp`, `log`, `sqrt`, `erf`, `tanh` | as named | |
    | `rsqrt` | 1 / sqrt(x) | |
    | `reciprocal` | 1 / x | |
    | `sigmoid` | 1 / (1 + exp(-x)) | |
    | `silu` | x / (1 + exp(-x)) | |
    | `gelu` | x * (1 + erf(x / sqrt(2))) / 2 | |
    | `gelu_tanh` | x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))) / 2 | |
    | `hardsigmoid` | clamp(alpha * x + beta, 0, 1) | `alpha`, `beta` |
    | `hardswish` | x * clamp(x / 6 + 1 / 2, 0, 1) | |
    | `leaky_relu` | x > 0 ? x : alpha * x | `alpha` |
    | `elu` | x > 0 ? x : alpha * (exp(x) - 1) | `alpha` |
    | `celu` | x > 0 ? x : alpha * (exp(x / alpha) - 1) | `alpha` |
    | `selu` | beta * elu(x) | `alpha`, `beta` |
    | `softplus` | log(1 + exp(x)) | |
    | `softsign` | x / (1 + abs(x)) | |
    | `mish` | x * tanh(softplus(x)) | |

    On quantized tensors it is a table of 256 entries, computed in double
    precision at compile time.

    Example:

    ```mlir
    %0 = nn.unary silu %x : tensor<?x8x8x16xf32>
    %1 = nn.unary leaky_relu %0 {alpha = 0.1 : f32} : tensor<?x8x8x16xf32>
    ```
  }];
  let arguments = (ins NN_UnaryKindAttr:$kind, NN_Tensor:$input,
                       OptionalAttr<F32Attr>:$alpha,
                       OptionalAttr<F32Attr>:$beta);
  let results = (outs NN_Tensor:$output);
  let assemblyFormat = [{
    $kind $input attr-dict `:` custom<SameType>(type($input), type($output))
  }];
  let builders = [
    OpBuilder<(ins "UnaryKind":$kind, "::mlir::Value":$input), [{
      build($_builder, $_state, input.getType(), kind, input,
            /*alpha=*/::mlir::FloatAttr(), /*beta=*/::mlir::FloatAttr());
    }]>,
  ];
  let hasVerifier = 1;
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

def NN_LayerNormOp : NN_Op<"layer_norm", [Pure,
    DeclareOpInterfaceMethods<NN_QuantizableOpInterface, ["isFloatOnly"]>]> {
  let summary = "Normalization of the last dimension";
  let description = [{
    `(x - mean) / sqrt(variance + epsilon) * scale + bias`, mean and variance of
    each row along the last dimension (Ba et al. 2016). Computed in float, in the
    order of the numerics contract.

    Example:

    ```mlir
    %0 = nn.layer_norm %tokens, %scale, %bias {epsilon = 1.0e-12 : f32}
        : (tensor<?x128x768xf32>, tensor<768xf32>, tensor<768xf32>)
        -> tensor<?x128x768xf32>
    ```
  }];
  let arguments = (ins
    NN_FloatTensor:$input,
    Arg<NN_FloatTensor, "one value per index of the last dimension">:$scale,
    Arg<Optional<NN_FloatTensor>, "likewise">:$bias,
    F32Attr:$epsilon);
  let results = (outs NN_FloatTensor:$output);
  let assemblyFormat = [{
    $input `,` $scale (`,` $bias^)? attr-dict
    `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

#endif // QUANTC_DIALECT_NN_IR_NNELEMENTWISE_TD
