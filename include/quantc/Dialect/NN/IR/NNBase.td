//===- NNBase.td - The nn dialect and what its ops share -----*- tablegen -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_DIALECT_NN_IR_NNBASE_TD
#define QUANTC_DIALECT_NN_IR_NNBASE_TD

include "mlir/Dialect/Quant/IR/QuantBase.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "quantc/Dialect/NN/IR/NNInterfaces.td"

def NN_Dialect : Dialect {
  let name = "nn";
  let cppNamespace = "::quantc::nn";
  let summary = "Trained feed-forward networks, float or quantized";
  let description = [{
    One op per layer of a network, on ranked tensors of `f32` or of
    `!quant.uniform` elements. Spatial ops are NHWC, their filters OHWI. An op
    on quantized tensors means: dequantize the operands, compute, quantize the
    result (docs/numerics.md); only the leading dimension, the batch, may be
    dynamic.

    Attributes of the dialect on other ops:

    - `nn.name`, a string, on arguments and results of the network function: the
      name of that input or output in the model.
    - `nn.unsigned`, on arguments and results of the network function: the
      host sees bytes 0..255, of which the stored integers are 128 below. On the
      function itself: the activations inside are such bytes in an ONNX model.
    - `nn.edge`, a `#nn.edge`, on the op whose result is an observed edge: the id
      and the name that `nn.observe` gave it.
    - `nn.float`, a string, on an op: why it stays float.
    - `nn.weight_scales`, an array of `f32` on an op, one for each output channel: its
      weights are these times integers from -127 to 127, as compression chose them, and
      `-nn-insert-qdq` keeps both.
    - `nn.kept_channels`, an array of `i64` on an op: the output channels that
      `-nn-prune-channels` leaves.
    - `nn.model_sha256`, `nn.network_sha256`, `nn.calibration_sha256`, strings on
      the module: where the network comes from.
    - `nn.parameters`, an `i64` on the module: how many parameters the model has, batch
      normalization included.
    - `nn.quantization`, a dictionary on the module: the options that
      `-nn-apply-calibration` chose the ranges for.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::quant::QuantDialect",
  ];
  let hasConstantMaterializer = 1;
  let hasOperationAttrVerify = 1;
  let useDefaultAttributePrinterParser = 1;
  let extraClassDeclaration = [{
    static constexpr ::llvm::StringLiteral getNameAttrName() {
      return "nn.name";
    }
    static constexpr ::llvm::StringLiteral getUnsignedAttrName() {
      return "nn.unsigned";
    }
    static constexpr ::llvm::StringLiteral getEdgeAttrName() {
      return "nn.edge";
    }
    static constexpr ::llvm::StringLiteral getFloatAttrName() {
      return "nn.float";
    }
    static constexpr ::llvm::StringLiteral getWeightScalesAttrName() {
      return "nn.weight_scales";
    }
    static constexpr ::llvm::StringLiteral getKeptChannelsAttrName() {
      return "nn.kept_channels";
    }
    static constexpr ::llvm::StringLiteral getModelHashAttrName() {
      return "nn.model_sha256";
    }
    static constexpr ::llvm::StringLiteral getNetworkHashAttrName() {
      return "nn.network_sha256";
    }
    static constexpr ::llvm::StringLiteral getCalibrationHashAttrName() {
      return "nn.calibration_sha256";
    }
    static constexpr ::llvm::StringLiteral getParametersAttrName() {
      return "nn.parameters";
    }
    static constexpr ::llvm::StringLiteral getQuantizationAttrName() {
      return "nn.quantization";
    }

  }];
}

def NN_EdgeAttr : AttrDef<NN_Dialect, "Edge"> {
  let mnemonic = "edge";
  let summary = "An edge of the float network, in a quantized one";
  let description = [{
    Moves with the edge, from the `nn.quantize` that calibration made of its
    observer to the op that gives the integers.

    Example: `#nn.edge<3, "conv1">`
  }];
  let parameters = (ins "int32_t":$id, StringRefParameter<"its name">:$name);
  let assemblyFormat = "`<` $id `,` $name `>`";
}

// Refuses what upstream's quantized types let pass: a zero point outside the
// storage range, per-axis scales that do not match the dimension, scales that
// are not normal f32 numbers.
def NN_ValidQuantTypes : NativeOpTrait<"ValidQuantTypes"> {
  let cppNamespace = "::quantc::nn";
}

// Every element of the result depends on those at its own position: dimensions
// may be moved in all operands and the result alike.
def NN_Elementwise : NativeOpTrait<"Elementwise"> {
  let cppNamespace = "::quantc::nn";
}

// `!quant.uniform`, per tensor or per axis.
def NN_UniformType : Type<
    CPred<"::llvm::isa<::mlir::quant::UniformQuantizedType,"
          "::mlir::quant::UniformQuantizedPerAxisType>($_self)">,
    "uniform quantized type">;

def NN_FloatTensor : RankedTensorOf<[F32]>;
def NN_QuantTensor : RankedTensorOf<[NN_UniformType]>;
def NN_Tensor : RankedTensorOf<[F32, NN_UniformType]>;

def NN_ReduceKindAttr : I32EnumAttr<"ReduceKind", "how elements become one", [
    I32EnumAttrCase<"Mean", 0, "mean">,
    I32EnumAttrCase<"Sum", 1, "sum">,
    I32EnumAttrCase<"Max", 2, "max">,
]> {
  let cppNamespace = "::quantc::nn";
}

def NN_UnaryKindAttr : I32EnumAttr<"UnaryKind", "the function of nn.unary", [
    I32EnumAttrCase<"Abs", 0, "abs">,
    I32EnumAttrCase<"Neg", 1, "neg">,
    I32EnumAttrCase<"Exp", 2, "exp">,
    I32EnumAttrCase<"Log", 3, "log">,
    I32EnumAttrCase<"Sqrt", 4, "sqrt">,
    I32EnumAttrCase<"Rsqrt", 5, "rsqrt">,
    I32EnumAttrCase<"Reciprocal", 6, "reciprocal">,
    I32EnumAttrCase<"Erf", 7, "erf">,
    I32EnumAttrCase<"Tanh", 8, "tanh">,
    I32EnumAttrCase<"Sigmoid", 9, "sigmoid">,
    I32EnumAttrCase<"Silu", 10, "silu">,
    I32EnumAttrCase<"Gelu", 11, "gelu">,
    I32EnumAttrCase<"GeluTanh", 12, "gelu_tanh">,
    I32EnumAttrCase<"HardSigmoid", 13, "hardsigmoid">,
    I32EnumAttrCase<"HardSwish", 14, "hardswish">,
    I32EnumAttrCase<"LeakyRelu", 15, "leaky_relu">,
    I32EnumAttrCase<"Elu", 16, "elu">,
    I32EnumAttrCase<"Celu", 17, "celu">,
    I32EnumAttrCase<"Selu", 18, "selu">,
    I32EnumAttrCase<"Softplus", 19, "softplus">,
    I32EnumAttrCase<"Softsign", 20, "softsign">,
    I32EnumAttrCase<"Mish", 21, "mish">,
]> {
  let cppNamespace = "::quantc::nn";
}

class NN_Op<string mnemonic, list<Trait> traits = []>
    : Op<NN_Dialect, mnemonic, !listconcat(traits, [NN_ValidQuantTypes])>;

#endif // QUANTC_DIALECT_NN_IR_NNBASE_TD
