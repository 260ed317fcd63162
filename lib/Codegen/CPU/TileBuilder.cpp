//===- TileBuilder.cpp - What tiles of all kinds emit ----------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TileBuilder.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace quantc;

Value TileBuilder::index(int64_t value) {
  return arith::ConstantIndexOp::create(builder, loc, value);
}

Value TileBuilder::advance(Value base, Value factor, int64_t step) {
  Value offset = builder.createOrFold<arith::MulIOp>(loc, factor, index(step));
  return builder.createOrFold<arith::AddIOp>(loc, base, offset);
}

Value TileBuilder::advance(Value base, int64_t offset) {
  if (offset == 0)
    return base;
  return arith::AddIOp::create(builder, loc, base, index(offset));
}

VectorType TileBuilder::vectorOf(Value buffer, int64_t count) {
  return VectorType::get(count,
                         cast<MemRefType>(buffer.getType()).getElementType());
}

Value TileBuilder::load(Value buffer, Value position, int64_t count) {
  return vector::LoadOp::create(builder, loc, vectorOf(buffer, count), buffer,
                                position);
}

/// Calls `body` with the offset and size of pieces that cover `count`: powers
/// of two, which are loaded and stored by one instruction.
static void forPieces(int64_t count,
                      function_ref<void(int64_t, int64_t)> body) {
  for (int64_t offset = 0; offset < count;) {
    int64_t size = int64_t(1) << llvm::Log2_64(count - offset);
    body(offset, size);
    offset += size;
  }
}

Value TileBuilder::loadPart(Value buffer, Value position, int64_t count,
                            int64_t size) {
  if (count == size)
    return load(buffer, position, size);
  Value result = arith::ConstantOp::create(
      builder, loc, builder.getZeroAttr(vectorOf(buffer, size)));
  forPieces(count, [&](int64_t offset, int64_t piece) {
    Value part = load(buffer, advance(position, offset), piece);
    result = vector::InsertStridedSliceOp::create(builder, loc, part, result,
                                                  ArrayRef<int64_t>{offset},
                                                  ArrayRef<int64_t>{1});
  });
  return result;
}

void TileBuilder::storePart(Value vector, Value buffer, Value position,
                            int64_t count) {
  if (count == cast<VectorType>(vector.getType()).getNumElements()) {
    vector::StoreOp::create(builder, loc, vector, buffer, position);
    return;
  }
  forPieces(count, [&](int64_t offset, int64_t piece) {
    Value part = vector::ExtractStridedSliceOp::create(
        builder, loc, vector, ArrayRef<int64_t>{offset},
        ArrayRef<int64_t>{piece}, ArrayRef<int64_t>{1});
    vector::StoreOp::create(builder, loc, part, buffer,
                            advance(position, offset));
  });
}

Value TileBuilder::loadInit(int64_t vector) {
  int64_t count = kernel.columns();
  Value values = load(init, advance(channel, vector * count), count);
  if (count == kernel.lanes)
    return values;
  SmallVector<int64_t> mask;
  for (int64_t lane = 0; lane < kernel.lanes; ++lane)
    mask.push_back(lane % count);
  return vector::ShuffleOp::create(builder, loc, values, values, mask);
}

TileBuilder::Accumulators
TileBuilder::createLoop(int64_t count, Accumulators accs,
                        function_ref<Accumulators(Value, Accumulators)> body) {
  if (count == 1)
    return body(index(0), accs);
  auto loop =
      scf::ForOp::create(builder, loc, index(0), index(count), index(1), accs);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  Accumulators results =
      body(loop.getInductionVar(),
           llvm::to_vector_of<Value>(loop.getRegionIterArgs()));
  if (!results.empty()) // else the loop has a terminator
    scf::YieldOp::create(builder, loc, results);
  return llvm::to_vector_of<Value>(loop.getResults());
}

TileBuilder::Accumulators
TileBuilder::createListedSteps(mk::TileOp op, Accumulators accs, Step body) {
  Value first = op.getFirstStep();
  auto loop =
      scf::ForOp::create(builder, loc, first, op.getEndStep(), index(1), accs);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  Value step = loop.getInductionVar();
  Value offset = arith::IndexCastUIOp::create(
      builder, loc, builder.getIndexType(),
      memref::LoadOp::create(builder, loc, op.getSteps(), step));
  Value a = arith::AddIOp::create(builder, loc, op.getABase(), offset);
  Value b =
      advance(op.getBBase(), arith::SubIOp::create(builder, loc, step, first),
              op.getWidth() * op.getGroup());
  Accumulators results = body(
      a, b, op.getGroup(), llvm::to_vector_of<Value>(loop.getRegionIterArgs()));
  scf::YieldOp::create(builder, loc, results);
  return llvm::to_vector_of<Value>(loop.getResults());
}

