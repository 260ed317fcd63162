//===- Strategy.h - How a CPU computes tiles ----------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A strategy is a row of one table (Strategies.cpp): the shapes of its tiles,
// the form in which it wants the left operand, and the instructions that add
// products. No other part of the code generator knows these.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_CPU_STRATEGY_H
#define QUANTC_LIB_CODEGEN_CPU_STRATEGY_H

#include "Costs.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/STLExtras.h"

namespace quantc {

/// How products are added to accumulators: an instruction, or a few.
struct Dot {
  using Convert = mlir::Value (*)(mlir::OpBuilder &builder, mlir::Location loc,
                                  mlir::Value elements);
  using Add = void (*)(mlir::OpBuilder &builder, mlir::Location loc,
                       llvm::MutableArrayRef<mlir::Value> accs,
                       mlir::ValueRange lefts, mlir::ValueRange rights);

  /// Elements along K that are multiplied at once: neighbours in both operands.
  int64_t group;
  /// Rows of the left operand of which an accumulator holds sums, one row
  /// behind the other.
  int64_t rows;
  /// Bits of an element of the operands: 8 or 16 (integers that hold an i8), or
  /// 32 (f32).
  unsigned bits;
  /// Added to every element of the left operand before it is multiplied. The
  /// accumulators start from as much less.
  int64_t leftOffset;
  /// From elements of the left operand as they are stored to those that `add`
  /// takes.
  Convert prepare;
  /// accs[i] += sum over the group of lefts[i] * rights[i]; `rights` as they
  /// are in the panel, or extended to `bits`.
  Add add;
  /// Pairs of products are added in 16 bits, where they saturate: the steps
  /// must be such that none does (Steps.h). A vector has one row.
  bool saturates = false;
};

/// Intrinsics that saturate the elements of two vectors to half of their bits.
/// Each 128 bits of the result are those of the first vector, then of the
/// second.
struct Packs {
  llvm::StringRef toWords;         // i32 -> i16
  llvm::StringRef toBytes;         // i16 -> i8
  llvm::StringRef toUnsignedBytes; // i16 -> u8
};

/// How tiles of one kind of arithmetic are computed.
struct Kernel {
  /// Null where there is no such kernel.
  const Dot *dot = nullptr;
  const KernelCosts *costs = nullptr; // of Costs.def
  /// Elements of a vector of accumulators.
  int64_t lanes = 0;
  /// Groups of a row that are loaded at once, where the instructions can take
  /// any of them.
  int64_t groupsPerLoad = 1;
  /// [v - 1]: the most rows of a tile of v vectors that need no spills; 0 where
  /// v is not offered.
  llvm::ArrayRef<int64_t> maxRows;
  /// The most pixels of a tile of a depthwise convolution, of `group` vectors.
  int64_t depthwiseRows = 0;
  /// Null where LLVM finds the best truncation by itself.
  const Packs *packs = nullptr;
  /// Steps along K between bringing a part of a panel that exceeds the first
  /// level of the caches nearer and multiplying it; 0: the CPU does that better
  /// by itself.
  int64_t stepsAhead = 0;
  /// Rows of a register of the accumulators, where these are matrices; and
  /// bytes of a row of the left operand there. Else 0.
  int64_t registerRows = 0, registerDepth = 0;
  bool isMatrix() const { return registerRows > 0; }
  /// Elements along K of one step there: as many as divide `run`, so that no
  /// step reads what is behind; 0 where there is no such step.
  int64_t depthOf(int64_t run) const;
  /// Lines of `line` pixels that a register holds, where pixels and lines are
  /// as far apart in the left operand as the pitches say.
  int64_t linesPerRegister(int64_t line, int64_t pixelPitch,
                           int64_t linePitch) const;
  /// Bits of an element of the left operand there: it is read as it was stored.
  unsigned depthwiseBits() const { return dot->bits == 32 ? 32 : 8; }
  int64_t group() const { return dot->group; }
  /// Chains of sums of a tile with so many accumulators: each takes some of the
  /// steps along K, so that no step waits for the one before. Sums of integers
  /// do not depend on their order.
  int64_t chainsOf(int64_t accumulators) const;
  /// Columns of a vector of accumulators.
  int64_t columns() const { return lanes / dot->rows; }
  /// The elements of a panel are extended before they are multiplied.
  bool extendsRight() const { return dot->bits == 16; }
};

struct Strategy {
  llvm::StringRef name;
  /// The targets that have it, in the words of the option `--target`, separated
  /// by |; empty: all.
  llvm::StringRef needs;
  Kernel integer;   // i8 * i8 -> i32
  Kernel depthwise; // the same in depthwise convolutions
  Kernel real;      // f32 in both
  /// The strategy of contractions that this one does not take.
  llvm::StringRef otherwise = "";

