//===- MatrixTile.cpp - Tiles in matrix registers -----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// AMX: eight registers of 16 rows of 64 bytes, which instructions name by
// number. One multiplies 16 rows of the left operand, 64 bytes each, by 16 rows
// of a panel, each of four bytes of 16 columns, as they lie there. Tiles are
// two by two registers of accumulators.
//
//===----------------------------------------------------------------------===//

#include "TileBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace mlir;
using namespace quantc;

// MatrixTile emits what adds.
const Dot quantc::kDotMatrix = {4, 1, 8, 0, keepElements, nullptr};

namespace {

class MatrixTile : TileBuilder {
public:
  MatrixTile(mk::TileOp op, const Kernel &kernel)
      : TileBuilder(op, kernel), op(op), depth(kernel.depthOf(op.getRun())) {
    int64_t most = kernel.registerRows;
    if (op.getLine() > 1) {
      pixelPitch = op.getLinePitches()[0];
      most = kernel.linesPerRegister(op.getLine(), pixelPitch, op.getAPitch());
    } else {
      pixelPitch = op.getAPitch();
    }
    int64_t parts = llvm::divideCeil(rows, most);
    lines = llvm::divideCeil(rows, parts);
    // Where lines are apart in a register, they are in memory.
    pitch = lines > 1 ? op.getAPitch() / pixelPitch : op.getLine();
    for (int64_t line = 0; line < rows; line += lines)
      shape.push_back((std::min(lines, rows - line) - 1) * pitch +
                      op.getLine());
  }

  void expand() {
    mk::RegistersOp::create(builder, loc, shape, depth);
    forAccumulators([&](int64_t number, Value) {
      call("llvm.x86.tilezero", {byte(number)});
    });
    createSteps(op, depth, {},
                [&](Value a, Value b, int64_t, Accumulators none) {
                  createStep(a, b);
                  return none;
                });
    Value bytesOfRow = bytes(op.getWidth() * 4);
    forAccumulators([&](int64_t number, Value position) {
      call("llvm.x86.tilestored64",
           {byte(number), pointer(op.getScratch(), position), bytesOfRow});
    });
    createEpilogues();
  }

private:
  /// The registers, as mk.registers shapes them, and where they go.
  void forAccumulators(function_ref<void(int64_t, Value)> body) {
    for (size_t part = 0; part < shape.size(); ++part)
      for (int64_t vector = 0; vector < vectors; ++vector)
        body(numberOf(part, vector),
             index(part * lines * pitch * op.getWidth() +
                   vector * kernel.lanes));
  }
  static int64_t numberOf(int64_t part, int64_t vector) {
    return 2 * part + vector;
  }
  static int64_t numberOfLeft(int64_t part) { return 4 + part; }
  static int64_t numberOfRight(int64_t vector) { return 6 + vector; }

  void createStep(Value a, Value b) {
    // There is a load that is faster from the second level of the caches, and
    // slower from the first.
    bool isStreamed = op.panelSize() > kMostOfFirstLevel;
    for (int64_t vector = 0; vector < vectors; ++vector)
      call(isStreamed ? "llvm.x86.tileloaddt164" : "llvm.x86.tileloadd64",
           {byte(numberOfRight(vector)),
            pointer(op.getB(),
                    advance(b, vector * kernel.lanes * kernel.group())),
            bytes(op.getWidth() * kernel.group())});
    for (size_t part = 0; part < shape.size(); ++part) {
      call("llvm.x86.tileloadd64",
           {byte(numberOfLeft(part)),
            pointer(op.getA(), advance(a, part * lines * op.getAPitch())),
            bytes(pixelPitch)});
      for (int64_t vector = 0; vector < vectors; ++vector)
        call("llvm.x86.tdpbssd",
             {byte(numberOf(part, vector)), byte(numberOfLeft(part)),
              byte(numberOfRight(vector))});
    }
  }