void TileBuilder::prefetch(Value buffer, Value position, int64_t size,
                           unsigned locality) {
  int64_t bytes =
      cast<MemRefType>(buffer.getType()).getElementTypeBitWidth() / 8;
  for (int64_t line = 0; line < size; line += kCacheLine / bytes)
    memref::PrefetchOp::create(builder, loc, buffer,
                               ValueRange{advance(position, line)},
                               /*isWrite=*/false, locality,
                               /*isDataCache=*/true);
}

void TileBuilder::prefetch(mk::TileOp op, Value b, Value ahead, int64_t size) {
  constexpr unsigned kFirstLevel = 3, kSecondLevel = 2;
  int64_t bytes =
      cast<MemRefType>(op.getB().getType()).getElementTypeBitWidth() / 8;
  if (kernel.stepsAhead > 0 && op.panelSize() * bytes > kMostOfFirstLevel)
    prefetch(op.getB(), advance(b, kernel.stepsAhead * size), size,
             kFirstLevel);
  if (ahead)
    prefetch(op.getB(), ahead, size / op.getAheadParts(), kSecondLevel);
}

TileBuilder::Accumulators TileBuilder::createSteps(mk::TileOp op, int64_t step,
                                                   Accumulators accs,
                                                   Step body) {
  if (op.getSteps())
    return createListedSteps(op, accs, body);
  int64_t run = op.getRun();
  // Elements of both operands, and of what is brought nearer, if anything is.
  struct Place {
    Value a, b, ahead;
  };
  auto advanceTo = [&](Place place, Value counter, int64_t left,
                       int64_t right) -> Place {
    return {advance(place.a, counter, left), advance(place.b, counter, right),
            place.ahead
                ? advance(place.ahead, counter, right / op.getAheadParts())
                : Value()};
  };
  auto createRun = [&](Place place, Accumulators carried) {
    int64_t full = run / step, rest = run % step;
    int64_t size = op.getWidth() * step / op.getStepsPerByte();
    if (full > 0)
      carried =
          createLoop(full, carried, [&](Value counter, Accumulators inLoop) {
            auto [a, b, ahead] = advanceTo(place, counter, step, size);
            prefetch(op, b, ahead, size);
            return body(a, b, step, inLoop);
          });
    if (rest > 0)
      carried = body(advance(place.a, full * step),
                     advance(place.b, full * size), rest, carried);
    return carried;
  };
  // The loops from `depth` on.
  auto createLoops = [&](auto &self, unsigned depth, Place place,
                         Accumulators carried) -> Accumulators {
    ArrayRef<int64_t> counts = op.getCounts();
    if (depth == counts.size())
      return createRun(place, carried);
    int64_t inner = op.runSize();
    for (int64_t count : counts.drop_front(depth + 1))
      inner *= count;
    return createLoop(
        counts[depth], carried, [&](Value counter, Accumulators inLoop) {
          return self(self, depth + 1,
                      advanceTo(place, counter, op.getStrides()[depth], inner),
                      inLoop);
        });
  };
  return createLoops(createLoops, 0,
                     {op.getABase(), op.getBBase(), op.getAhead()}, accs);
}

int64_t TileBuilder::vectorsAtOnce() const {
  unsigned bits = 32;
  for (Value output : outputs)
    bits = std::min(
        bits, cast<MemRefType>(output.getType()).getElementTypeBitWidth());
  return kernel.lanes * 32 / bits / kernel.columns();
}

int64_t TileBuilder::rowsAtOnce() const {
  return std::max<int64_t>(1, vectorsAtOnce() / vectors);
}

void TileBuilder::createEpilogues(ArrayRef<Accumulators> sums,
                                  int64_t firstRow) {
  // Dealt columns stay together.
  int64_t atOnce = std::max(vectorsAtOnce(), interleaving);
  int64_t rows = sums.size();
  for (int64_t row = 0; row < rows;) {
    int64_t rowCount =
        llvm::bit_floor<uint64_t>(std::min(rowsAtOnce(), rows - row));
    for (int64_t vector = 0; vector < vectors;) {
      int64_t count =
          llvm::bit_floor<uint64_t>(std::min(atOnce, vectors - vector));
      SmallVector<Value> parts;
      for (ArrayRef<Value> ofRow : sums.slice(row, rowCount))
        llvm::append_range(parts, ofRow.slice(vector, count));
      createEpilogue(firstRow + row, rowCount, vector * kernel.columns(),
                     concatenate(parts));
      vector += count;
    }
    row += rowCount;
  }
}

