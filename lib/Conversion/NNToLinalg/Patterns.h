//===- Patterns.h - What the parts of the lowering share ----------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CONVERSION_NNTOLINALG_PATTERNS_H
#define QUANTC_LIB_CONVERSION_NNTOLINALG_PATTERNS_H

#include "quantc/Dialect/NN/IR/NN.h"

#include "mlir/Transforms/DialectConversion.h"

namespace quantc {

void populateArithmeticPatterns(const mlir::TypeConverter &converter,
                                mlir::RewritePatternSet &patterns);
void populateContractionPatterns(const mlir::TypeConverter &converter,
                                 mlir::RewritePatternSet &patterns);
void populateDataMovementPatterns(const mlir::TypeConverter &converter,
                                  mlir::RewritePatternSet &patterns);
void populateElementwisePatterns(const mlir::TypeConverter &converter,
                                 mlir::RewritePatternSet &patterns);
void populateLayerNormPatterns(const mlir::TypeConverter &converter,
                               mlir::RewritePatternSet &patterns);
void populateMatmulPatterns(const mlir::TypeConverter &converter,
                            mlir::RewritePatternSet &patterns);
void populateObservePatterns(const mlir::TypeConverter &converter,
                             mlir::RewritePatternSet &patterns);
void populatePoolingPatterns(const mlir::TypeConverter &converter,
                             mlir::RewritePatternSet &patterns);
void populateSoftmaxPatterns(const mlir::TypeConverter &converter,
                             mlir::RewritePatternSet &patterns);
void populateUnaryPatterns(const mlir::TypeConverter &converter,
                           mlir::RewritePatternSet &patterns);

/// Moves names, types, scales and provenance of `module`, at a stage of the nn
/// dialect, into the attributes that the binary's table is made from.
void describeInterface(mlir::ModuleOp module);

//===----------------------------------------------------------------------===//
// Building blocks
//===----------------------------------------------------------------------===//

/// The element type of a ranked tensor.
mlir::Type elementOf(mlir::Value value);

/// An uninitialised tensor of `type`; a dynamic batch is that of `batchOf`.
mlir::Value createEmpty(mlir::OpBuilder &builder, mlir::Location loc,
                        mlir::RankedTensorType type, mlir::Value batchOf);

/// An NHWC tensor surrounded by `value`; `pad` is [top, left, bottom, right].
mlir::Value padSpatial(mlir::OpBuilder &builder, mlir::Location loc,
                       mlir::Value input, llvm::ArrayRef<int64_t> pad,
                       mlir::Value value);

/// An arith.constant: of an f32 or signless integer type.
mlir::Value createConstant(mlir::OpBuilder &builder, mlir::Location loc,
                           mlir::Type type, double value);

/// x > lo ? x : lo, then < hi ? : hi, on f32. Ordered comparisons: NaN gives
/// lo, and the sign of a zero is the same on every target.
mlir::Value createClamp(mlir::OpBuilder &builder, mlir::Location loc,
                        mlir::Value x, double lo, double hi);

/// f32(q - zp) of a stored integer: what it is in units of its scale.
mlir::Value createCentered(mlir::OpBuilder &builder, mlir::Location loc,
                           mlir::Value stored, int64_t zeroPoint);

/// roundeven(clamp(x, lo - zp, hi - zp)) + zp as an i8, for an f32 `x` in units
/// of the scale of `type`.
mlir::Value createRoundToStorage(mlir::OpBuilder &builder, mlir::Location loc,
                                 mlir::Value x,
                                 mlir::quant::UniformQuantizedType type);

/// roundeven(clamp(f32(acc) * m, lo - zp, hi - zp)) + zp as an i8, for an i32
/// `accumulator` and an f32 `multiplier`.
mlir::Value
createRequantizedAccumulator(mlir::OpBuilder &builder, mlir::Location loc,
                             mlir::Value accumulator, mlir::Value multiplier,
                             mlir::quant::UniformQuantizedType type);

/// Computes the scalar of a linalg.generic's result from its block arguments.
using BodyBuilder = llvm::function_ref<mlir::Value(
    mlir::OpBuilder &builder, mlir::Location loc, mlir::ValueRange arguments)>;

/// A linalg.generic without reductions that computes `type` from `inputs`, read
/// through `maps`. A dynamic batch is that of the first input.
mlir::Value createParallel(mlir::OpBuilder &builder, mlir::Location loc,
                           mlir::RankedTensorType type, mlir::ValueRange inputs,
                           llvm::ArrayRef<mlir::AffineMap> maps,
                           BodyBuilder body);

/// The same for inputs of the result's shape.
mlir::Value createElementwise(mlir::OpBuilder &builder, mlir::Location loc,
                              mlir::RankedTensorType type,
                              mlir::ValueRange inputs, BodyBuilder body);

/// quantize(dequantize(q)), from one type to another; q where they are one.
mlir::Value createRequantize(mlir::OpBuilder &builder, mlir::Location loc,
                             mlir::Value stored,
                             mlir::quant::UniformQuantizedType from,
                             mlir::quant::UniformQuantizedType to);

/// Two partial results of a reduction.
using CombineFloats = mlir::Value (*)(mlir::OpBuilder &builder,
                                      mlir::Location loc, mlir::Value a,
                                      mlir::Value b);
mlir::Value addFloats(mlir::OpBuilder &builder, mlir::Location loc,
                      mlir::Value a, mlir::Value b);
mlir::Value maximumOf(mlir::OpBuilder &builder, mlir::Location loc,
                      mlir::Value a, mlir::Value b);

/// Reduces f32 elements, those of a createParallel of `type`, over dimension
/// `axis`, which vanishes, in the order of the contract: element i goes to
/// partial result i mod 16, all starting from `neutral`; then the partial
/// results 8, 4, 2 and 1 apart are combined.
mlir::Value createFloatReduction(mlir::OpBuilder &builder, mlir::Location loc,
                                 mlir::RankedTensorType type,
                                 mlir::ValueRange inputs,
                                 llvm::ArrayRef<mlir::AffineMap> maps,
                                 int64_t axis, double neutral,
                                 CombineFloats combine, BodyBuilder body);

/// The sum of f32 elements over dimension `axis`, which vanishes.
mlir::Value createSum(mlir::OpBuilder &builder, mlir::Location loc,
                      mlir::Value input, int64_t axis);

} // namespace quantc

#endif // QUANTC_LIB_CONVERSION_NNTOLINALG_PATTERNS_H
