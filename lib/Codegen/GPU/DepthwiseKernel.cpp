//===- DepthwiseKernel.cpp - A convolution of single channels -------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A load brings a byte of each of four channels. Those of four pixels beside
// each other, transposed, are four words of one channel each, which dp4a
// multiplies with words of weights: all taps of a line of the window that are
// among the four pixels at once. A word of weights has them where the pixels
// of an output's window are, zeros elsewhere; so the outputs of a thread share
// loads and transposes along and across lines.
//
//===----------------------------------------------------------------------===//

#include "DepthwiseKernel.h"

#include "MatrixEpilogue.h"
#include "MatrixKernel.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/SmallVectorExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace quantc;

namespace {

constexpr int64_t kChannels = DepthwiseTile::kChannels;
constexpr int64_t kPixels = 4; // of a word of one channel
constexpr int64_t kThreads = 128;

/// The more lines, the more outputs share loads; and the fewer threads.
constexpr DepthwiseTile kTiles[] = {{4, 2}, {4, 1}, {2, 2},
                                    {2, 1}, {1, 2}, {1, 1}};

std::string nameOf(const DepthwiseTile &tile) {
  return ("depthwise-" + Twine(tile.lines) + "x" + Twine(tile.columns)).str();
}

class DepthwiseKernel {
public:
  DepthwiseKernel(const Contraction &contraction, const DepthwiseTile &tile)
      : contraction(contraction), tile(tile),
        lines(windowAxisOf(contraction, 0)),
        columns(windowAxisOf(contraction, 1)),
        channelWords(contraction.columns / kChannels),
        loc(contraction.op->getLoc()) {
    findShifts();
  }

  LogicalResult create(KernelModule &kernels);

private:
  /// The words of a line of the image that a thread reads, of one channel each:
  /// of the first four pixels, then the next.
  using Line = SmallVector<std::array<Value, kChannels>>;
  /// Of each output pixel, one per channel.
  using Sums = SmallVector<std::array<Value, kChannels>>;

  int64_t columnsRead() const {
    return (tile.columns - 1) * columns.step + columns.reach();
  }
  int64_t linesRead() const {
    return (tile.lines - 1) * lines.step + lines.reach();
  }
  int64_t blocks() const { return llvm::divideCeil(columnsRead(), kPixels); }
  /// From the window of pixel `column` to the first of the pixels `block`.
  int64_t shiftOf(int64_t column, int64_t block) const {
    return block * kPixels - column * columns.step;
  }
  void findShifts();
  bool hasTap(int64_t shift, int64_t pixel) const;
  DenseElementsAttr packWeights() const;

  Value isInside(Emitter &emit, const WindowAxis &axis, Value first,
                 int64_t place, int64_t windows) const;
  Line loadLine(Emitter &emit, int64_t line);
  void multiply(Emitter &emit, int64_t line, const Line &words, Sums &sums);
  void finish(Emitter &emit, const Sums &sums);