Value TileBuilder::concatenate(ArrayRef<Value> parts) {
  if (parts.size() == 1)
    return parts[0];
  auto part = cast<VectorType>(parts[0].getType());
  int64_t size = part.getNumElements();
  auto type = VectorType::get(size * parts.size(), part.getElementType());
  Value whole =
      arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
  for (auto [index, part] : llvm::enumerate(parts))
    whole = vector::InsertStridedSliceOp::create(
        builder, loc, part, whole,
        ArrayRef<int64_t>{static_cast<int64_t>(index) * size},
        ArrayRef<int64_t>{1});
  return whole;
}

Value TileBuilder::extract(Value vector, int64_t offset, int64_t count) {
  return vector::ExtractStridedSliceOp::create(
      builder, loc, vector, ArrayRef<int64_t>{offset}, ArrayRef<int64_t>{count},
      ArrayRef<int64_t>{1});
}

Value TileBuilder::loadForRow(Value buffer, Value position, int64_t lanes) {
  Value value = memref::LoadOp::create(builder, loc, buffer, position);
  return vector::BroadcastOp::create(builder, loc, vectorOf(buffer, lanes),
                                     value);
}

void TileBuilder::createEpilogue(int64_t firstRow, int64_t rowCount,
                                 int64_t column, Value acc) {
  int64_t all = cast<VectorType>(acc.getType()).getNumElements();
  int64_t lanes = all / rowCount;
  int64_t count = std::min(lanes, columns - column);
  if (count <= 0)
    return;
  auto positionOf = [&](int64_t row, Value base, int64_t pitch, size_t number) {
    return advance(base, offsetOf(firstRow + row, pitch, number) + column);
  };
  SmallVector<Value> arguments = {acc};
  for (Value param : params)
    arguments.push_back(concatenate(SmallVector<Value>(
        rowCount, load(param, advance(channel, column), lanes))));
  int64_t dealt = interleaving;
  if (dealt > 1 && !packsResults(all)) {
    for (Value &argument : arguments)
      argument = restoreOrder(argument);
    dealt = 1;
  }
  for (auto [number, buffer, base, pitch] :
       llvm::enumerate(inputs, inputBases, inputPitches)) {
    bool isPerRow = llvm::is_contained(rowInputs, number);
    SmallVector<Value> values;
    for (int64_t row = 0; row < rowCount; ++row)
      values.push_back(
          isPerRow ? loadForRow(buffer,
                                advance(base, offsetOf(firstRow + row, pitch,
                                                       1 + number)),
                                lanes)
                   : loadPart(buffer, positionOf(row, base, pitch, 1 + number),
                              count, lanes));
    arguments.push_back(concatenate(values));
  }
  SmallVector<Value> results = createBody(arguments, all, dealt);
  for (auto [number, result, buffer, base, pitch] :
       llvm::enumerate(results, outputs, outputBases, outputPitches))
    for (int64_t row = 0; row < rowCount; ++row)
      storePart(extract(result, row * lanes, lanes), buffer,
                positionOf(row, base, pitch, 1 + inputs.size() + number),
                count);
}

namespace {

/// min(max(value, least), most)
struct Clamped {
  Value value;
  int64_t least, most;
};

} // namespace

static std::optional<Clamped> matchClamped(Value value) {
  auto lowered = value.getDefiningOp<arith::MinSIOp>();
  auto raised = lowered ? lowered.getLhs().getDefiningOp<arith::MaxSIOp>()
                        : arith::MaxSIOp();
  APInt least, most;
  if (!raised || !matchPattern(raised.getRhs(), m_ConstantInt(&least)) ||
      !matchPattern(lowered.getRhs(), m_ConstantInt(&most)))
    return std::nullopt;
  return Clamped{raised.getLhs(), least.getSExtValue(), most.getSExtValue()};
}

/// Of those that packs take at once.
static constexpr int64_t kRegisters = 4;
/// Columns, of 32 bits, that packs and unpacking keep together.
static constexpr int64_t kBlock = 4;

bool TileBuilder::packs(arith::TruncIOp op, int64_t lanes) const {
  return kernel.packs && lanes == kRegisters * kernel.lanes &&
         op.getIn().getType().getIntOrFloatBitWidth() ==
             2 * op.getType().getIntOrFloatBitWidth();
}

