//===- Strategy.h - How a CPU computes tiles ----------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A strategy is a row of one table (Strategies.cpp): the shapes of its tiles,
// the form in which it wants the left operand, and the instructions of a step.
// No other part of the code generator knows these.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_CPU_STRATEGY_H
#define QUANTC_LIB_CODEGEN_CPU_STRATEGY_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"

namespace quantc {

/// How tiles of one kind of arithmetic are computed.
struct Kernel {
  /// Bits of an element of the left operand: 8 or 16 (integers that hold an
  /// i8), or 32 (f32).
  unsigned leftBits = 0;
  /// Bits of an element of the right operand, as it is multiplied; it is stored
  /// with 8 or 32.
  unsigned rightBits = 0;
  /// Elements of a vector of accumulators.
  int64_t lanes = 0;
  /// Elements along K that one step multiplies: neighbours in both operands.
  int64_t group = 1;
  /// Added to every element of the left operand before it is multiplied. The
  /// accumulators start from as much less.
  int64_t leftOffset = 0;
  /// [v - 1]: the most rows of a tile of v vectors that need no spills; 0 where
  /// v is not offered.
  llvm::ArrayRef<int64_t> maxRows;
  bool extendsRight() const { return rightBits == 16; }
  /// The most pixels of a tile of a depthwise convolution, of `group` vectors.
  int64_t depthwiseRows = 0;
  /// Bits of an element of the left operand there: it is read as it was stored.
  unsigned depthwiseBits() const { return leftBits == 32 ? 32 : 8; }
  /// From `group` neighbours of a row, a vector of them, to the operand that
  /// `dot` takes.
  mlir::Value (*broadcast)(mlir::OpBuilder &builder, mlir::Location loc,
                           mlir::Value neighbours, int64_t lanes) = nullptr;
  /// From elements as they are stored to those that `dot` takes.
  mlir::Value (*prepare)(mlir::OpBuilder &builder, mlir::Location loc,
                         mlir::Value elements) = nullptr;
  /// accs[i] += sum over the group of lefts[i] * rights[i]; `rights` as they
  /// are in the panel.
  void (*dot)(mlir::OpBuilder &builder, mlir::Location loc,
              llvm::MutableArrayRef<mlir::Value> accs,
              llvm::ArrayRef<mlir::Value> lefts,
              llvm::ArrayRef<mlir::Value> rights) = nullptr;
};

struct Strategy {
  llvm::StringRef name;
  /// What it needs, in the words of the option `--target`; empty: nothing.
  llvm::StringRef level, feature;
  Kernel integer; // i8 * i8 -> i32
  Kernel real;    // f32; no lanes where there is none

  const Kernel &kernelFor(mlir::Type element) const {
    return element.isF32() ? real : integer;
  }
};

bool isSupported(const Strategy &strategy, mlir::LLVM::TargetAttr target);

/// The strategy of that name, or null.
const Strategy *findStrategy(llvm::StringRef name);

/// The best one that `target` supports.
const Strategy &selectStrategy(mlir::LLVM::TargetAttr target);

/// "generic, avx2-exact, ..."
std::string listStrategies();

//===----------------------------------------------------------------------===//
// Steps (DotPairs.cpp, DotVNNI.cpp, DotFloat.cpp)
//===----------------------------------------------------------------------===//

/// Pairs of i16 in every 32-bit lane: two neighbours of the row.
mlir::Value broadcastPair(mlir::OpBuilder &builder, mlir::Location loc,
                          mlir::Value pair, int64_t lanes);
mlir::Value extendToPairs(mlir::OpBuilder &builder, mlir::Location loc,
                          mlir::Value bytes);
/// Sums of products of pairs, in a form that LLVM makes one instruction of:
/// vpmaddwd on x86 from SSE2 on.
void dotPairs(mlir::OpBuilder &builder, mlir::Location loc,
              llvm::MutableArrayRef<mlir::Value> accs,
              llvm::ArrayRef<mlir::Value> lefts,
              llvm::ArrayRef<mlir::Value> rights);
/// As dotPairs, in an order that suits x86.
void dotPairsX86(mlir::OpBuilder &builder, mlir::Location loc,
                 llvm::MutableArrayRef<mlir::Value> accs,
                 llvm::ArrayRef<mlir::Value> lefts,
                 llvm::ArrayRef<mlir::Value> rights);

/// Four neighbours + 128, as u8, in every 32-bit lane.
mlir::Value broadcastQuad(mlir::OpBuilder &builder, mlir::Location loc,
                          mlir::Value quad, int64_t lanes);
/// i8 + 128 as u8.
mlir::Value addOffset(mlir::OpBuilder &builder, mlir::Location loc,
                      mlir::Value bytes);
/// vpdpbusd: u8 * i8, four products, without saturation.
void dotQuads(mlir::OpBuilder &builder, mlir::Location loc,
              llvm::MutableArrayRef<mlir::Value> accs,
              llvm::ArrayRef<mlir::Value> lefts,
              llvm::ArrayRef<mlir::Value> rights);

mlir::Value keepFloat(mlir::OpBuilder &builder, mlir::Location loc,
                      mlir::Value elements);
mlir::Value broadcastFloat(mlir::OpBuilder &builder, mlir::Location loc,
                           mlir::Value element, int64_t lanes);
/// One fused multiply-add per lane.
void dotFloat(mlir::OpBuilder &builder, mlir::Location loc,
              llvm::MutableArrayRef<mlir::Value> accs,
              llvm::ArrayRef<mlir::Value> lefts,
              llvm::ArrayRef<mlir::Value> rights);

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_CPU_STRATEGY_H