  const Contraction &contraction;
  DepthwiseTile tile;
  WindowAxis lines, columns;
  int64_t channelWords;
  Location loc;
  SmallVector<int64_t> shifts; // of the words of weights
  MatrixOperands operands;
  Value sample;                              // an index
  Value firstLine, firstColumn, channelWord; // of the outputs, i32
  Value origin, anywhere;                    // pointers into the image
  Value weights;                             // a pointer, to those of the word
  int64_t linePitch = 0, pixelPitch = 0;
  int64_t padding = 0;
};

/// Whether the pixel that is so far behind the first of a word is one that a
/// tap reads.
bool DepthwiseKernel::hasTap(int64_t shift, int64_t pixel) const {
  int64_t place = shift + pixel;
  return place >= 0 && place < columns.reach() && place % columns.dilation == 0;
}

void DepthwiseKernel::findShifts() {
  for (int64_t block = 0; block < blocks(); ++block)
    for (int64_t column = 0; column < tile.columns; ++column) {
      int64_t shift = shiftOf(column, block);
      bool isNeeded = false;
      for (int64_t pixel = 0; pixel < kPixels; ++pixel)
        isNeeded |= hasTap(shift, pixel);
      if (isNeeded && !llvm::is_contained(shifts, shift))
        shifts.push_back(shift);
    }
}

/// For each word of channels, line of the window and shift four words of four
/// taps, a channel each.
DenseElementsAttr DepthwiseKernel::packWeights() const {
  auto values = llvm::to_vector(contraction.right.getValues<int8_t>());
  SmallVector<int8_t> packed;
  for (int64_t channel = 0; channel < contraction.columns; channel += kChannels)
    for (int64_t line = 0; line < lines.taps; ++line)
      for (int64_t shift : shifts)
        for (int64_t of = channel; of < channel + kChannels; ++of)
          for (int64_t pixel = 0; pixel < kPixels; ++pixel) {
            int64_t tap = (shift + pixel) / columns.dilation;
            packed.push_back(
                hasTap(shift, pixel)
                    ? values[(of * lines.taps + line) * columns.taps + tap]
                    : 0);
          }
  auto type = RankedTensorType::get({static_cast<int64_t>(packed.size())},
                                    contraction.element());
  return DenseElementsAttr::get(type, ArrayRef<int8_t>(packed));
}

/// Whether what is `place` behind the begin of the window of output `first` is
/// in the image; null where it always is. `windows`: those of all threads.
Value DepthwiseKernel::isInside(Emitter &emit, const WindowAxis &axis,
                                Value first, int64_t place,
                                int64_t windows) const {
  int64_t last = (windows - 1) * axis.step + axis.reach();
  if (axis.low == 0 && last <= axis.extent)
    return {};
  Value at = emit.add(emit.multiply(first, axis.step), place - axis.low);
  return emit.isLess(at, emit.constant(axis.extent));
}

DepthwiseKernel::Line DepthwiseKernel::loadLine(Emitter &emit, int64_t line) {
  OpBuilder &builder = emit.builder;
  auto windowsOf = [](const WindowAxis &axis, int64_t perThread) {
    return static_cast<int64_t>(llvm::alignTo(axis.outputs, perThread));
  };
  Value isLine =
      isInside(emit, lines, firstLine, line, windowsOf(lines, tile.lines));
  // A byte of the border in each channel.
  auto byte = static_cast<uint32_t>(padding & 0xff);
  Value border = emit.constant(static_cast<int32_t>(byte * 0x01010101u));
  SmallVector<Value> pixels(blocks() * kPixels, emit.constant(0));
  for (int64_t column = 0; column < columnsRead(); ++column) {
    Value isThere = isInside(emit, columns, firstColumn, column,
                             windowsOf(columns, tile.columns));
    if (isLine)
      isThere =
          isThere
              ? arith::AndIOp::create(builder, loc, isLine, isThere).getResult()
              : isLine;
    Value from = emit.behind(
        origin, emit.constant(line * linePitch + column * pixelPitch));
    if (isThere)
      from = emit.select(isThere, from, anywhere);
    Value word = emit.load(builder.getI32Type(), from, kChannels);
    pixels[column] = isThere ? emit.select(isThere, word, border) : word;
  }
  auto permute = [&](Value low, Value high, int64_t selector) -> Value {
    return NVVM::PermuteOp::create(builder, loc, builder.getI32Type(), low,
                                   high, emit.constant(selector),
                                   NVVM::PermuteMode::DEFAULT);
  };
  // Which bytes of two words become one, the lowest first.
  constexpr int64_t kLowBytes = 0x5140, kHighBytes = 0x7362;
  constexpr int64_t kLowHalves = 0x5410, kHighHalves = 0x7632;
  Line words;
  for (int64_t block = 0; block < blocks(); ++block) {
    ArrayRef<Value> four = ArrayRef(pixels).slice(block * kPixels, kPixels);
    Value low[] = {permute(four[0], four[1], kLowBytes),
                   permute(four[2], four[3], kLowBytes)};
    Value high[] = {permute(four[0], four[1], kHighBytes),
                    permute(four[2], four[3], kHighBytes)};
    words.push_back({permute(low[0], low[1], kLowHalves),
                     permute(low[0], low[1], kHighHalves),
                     permute(high[0], high[1], kLowHalves),
                     permute(high[0], high[1], kHighHalves)});
  }
  return words;
}

/// Adds the products of a line of the image to the sums of all windows that
/// have it.
void DepthwiseKernel::multiply(Emitter &emit, int64_t line, const Line &words,
                               Sums &sums) {
  OpBuilder &builder = emit.builder;
  constexpr int64_t kBytes = kChannels * kPixels;
  auto fourWords = VectorType::get({kChannels}, builder.getI32Type());
  auto bytes = VectorType::get({kPixels}, builder.getI8Type());
  auto toBytes = [&](Value word) -> Value {
    return LLVM::BitcastOp::create(builder, loc, bytes, word);
  };
  for (int64_t ofLine = 0; ofLine < tile.lines; ++ofLine) {
    int64_t place = line - ofLine * lines.step;
    if (place < 0 || place >= lines.reach() || place % lines.dilation)
      continue;
    int64_t tap = place / lines.dilation;
    for (int64_t block = 0; block < blocks(); ++block)
      for (int64_t column = 0; column < tile.columns; ++column) {
        const int64_t *shift = llvm::find(shifts, shiftOf(column, block));
        if (shift == shifts.end())
          continue;
        int64_t number = tap * static_cast<int64_t>(shifts.size()) +
                         (shift - shifts.begin());
        Value taps = emit.load(
            fourWords, emit.behind(weights, emit.constant(number * kBytes)),
            kBytes);
        auto &ofPixel = sums[ofLine * tile.columns + column];
        for (int64_t channel = 0; channel < kChannels; ++channel) {
          Value word = LLVM::ExtractElementOp::create(builder, loc, taps,
                                                      emit.constant(channel));
          ofPixel[channel] = NVVM::DotAccumulate4WayOp::create(
              builder, loc, builder.getI32Type(),
              toBytes(words[block][channel]), NVVM::DotAccumulateType::SIGNED,
              toBytes(word), NVVM::DotAccumulateType::SIGNED, ofPixel[channel]);
        }
      }
  }
}

void DepthwiseKernel::finish(Emitter &emit, const Sums &sums) {
  OpBuilder &builder = emit.builder;
  MatrixEpilogue epilogue(emit, contraction, operands);
  Value channel = emit.toIndex(emit.multiply(channelWord, kChannels));
  epilogue.start(channel, kChannels);
  for (int64_t line = 0; line < tile.lines; ++line)
    for (int64_t column = 0; column < tile.columns; ++column) {
      Value atLine = emit.add(firstLine, line);
      Value atColumn = emit.add(firstColumn, column);
      auto isPixel = scf::IfOp::create(
          builder, loc,
          arith::AndIOp::create(
              builder, loc, emit.isLess(atLine, emit.constant(lines.outputs)),
              emit.isLess(atColumn, emit.constant(columns.outputs))));
      OpBuilder::InsertionGuard insertion(builder);
      builder.setInsertionPointToStart(isPixel.thenBlock());
      RowPlace place;
      auto addView = [&](Value view) {
        SmallVector<int64_t> steps = *stridesOf(view);
        Value inSample = emit.add(emit.multiply(atLine, steps[1]),
                                  emit.multiply(atColumn, steps[2]));
        place.views.push_back(
            emit.add(emit.multiply(sample, steps[0]), emit.toIndex(inSample)));
      };
      llvm::for_each(contraction.inputs, addView);
      addView(contraction.output);
      epilogue.store(place, sums[line * tile.columns + column]);
    }
}

LogicalResult DepthwiseKernel::create(KernelModule &kernels) {
  if (failed(operands.imports.add(contraction.left)) ||
      failed(operands.add(kernels, contraction, packWeights(), kChannels)))
    return failure();
  int64_t lineTiles = llvm::divideCeil(lines.outputs, tile.lines);
  int64_t columnTiles = llvm::divideCeil(columns.outputs, tile.columns);
  int64_t perSample = lineTiles * columnTiles * channelWords;
  gpu::GPUFuncOp kernel = operands.createKernel(
      kernels, contraction, {perSample, kThreads, kThreads});
  OpBuilder builder(kernel.getBody().front().getTerminator());
  Emitter emit(builder, loc);
  KernelImports &imports = operands.imports;
  operands.importCaptured(builder, contraction);

  Value block = gpu::BlockIdOp::create(builder, loc, gpu::Dimension::x);
  Value thread = gpu::ThreadIdOp::create(builder, loc, gpu::Dimension::x);
  Value item = emit.add(emit.multiply(block, kThreads), thread);
  Value items = isBatched(contraction)
                    ? imports.scaleBatch(builder, loc, perSample)
                    : emit.index(perSample);
  SmallVector<int64_t> steps = *stridesOf(contraction.left);
  Value image = imports.addressOf(builder, loc, contraction.left);
  Value stored =
      imports.addressOf(builder, loc, withoutBorder(contraction.left));
  Value packed = imports.addressOf(builder, loc, operands.weights);
  auto guard = scf::IfOp::create(builder, loc, emit.isLess(item, items));
  builder.setInsertionPointToStart(guard.thenBlock());
  sample = emit.divide(item, perSample);
  Value inSample = emit.toI32(emit.remainder(item, perSample));
  channelWord = emit.remainder(inSample, channelWords);
  Value pixel = emit.divide(inSample, channelWords);
  firstColumn = emit.multiply(emit.remainder(pixel, columnTiles), tile.columns);
  firstLine = emit.multiply(emit.divide(pixel, columnTiles), tile.lines);

  linePitch = steps[1];
  pixelPitch = steps[2];
  if (auto border = ImageBorder::of(contraction))
    padding = border->padding();
  Value offset =
      emit.add(emit.add(emit.multiply(firstLine, lines.step * linePitch),
                        emit.multiply(firstColumn, columns.step * pixelPitch)),
               emit.multiply(channelWord, kChannels));
  origin = emit.behind(
      emit.pointer(emit.add(image, emit.multiply(sample, steps[0]))), offset);
  anywhere = emit.pointer(stored);
  auto bytes =
      static_cast<int64_t>(shifts.size()) * lines.taps * kChannels * kPixels;
  weights =
      emit.behind(emit.pointer(packed), emit.multiply(channelWord, bytes));

  Sums sums(tile.lines * tile.columns);
  for (auto &ofPixel : sums)
    ofPixel.fill(emit.constant(0));
  for (int64_t line = 0; line < linesRead(); ++line)
    multiply(emit, line, loadLine(emit, line), sums);
  finish(emit, sums);
  return success();
}

} // namespace