  const Kernel &kernelFor(mlir::Type element, bool isDepthwise) const {
    return element.isF32() ? real : isDepthwise ? depthwise : integer;
  }
};

/// Whether `target` includes one of those that `needs` names, separated by |,
/// in the words of the option `--target`; empty: all.
bool hasOneOf(mlir::LLVM::TargetAttr target, llvm::StringRef needs);

/// Failure, after a diagnostic, where the module has none.
mlir::FailureOr<mlir::LLVM::TargetAttr> findTarget(mlir::ModuleOp module);

bool isSupported(const Strategy &strategy, mlir::LLVM::TargetAttr target);

/// The target in the words of the option `--target`.
std::string nameOf(mlir::LLVM::TargetAttr target);

/// The strategy of that name, or null.
const Strategy *findStrategy(llvm::StringRef name);

/// The best one that `target` supports.
const Strategy &selectStrategy(mlir::LLVM::TargetAttr target);

/// All of them; of those that a target supports, the best comes last.
llvm::ArrayRef<Strategy> allStrategies();

/// "generic, avx2-exact, ..."
std::string listStrategies();

//===----------------------------------------------------------------------===//
// Dots (Dot*.cpp)
//===----------------------------------------------------------------------===//

/// `prepare` of i8 that are multiplied as u8: adds 128.
mlir::Value addOffset(mlir::OpBuilder &builder, mlir::Location loc,
                      mlir::Value bytes);

/// `prepare` of operands that are multiplied as they are stored.
mlir::Value keepElements(mlir::OpBuilder &builder, mlir::Location loc,
                         mlir::Value elements);

/// The result of an intrinsic of LLVM.
mlir::Value callIntrinsic(mlir::OpBuilder &builder, mlir::Location loc,
                          llvm::StringRef name, mlir::Type result,
                          mlir::ValueRange operands);

/// A dot that adds to each accumulator by itself.
template <mlir::Value (*add)(mlir::OpBuilder &builder, mlir::Location loc,
                             mlir::Value acc, mlir::Value left,
                             mlir::Value right)>
void addEach(mlir::OpBuilder &builder, mlir::Location loc,
             llvm::MutableArrayRef<mlir::Value> accs, mlir::ValueRange lefts,
             mlir::ValueRange rights) {
  for (auto [acc, left, right] : llvm::zip_equal(accs, lefts, rights))
    acc = add(builder, loc, acc, left, right);
}

/// Pairs of i16, in a form that LLVM makes one instruction of: vpmaddwd on x86
/// from SSE2 on.
extern const Dot kDotPairs;
/// The same, all products of a row before its first sum; x86 only.
extern const Dot kDotPairsProductsFirst;
/// Four u8 * i8, 256 bits, of which each two are added with saturation to i16:
/// vpmaddubsw. The left operand + 128 is u8.
extern const Dot kDotSaturatingPairs;
/// Four u8 * i8 without saturation: vpdpbusd. The left operand + 128 is u8.
extern const Dot kDotVNNI;
/// Four i8 * i8, 256 bits: vpdpbssd.
extern const Dot kDotVNNISigned;
/// Eight i8 * i8, of two rows by two columns: smmla of AArch64.
extern const Dot kDotSMMLA;
/// Pairs of i8 * i8: smull and sadalp of AArch64.
extern const Dot kDotSMULL;
/// Four i8 * i8: sdot of AArch64.
extern const Dot kDotSDOT;
/// Four i8 * i8, 256 bits: sdot of SVE.
extern const Dot kDotSVE;
/// Four i8 * i8, by matrices: tdpbssd. MatrixTile.cpp emits it.
extern const Dot kDotMatrix;
/// One fused multiply-add.
extern const Dot kDotFloat;

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_CPU_STRATEGY_H
