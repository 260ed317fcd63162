//===- TileBuilder.h - What tiles of all kinds emit  -----------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_CPU_TILEBUILDER_H
#define QUANTC_LIB_CODEGEN_CPU_TILEBUILDER_H

#include "Codes.h"
#include "Strategy.h"

#include "quantc/Dialect/MK/IR/MK.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/IRMapping.h"

namespace quantc {

/// Emits vector code at the place of a tile: loads, loops that carry
/// accumulators, and the epilogue.
class TileBuilder {
public:
  template <typename OpT>
  TileBuilder(OpT op, const Kernel &kernel)
      : kernel(kernel), builder(op), loc(op.getLoc()), rows(op.getRows()),
        columns(op.getColumns()), vectors(op.getWidth() / kernel.columns()),
        inputBases(op.getInputBases()), outputBases(op.getOutputBases()),
        inputPitches(op.getInputPitches()),
        outputPitches(op.getOutputPitches()), init(op.getInit()),
        channel(op.getChannel()), params(op.getParams()),
        inputs(op.getInputs()), outputs(op.getOutputs()),
        body(op.getEpilogue().front()) {
    if constexpr (std::is_same_v<OpT, mk::TileOp>)
      rowInputs = op.getRowInputs();
  }

protected:
  mlir::Value index(int64_t value);
  /// base + factor * step
  mlir::Value advance(mlir::Value base, mlir::Value factor, int64_t step);
  mlir::Value advance(mlir::Value base, int64_t offset);

  mlir::VectorType vectorOf(mlir::Value buffer, int64_t count);
  mlir::Value load(mlir::Value buffer, mlir::Value position, int64_t count);
  /// `count` elements, with zeros behind them up to `size`; reads no others.
  mlir::Value loadPart(mlir::Value buffer, mlir::Value position, int64_t count,
                       int64_t size);
  /// The first values of the accumulators of vector `vector`, for each row.
  mlir::Value loadInit(int64_t vector);

  using Accumulators = llvm::SmallVector<mlir::Value>; // [rows][vector]
  /// A loop that carries the accumulators; `body` gets the counter.
  Accumulators
  createLoop(int64_t count, Accumulators accs,
             llvm::function_ref<Accumulators(mlir::Value, Accumulators)> body);

  /// The loops of a tile along K. `body` gets where a step begins in both
  /// operands, and its elements: `step`, or what is left of a run.
  using Step = llvm::function_ref<Accumulators(
      mlir::Value a, mlir::Value b, int64_t count, Accumulators accs)>;
  Accumulators createSteps(mk::TileOp op, int64_t step, Accumulators accs,
                           Step body);

  /// From the sums of rows, by vectors of columns, to the outputs.
  void createEpilogues(llvm::ArrayRef<Accumulators> sums, int64_t firstRow = 0);
  /// What fills a vector in the outputs: vectors of sums, of several rows where
  /// one has too few.
  int64_t vectorsAtOnce() const;
  int64_t rowsAtOnce() const;

  const Kernel &kernel;
  mlir::OpBuilder builder;
  const mlir::Location loc;
  const int64_t rows, columns, vectors;
  /// Where the tile is in the inputs and in the outputs.
  llvm::SmallVector<mlir::Value> inputBases, outputBases;
  llvm::ArrayRef<int64_t> inputPitches, outputPitches; // from row to row
  /// Where rows are lines of pixels, so many, which are apart in the left
  /// operand, then in inputs and outputs; sums are those of pixels then.
  int64_t line = 1;
  llvm::ArrayRef<int64_t> linePitches;
  /// Vectors that the columns of sums and parameters are dealt to, four at a
  /// time.
  int64_t interleaving = 1;

  /// Of sums `row` behind those of the first row, in operand `number` of
  /// linePitches, whose rows are `pitch` apart.
  int64_t offsetOf(int64_t row, int64_t pitch, size_t number) const {
    return line == 1 ? row * pitch
                     : row / line * pitch + row % line * linePitches[number];
  }

private:
  /// Brings `size` elements nearer.
  void prefetch(mlir::Value buffer, mlir::Value position, int64_t size,
                unsigned locality);
  /// Brings nearer what the step that is kernel.stepsAhead behind the one of
  /// `size` elements at `b` multiplies, in this panel or the next, and a step's
  /// part of what the tile brings from `ahead` on.
  void prefetch(mk::TileOp op, mlir::Value b, mlir::Value ahead, int64_t size);
  Accumulators createListedSteps(mk::TileOp op, Accumulators accs, Step body);
  mlir::Value concatenate(llvm::ArrayRef<mlir::Value> parts);
  mlir::Value extract(mlir::Value vector, int64_t offset, int64_t count);
  /// From the accumulators of `rowCount` rows, one behind the other, of the
  /// columns from `column` on.
  void createEpilogue(int64_t firstRow, int64_t rowCount, int64_t column,
                      mlir::Value acc);
  /// One value for all columns.
  mlir::Value loadForRow(mlir::Value buffer, mlir::Value position,
                         int64_t lanes);
  void storePart(mlir::Value vector, mlir::Value buffer, mlir::Value position,
                 int64_t count);
  /// Whether there are packs for `op` on vectors of `lanes`.
  bool packs(mlir::arith::TruncIOp op, int64_t lanes) const;
  /// `op` by packs, of columns that are dealt to so many vectors: i16 are in
  /// the order in which packs leave them, i8 in that of columns.
  mlir::Value pack(mlir::arith::TruncIOp op, const mlir::IRMapping &mapping,
                   int64_t lanes, int64_t dealt);
  /// Whether packs bring all results to the order of columns.
  bool packsResults(int64_t lanes) const;
  /// Sums or parameters of `lanes` columns, some rows, in the order of columns.
  mlir::Value restoreOrder(mlir::Value values);
  /// The scalar code of the region, on vectors.
  llvm::SmallVector<mlir::Value>
  createBody(llvm::ArrayRef<mlir::Value> arguments, int64_t lanes,
             int64_t dealt);

  mlir::Value init, channel;
  mlir::ValueRange params, inputs, outputs;
  llvm::ArrayRef<int64_t> rowInputs; // inputs with one value per row
  mlir::Block &body;
};

/// Emits the code of a tile in front of it.
/// `lookup`: of what its panel has codes of, if it has any.
void expandTile(mk::TileOp op, const Kernel &kernel, const CodeLookup *lookup);
void expandMatrixTile(mk::TileOp op, const Kernel &kernel);
void expandDepthwise(mk::DepthwiseOp op, const Kernel &kernel);

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_CPU_TILEBUILDER_H