std::optional<DepthwiseTile> quantc::findDepthwiseTile(StringRef name) {
  const DepthwiseTile *found = llvm::find_if(
      kTiles, [&](const DepthwiseTile &tile) { return nameOf(tile) == name; });
  if (found == std::end(kTiles))
    return std::nullopt;
  return *found;
}

std::string quantc::listDepthwiseTiles() {
  return llvm::join(llvm::map_range(kTiles, nameOf), ", ");
}

bool quantc::isDepthwiseKernel(const Contraction &contraction) {
  constexpr int64_t kMostTaps = 121;
  SmallVector<int64_t> strides;
  int64_t offset;
  (void)cast<MemRefType>(contraction.left.getType())
      .getStridesAndOffset(strides, offset);
  strides.resize(3); // images, lines, pixels; channels are neighbours
  return contraction.isDepthwise && contraction.leftGroupStep == 1 &&
         contraction.columns % kChannels == 0 && offset % kChannels == 0 &&
         llvm::all_of(strides,
                      [](int64_t stride) { return stride % kChannels == 0; }) &&
         contraction.depth() <= kMostTaps;
}

DepthwiseTile quantc::chooseDepthwiseTile(const Contraction &contraction,
                                          int64_t batch) {
  // An A100 has 108 multiprocessors.
  constexpr int64_t kEnoughThreads = 108 * 1024;
  WindowAxis lines = windowAxisOf(contraction, 0);
  WindowAxis columns = windowAxisOf(contraction, 1);
  // Two pixels of a line where a word has the windows of both.
  int64_t beside = columns.step + columns.reach() <= kPixels ? 2 : 1;
  auto fits = [&](const DepthwiseTile &tile) {
    int64_t threads = llvm::divideCeil(lines.outputs, tile.lines) *
                      llvm::divideCeil(columns.outputs, tile.columns) *
                      contraction.columns / kChannels * batch;
    // Lines share little of high windows.
    bool isLow = tile.lines == 1 || lines.reach() <= kPixels;
    return tile.columns == beside && isLow &&
           (tile.lines == 1 || threads >= kEnoughThreads);
  };
  return *llvm::find_if(kTiles, fits);
}

LogicalResult quantc::createDepthwiseKernel(KernelModule &kernels,
                                            const Contraction &contraction,
                                            const DepthwiseTile &tile) {
  return DepthwiseKernel(contraction, tile).create(kernels);
}