  void createEpilogues() {
    if (op.getLine() == 1)
      return createPixels(index(0), op.getSkip(), rows);
    auto steps = llvm::to_vector(
        llvm::concat<const int64_t>(inputPitches, outputPitches));
    ArrayRef<int64_t> pixelSteps = op.getLinePitches().drop_front();
    inputPitches = pixelSteps.take_front(inputPitches.size());
    outputPitches = pixelSteps.take_back(outputPitches.size());
    createFor(op.getSkip(), rows, [&](Value line) {
      llvm::SaveAndRestore inputs(inputBases), outputs(outputBases);
      advanceViews(line, steps);
      createPixels(advance(index(0), line, pitch), 0, op.getLine());
    });
  }

  /// The epilogues of pixels `begin` to `end` of a line, of sums that begin in
  /// row `first` of the scratch memory.
  void createPixels(Value first, int64_t begin, int64_t end) {
    constexpr int64_t kAtOnce = 4;
    auto create = [&](Value pixel, int64_t count) {
      llvm::SaveAndRestore inputs(inputBases), outputs(outputBases);
      advanceViews(pixel, llvm::to_vector(llvm::concat<const int64_t>(
                              inputPitches, outputPitches)));
      Value row = builder.createOrFold<arith::AddIOp>(loc, first, pixel);
      SmallVector<Accumulators> sums;
      for (int64_t i = 0; i < count; ++i)
        sums.push_back(loadSums(advance(row, i)));
      TileBuilder::createEpilogues(sums);
    };
    int64_t groups = (end - begin) / kAtOnce;
    createFor(0, groups, [&](Value group) {
      create(advance(index(begin), group, kAtOnce), kAtOnce);
    });
    int64_t done = begin + groups * kAtOnce;
    if (done < end)
      create(index(done), end - done);
  }

  Accumulators loadSums(Value row) {
    Value first = advance(index(0), row, op.getWidth());
    Accumulators sums;
    for (int64_t vector = 0; vector < vectors; ++vector)
      sums.push_back(arith::AddIOp::create(
          builder, loc,
          load(op.getScratch(), advance(first, vector * kernel.lanes),
               kernel.lanes),
          loadInit(vector)));
    return sums;
  }

  void advanceViews(Value counter, ArrayRef<int64_t> steps) {
    for (auto [base, step] :
         llvm::zip_equal(llvm::concat<Value>(inputBases, outputBases), steps))
      base = advance(base, counter, step);
  }

  void createFor(int64_t begin, int64_t end, function_ref<void(Value)> body) {
    if (begin >= end)
      return;
    if (end - begin == 1)
      return body(index(begin));
    auto loop =
        scf::ForOp::create(builder, loc, index(begin), index(end), index(1));
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(loop.getBody());
    body(loop.getInductionVar());
  }

  void call(StringRef name, ValueRange operands) {
    LLVM::CallIntrinsicOp::create(builder, loc, builder.getStringAttr(name),
                                  operands);
  }
  Value byte(int64_t value) {
    return arith::ConstantIntOp::create(builder, loc, value, 8);
  }
  Value bytes(int64_t value) {
    return arith::ConstantIntOp::create(builder, loc, value, 64);
  }
  Value pointer(Value buffer, Value position) {
    int64_t size =
        cast<MemRefType>(buffer.getType()).getElementTypeBitWidth() / 8;
    Value base =
        memref::ExtractAlignedPointerAsIndexOp::create(builder, loc, buffer);
    Value address = arith::IndexCastOp::create(
        builder, loc, builder.getI64Type(), advance(base, position, size));
    return LLVM::IntToPtrOp::create(
        builder, loc, LLVM::LLVMPointerType::get(builder.getContext()),
        address);
  }

  mk::TileOp op;
  const int64_t depth;
  int64_t pixelPitch; // in the left operand
  /// Lines of a register, and pixels from one to the next.
  int64_t lines, pitch;
  SmallVector<int64_t> shape; // rows of each register of a column
};

} // namespace

void quantc::expandMatrixTile(mk::TileOp op, const Kernel &kernel) {
  MatrixTile(op, kernel).expand();
}
