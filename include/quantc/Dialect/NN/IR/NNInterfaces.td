//===- NNInterfaces.td - How quantization sees an op -----*- tablegen -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_DIALECT_NN_IR_NNINTERFACES_TD
#define QUANTC_DIALECT_NN_IR_NNINTERFACES_TD

include "mlir/IR/OpBase.td"

def NN_QuantizableOpInterface : OpInterface<"QuantizableOpInterface"> {
  let cppNamespace = "::quantc::nn";
  let description = [{
    An op that may run on quantized tensors. It says which role each operand
    plays; the quantization passes know ops by nothing else. Every operand has
    one of three roles: activation (all that are not named below), weight, bias.
  }];
  let methods = [
    InterfaceMethod<[{
        The constant weight operand, or null. Quantized symmetrically, with a
        scale per channel along `getWeightChannelAxis`.
      }], "::mlir::OpOperand *", "getWeightOperand", (ins), [{}],
      [{ return nullptr; }]>,
    InterfaceMethod<[{
        Dimension of the weight that counts output channels.
      }], "int64_t", "getWeightChannelAxis", (ins), [{}], [{ return 0; }]>,
    InterfaceMethod<[{
        The constant bias operand, one value per output channel, or null. It is
        quantized to i32 in scale (activation scale * weight scale).
      }], "::mlir::OpOperand *", "getBiasOperand", (ins), [{}],
      [{ return nullptr; }]>,
    InterfaceMethod<[{
        Whether the result holds values of the (only) activation operand, so
        that both have one scale and zero point and no arithmetic is needed.
      }], "bool", "sharesScale", (ins), [{}], [{ return false; }]>,
    InterfaceMethod<[{
        Of an op that shares its scale: whether on integers of `type` it gives,
        dequantized, just the real numbers that it gives on dequantized ones.
      }], "bool", "isExactOnIntegers",
      (ins "::mlir::quant::UniformQuantizedType":$type), [{}],
      [{ return true; }]>,
    InterfaceMethod<[{
        Whether the op has no form on integers: it stays between dequantize and
        quantize.
      }], "bool", "isFloatOnly", (ins), [{}], [{ return false; }]>,
    InterfaceMethod<[{
        Multiplications that are added up, a dynamic batch counting as one
        sample. By default every result element takes one per weight of its
        output channel, and none without a weight.
      }], "int64_t", "countMultiplyAdds", (ins), [{}], [{
        ::mlir::OpOperand *weight = $_op.getWeightOperand();
        if (!weight)
          return 0;
        auto filter =
            ::llvm::cast<::mlir::RankedTensorType>(weight->get().getType());
        return countElements($_op->getResult(0)) *
               (countElements(weight->get()) /
                filter.getDimSize($_op.getWeightChannelAxis()));
      }]>,
  ];
  let extraClassDeclaration = [{
    /// The operands that are neither weight nor bias.
    ::llvm::SmallVector<::mlir::OpOperand *> getActivationOperands() {
      ::llvm::SmallVector<::mlir::OpOperand *> activations;
      for (::mlir::OpOperand &operand : (*this)->getOpOperands())
        if (&operand != getWeightOperand() && &operand != getBiasOperand())
          activations.push_back(&operand);
      return activations;
    }
  }];
}

#endif // QUANTC_DIALECT_NN_IR_NNINTERFACES_TD