Value TileBuilder::pack(arith::TruncIOp op, const IRMapping &mapping,
                        int64_t lanes, int64_t dealt) {
  unsigned bits = op.getType().getIntOrFloatBitWidth();
  Value in = op.getIn();
  std::optional<Clamped> clamped = matchClamped(in);
  int64_t least = llvm::minIntN(bits), most = llvm::maxIntN(bits);
  bool isUnsigned = bits == 8 && clamped && clamped->most > most;
  if (isUnsigned) {
    least = 0;
    most = llvm::maxUIntN(bits);
  }
  // Packs saturate by themselves.
  if (clamped && clamped->least == least && clamped->most == most)
    in = clamped->value;
  StringRef intrinsic = bits == 16   ? kernel.packs->toWords
                        : isUnsigned ? kernel.packs->toUnsignedBytes
                                     : kernel.packs->toBytes;
  Value wide = mapping.lookup(in);
  int64_t size = kernel.lanes * 16 / bits; // of a register before
  auto type = VectorType::get(2 * size, op.getType());
  SmallVector<Value> parts;
  for (int64_t offset = 0; offset < lanes; offset += 2 * size)
    parts.push_back(callIntrinsic(
        builder, loc, intrinsic, type,
        {extract(wide, offset, size), extract(wide, offset + size, size)}));
  Value packed = concatenate(parts);
  if (bits == 16)
    return packed;
  // 128 bits have in turn what those of each register had, 4 sums.
  SmallVector<int64_t> mask(lanes);
  int64_t blocks = kernel.lanes / kBlock;
  for (int64_t part = 0; part < kRegisters; ++part)
    for (int64_t block = 0; block < blocks; ++block)
      for (int64_t i = 0; i < kBlock; ++i) {
        int64_t first = part / dealt * dealt * blocks;
        int64_t place = first + block * dealt + part % dealt;
        mask[place * kBlock + i] = (block * kRegisters + part) * kBlock + i;
      }
  return vector::ShuffleOp::create(builder, loc, packed, packed, mask);
}

bool TileBuilder::packsResults(int64_t lanes) const {
  if (!inputs.empty())
    return false;
  llvm::SmallDenseSet<Value> packed;
  for (Operation &op : body.without_terminator()) {
    auto isPacked = [&](Value operand) { return packed.contains(operand); };
    auto isConstant = [](Value operand) {
      return matchPattern(operand, m_Constant());
    };
    auto truncate = dyn_cast<arith::TruncIOp>(op);
    bool isPack = truncate && truncate.getType().isInteger(8) &&
                  !isPacked(truncate.getIn()) && packs(truncate, lanes);
    if (!isPack && !llvm::any_of(op.getOperands(), isPacked))
      continue;
    if (!isPack && !llvm::all_of(op.getOperands(), [&](Value operand) {
          return isPacked(operand) || isConstant(operand);
        }))
      return false;
    packed.insert(op.result_begin(), op.result_end());
  }
  return llvm::all_of(body.getTerminator()->getOperands(),
                      [&](Value value) { return packed.contains(value); });
}

Value TileBuilder::restoreOrder(Value values) {
  int64_t count = cast<VectorType>(values.getType()).getNumElements();
  int64_t ofRow = interleaving * kernel.lanes;
  SmallVector<int64_t> mask;
  for (int64_t place = 0; place < count; ++place) {
    int64_t column = place % ofRow;
    int64_t deal = column / kBlock;
    mask.push_back(place - column + deal % interleaving * kernel.lanes +
                   deal / interleaving * kBlock + column % kBlock);
  }
  return vector::ShuffleOp::create(builder, loc, values, values, mask);
}

SmallVector<Value> TileBuilder::createBody(ArrayRef<Value> arguments,
                                           int64_t lanes, int64_t dealt) {
  IRMapping mapping;
  mapping.map(body.getArguments(), arguments);
  for (Operation &scalar : body.without_terminator()) {
    SmallVector<Type> types;
    for (Type type : scalar.getResultTypes())
      types.push_back(VectorType::get(lanes, type));
    Attribute value;
    if (matchPattern(&scalar, m_Constant(&value))) {
      auto splat = DenseElementsAttr::get(cast<ShapedType>(types[0]), value);
      mapping.map(scalar.getResult(0),
                  arith::ConstantOp::create(builder, loc, splat).getResult());
      continue;
    }
    auto truncate = dyn_cast<arith::TruncIOp>(scalar);
    if (truncate && packs(truncate, lanes)) {
      mapping.map(truncate.getResult(), pack(truncate, mapping, lanes, dealt));
      continue;
    }
    SmallVector<Value> operands;
    for (Value operand : scalar.getOperands())
      operands.push_back(mapping.lookup(operand));
    Operation *vectorized =
        builder.create(loc, scalar.getName().getIdentifier(), operands, types,
                       scalar.getAttrs());
    mapping.map(scalar.getResults(), vectorized->getResults());
  }
  return llvm::map_to_vector(
      body.getTerminator()->getOperands(),
      [&](Value value) { return mapping.lookup(value); });
}
